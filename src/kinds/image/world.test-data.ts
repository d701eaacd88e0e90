/**
 * A tiny AWS for properties: images and snapshots in their Regions, with what EC2's reference says of each
 * call. It answers `observe` through the readers' own interface, so that what a step's `fold` claims can be
 * held against a look. Not modelled: throttling, eventual consistency, other accounts.
 */

import type { LaunchPermissions } from '../../aws/readers/image-sharing.ts';
import type { Image } from '../../aws/readers/images.ts';
import type { Snapshot } from '../../aws/readers/snapshots.ts';
import { AwsError, type ErrorClass } from '../../core/errors.ts';
import { type Identity, idTag, tagKeys } from '../../core/identity.ts';
import { at, now } from './sample.test-data.ts';
import type { ImageKindReaders } from './sources.ts';

export interface Placed {
  readonly region: string;
  image: Image;
  permissions: LaunchPermissions;
}

export interface World {
  images: Placed[];
  snapshots: (Snapshot & { readonly region: string; accounts: readonly string[] })[];
  /** By client token. */
  readonly tokens: Map<string, string>;
  made: number;
  readonly rebooted: string[];
}

export const nobody: LaunchPermissions = { accounts: [], organizationArns: [], ouArns: [], public: false };

export const refusal = (kind: ErrorClass, code: string): AwsError =>
  new AwsError({ class: kind, code, call: 'ec2', message: code, definite: true });

/** Time passes: what is pending is done. */
export function finish(world: World): void {
  for (const placed of world.images) {
    const { image } = placed;
    if (image.state === 'pending') placed.image = { ...image, state: 'available', createdAt: at(now) };
  }
}

export const readersIn =
  (world: World) =>
  (region: string): ImageKindReaders => {
    const images = () => world.images.filter((one) => one.region === region).map(({ image }) => image);
    const snapshots = () => world.snapshots.filter((one) => one.region === region).map(plain);
    const ours = <One extends { readonly tags: Image['tags'] }>(all: One[], identity: Identity) =>
      all.filter(
        ({ tags }) => tags[tagKeys.cluster] === identity.cluster && tags[tagKeys.id] === idTag(identity),
      );
    return {
      images: {
        byIdentity: async (identity) => ours(images(), identity),
        byId: async (id) => images().find(({ imageId }) => imageId === id),
        ofSnapshot: async (id) => images().filter(({ snapshotIds }) => snapshotIds.includes(id)),
        byName: async (name) => images().find((one) => one.name === name),
      },
      snapshots: {
        byIdentity: async (identity) => ours(snapshots(), identity),
        byId: async (id) => snapshots().find(({ snapshotId }) => snapshotId === id),
      },
      imageSharing: {
        launchPermissions: async (id) => find(world, id).permissions,
        snapshotAccounts: async (id) =>
          world.snapshots.find(({ snapshotId }) => snapshotId === id)?.accounts ?? [],
      },
      imageReferences: async () => undefined,
      autoScalingUses: async () => [],
      instances: {
        byId: async (id) => ({ id, state: 'running', tags: { app: 'shop' }, interfaces: [] }),
        byTags: async () => [],
      },
      keys: { describe: async () => undefined },
    };
  };

const plain = ({ region: _, accounts: __, ...snapshot }: World['snapshots'][number]): Snapshot => snapshot;

export function find(world: World, imageId: unknown): Placed {
  const found = world.images.find(({ image }) => image.imageId === imageId);
  if (!found) throw refusal('NotFound', 'InvalidAMIID.NotFound');
  return found;
}
