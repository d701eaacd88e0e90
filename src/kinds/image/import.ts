import type { Aws } from '../../aws/index.ts';
import type { Image } from '../../aws/readers/images.ts';
import type { Context } from '../../core/context.ts';
import {
  asObject,
  type Candidate,
  type Importer,
  ifUnchanged,
  importableTags,
  importContext,
  type Rendered,
  whoseAlready,
} from '../../core/import.ts';
import type { Scope } from '../../core/scope.ts';
import type { Tags } from '../../core/tags.ts';
import { diff } from './diff.ts';
import { importDeprecation, importShare } from './import-parts.ts';
import { observe } from './observe.ts';
import { isFailed, type Seen, type Site } from './seen.ts';
import type { ImageKindReaders } from './sources.ts';
import { imageDefinition } from './spec.ts';

export const imageImporter = (aws: Pick<Aws, 'in'>): Importer => ({
  definition: imageDefinition,
  async list(scope, now) {
    return (await aws.in(scope).allImages()).map((image): Candidate => {
      const { imageId, tags } = image;
      const title = tags.Name || image.name || undefined;
      return {
        id: imageId,
        title,
        names: [imageId, image.name, ...(tags.Name ? [tags.Name] : [])],
        tags: async () => tags,
        read: () => read(image, aws, importContext(scope, now)),
      };
    });
  },
});

async function read(image: Image, aws: Pick<Aws, 'in'>, ctx: Context): Promise<Rendered> {
  const reason = notToBeManaged(image);
  if (reason !== undefined) return { reason };
  // Whom an image is shared with is read for a manifest that speaks of it.
  const self = asObject(imageDefinition, { adopt: image.imageId, share: {} });
  if (typeof self === 'string') return { reason: self };
  const seen = await observe(self, ctx, (region) => readersFor(image, aws, { ...ctx.scope, region }));
  return await ifUnchanged(imageDefinition, importImage(seen, ctx), ['ec2:CreateTags'], (imported) =>
    diff(imported, seen, ctx, 0),
  );
}

/** With the image as it was listed, and without asking who uses it: that is for status. */
function readersFor(image: Image, aws: Pick<Aws, 'in'>, scope: Scope): ImageKindReaders {
  const readers = aws.in(scope);
  return {
    ...readers,
    images: { ...readers.images, byIdentity: async () => [], byId: async () => image },
    imageReferences: async () => undefined,
    autoScalingUses: async () => [],
  };
}

function notToBeManaged(image: Image): string | undefined {
  if (isFailed(image)) return `AWS failed to make it: ${image.stateReason ?? 'it does not say why'}`;
  if (!['available', 'disabled'].includes(image.state))
    return `it is ${image.state}: import it when it is available`;
  return undefined;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html: Name; the schema takes no other. */
const name = /^[a-zA-Z0-9()[\] ./'@_-]{3,128}$/;

/** The spec that adopts an image and keeps it as it is. */
export function importImage({ primary }: Pick<Seen, 'primary'>, { scope }: Pick<Context, 'scope'>): Rendered {
  const { image } = primary;
  if (!image) return { reason: 'it is gone by now' };
  const problem = notToBeManaged(image) ?? whoseAlready(image.tags);
  if (problem !== undefined) return { reason: problem };
  const tags = importableTags(image.tags);
  const snapshotTags = importableTags(commonTags(primary), 'snapshotTags');
  const reason = tags.reason ?? snapshotProblem(primary);
  if (reason !== undefined) return { reason };
  const share = importShare(primary);
  const deprecation = importDeprecation(image);
  return {
    spec: {
      adopt: image.imageId,
      region: scope.region,
      ...(name.test(image.name) ? { imageName: image.name } : {}),
      ...(image.description === '' ? {} : { description: image.description }),
      ...share.spec,
      ...deprecation.spec,
      ...protectionOf(image),
      ...tags.spec,
      ...snapshotTags.spec,
    },
    notes: [
      ...tags.notes,
      ...snapshotTags.notes,
      ...share.notes,
      ...deprecation.notes,
      ...disabledNote(image),
    ],
  };
}

function protectionOf({ deregistrationProtection = 'disabled' }: Image) {
  if (!deregistrationProtection.startsWith('enabled')) return {};
  const cooldown = deregistrationProtection === 'enabled-with-cooldown';
  return { deregistrationProtection: { enabled: true, ...(cooldown ? { cooldown } : {}) } };
}

const disabledNote = ({ imageId, state }: Image): string[] =>
  state === 'disabled'
    ? [`${imageId} is disabled, and stays so: no manifest enables what it has not disabled`]
    : [];

/** What a snapshot has beside is left to it. */
function commonTags({ snapshots }: Site): Tags {
  const [first, ...others] = ownSnapshots(snapshots);
  const common = Object.entries(first?.tags ?? {}).filter(([key, value]) =>
    others.every(({ tags }) => tags[key] === value),
  );
  return Object.fromEntries(common);
}

/** Those that are another object's are not touched. */
const ownSnapshots = (snapshots: Site['snapshots']): Site['snapshots'] =>
  snapshots.filter(({ tags }) => whoseAlready(tags) === undefined);

/** Each is tagged with its image. */
const snapshotProblem = ({ snapshots }: Site): string | undefined =>
  ownSnapshots(snapshots).flatMap(({ snapshotId, tags }) => {
    const { reason } = importableTags(tags);
    return reason === undefined ? [] : [`its snapshot ${snapshotId} cannot be tagged: ${reason}`];
  })[0];
