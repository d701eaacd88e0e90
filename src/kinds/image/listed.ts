import type { Aws } from '../../aws/index.ts';
import type { Image } from '../../aws/readers/images.ts';
import type { Snapshot } from '../../aws/readers/snapshots.ts';
import { idTag, tagKeys } from '../../core/identity.ts';
import type { Scope } from '../../core/scope.ts';
import { copyRegions } from './observe.ts';
import type { ImageObject } from './self.ts';
import type { Lookups } from './sources.ts';

/** A cluster's images and snapshots in one Region, read in pages for the sweep. */
export interface Listed extends Lookups {
  readonly all: readonly Image[];
  hasImage(id: string): boolean;
  hasSnapshot(id: string): boolean;
}

export async function listed(aws: Aws, scope: Scope, cluster: string): Promise<Listed> {
  const { images, snapshots } = aws.in(scope);
  const [all, allSnapshots] = await Promise.all([
    images.allOfCluster(cluster),
    snapshots.allOfCluster(cluster),
  ]);
  const byId = new Map(all.map((image) => [image.imageId, image]));
  const byTag = Map.groupBy(all, ({ tags }) => tags[tagKeys.id] ?? '');
  const snapshotsById = new Map(allSnapshots.map((snapshot) => [snapshot.snapshotId, snapshot]));
  const snapshotsByTag: Map<string, Snapshot[]> = Map.groupBy(
    allSnapshots,
    ({ tags }) => tags[tagKeys.id] ?? '',
  );
  return {
    all,
    hasImage: (id) => byId.has(id),
    hasSnapshot: (id) => snapshotsById.has(id),
    images: {
      byIdentity: async (identity) => byTag.get(idTag(identity)) ?? [],
      byId: async (id) => byId.get(id),
      byName: async () => undefined,
    },
    snapshots: {
      byId: async (id) => snapshotsById.get(id),
      byIdentity: async (identity) => snapshotsByTag.get(idTag(identity)) ?? [],
    },
  };
}

/** Whether the listings show all that is known of an object; what they lack needs a fresh look. */
export async function showsAll(
  self: ImageObject,
  own: string,
  listedIn: (region: string) => Promise<Listed>,
): Promise<boolean> {
  const { status, spec } = self;
  const image =
    status.imageId === undefined ? undefined : await (await listedIn(own)).images.byId(status.imageId);
  const sites = [
    { region: own, imageId: status.imageId, snapshots: status.snapshots ?? [] },
    ...copyRegions(self, image, own).map((region) => {
      const known = status.copies?.find((copy) => copy.region === region);
      return { region, imageId: known?.imageId, snapshots: known?.snapshots ?? [] };
    }),
  ];
  if (spec.copies?.some(({ region }) => region === own)) return false;
  const shown = sites.map(async ({ region, imageId, snapshots }) => {
    const { hasImage, hasSnapshot } = await listedIn(region);
    return imageId !== undefined && hasImage(imageId) && snapshots.every(hasSnapshot);
  });
  return (await Promise.all(shown)).every(Boolean);
}
