import type { Image } from '../../aws/readers/images.ts';
import { step } from '../../aws/step.ts';
import type { Context } from '../../core/context.ts';
import type { StepError } from '../../core/errors.ts';
import { blocked, type Plan, type Step } from '../../core/plan.ts';
import { type Tags, tagList } from '../../core/tags.ts';
import type { Patient } from './gone.ts';
import { changeSite, type Seen } from './seen.ts';
import { type ImageObject, imageNameOf } from './self.ts';
import { copiesTag, desiredTags, withInstanceTags } from './tags.ts';

/** How soon to look again for an instance that does not exist yet, or for who has the name. Milliseconds. */
const soon = 15_000;

/**
 * A new image, with everything that makes it and its snapshots ours in the one call.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html
 */
export function make(self: ImageObject, seen: Seen, ctx: Patient): Plan<Seen> {
  const { source } = seen;
  const { namesake } = seen.primary;
  if (namesake) {
    const message = `${named(namesake)}: delete it, adopt it, or give another spec.imageName`;
    return blocked('Conflict', message, ctx.now + 4 * soon);
  }
  if (seen.primary.nameTaken !== undefined) {
    return blocked('Conflict', seen.primary.nameTaken, ctx.now + soon);
  }
  const copyFrom = self.spec.source?.copyFrom;
  if (copyFrom) return { steps: [copyOf(self, seen, copyFrom, ctx)] };
  switch (source.state) {
    case 'not looked for':
      // There was an image when it was looked for.
      if (self.spec.source)
        return blocked('Pending', 'what to make the image of is looked for next', ctx.now);
      return blocked('NotFound', 'spec.source does not say what to make the image of');
    case 'missing':
      return blocked('DependencyNotReady', source.what, ctx.now + soon);
    case 'several': {
      const message = `source.instanceSelector finds ${source.instanceIds.join(' and ')}: it must find one`;
      return blocked('Conflict', message, ctx.now + 4 * soon);
    }
    case 'instance':
      return { steps: [createImage(self, seen, source, ctx)] };
  }
}

export const named = ({ imageId, name }: Image): string =>
  `${imageId} is named ${name} already, and AWS's names are unique`;

function createImage(
  self: ImageObject,
  found: Seen,
  { instanceId, tags: instanceTags }: { readonly instanceId: string; readonly tags: Tags },
  ctx: Patient,
): Step<Seen> {
  const { spec } = self;
  const own = primaryTags(self, found, ctx);
  const tags = spec.copyInstanceTags ? withInstanceTags(own, instanceTags) : own;
  const description = spec.description ?? '';
  const volumes = (spec.volumes ?? []).map(mappingOf);
  return step<Seen>()('ec2:CreateImage', {
    input: {
      InstanceId: instanceId,
      Name: imageNameOf(self),
      ...(description === '' ? {} : { Description: description }),
      NoReboot: spec.noReboot,
      ...(volumes.length > 0 ? { BlockDeviceMappings: volumes } : {}),
      TagSpecifications: tagSpecifications(self, ctx, tags, ctx.creationToken),
    },
    why: spec.noReboot
      ? `${instanceId} is to be imaged`
      : `${instanceId} is to be imaged, and is rebooted for it`,
    creates: true,
    fold: (seen, { ImageId }) =>
      made(self, seen, ctx, ImageId, { description, sourceInstanceId: instanceId, tags }),
    refused: (seen, error) => nameTaken(seen, ctx.scope.region, error),
  });
}

function copyOf(
  self: ImageObject,
  found: Seen,
  { imageId, region }: { readonly imageId: string; readonly region: string },
  ctx: Patient,
): Step<Seen> {
  const tags = primaryTags(self, found, ctx);
  const description = self.spec.description ?? '';
  return step<Seen>()('ec2:CopyImage', {
    input: {
      SourceImageId: imageId,
      SourceRegion: region,
      Name: imageNameOf(self),
      ...(description === '' ? {} : { Description: description }),
      ClientToken: ctx.creationToken,
      TagSpecifications: tagSpecifications(self, ctx, tags, ctx.creationToken),
    },
    why: `${imageId} in ${region} is to be copied`,
    creates: true,
    fold: (seen, { ImageId }) => made(self, seen, ctx, ImageId, { description, tags }),
    refused: (seen, error) => nameTaken(seen, ctx.scope.region, error),
  });
}

const primaryTags = (self: ImageObject, found: Seen, ctx: Patient): Tags => ({
  ...desiredTags(self, ctx, 'primary', ctx.creationToken),
  ...copiesTag(self, found, ctx),
});

/** Of the image, and of its snapshots. */
export const tagSpecifications = (
  self: ImageObject,
  ctx: Context,
  tags: Tags,
  creation: string | undefined,
) => [
  { ResourceType: 'image' as const, Tags: tagList(tags) },
  { ResourceType: 'snapshot' as const, Tags: tagList(desiredTags(self, ctx, 'snapshot', creation)) },
];

/** CreateImage can leave an existing volume out and say whether what is made of it goes with its instance: no more. */
const mappingOf = ({
  deviceName,
  exclude,
  deleteOnTermination,
}: {
  readonly deviceName: string;
  readonly exclude: boolean;
  readonly deleteOnTermination?: boolean | undefined;
}) => ({
  DeviceName: deviceName,
  ...(exclude ? { NoDevice: '' } : {}),
  ...(deleteOnTermination === undefined ? {} : { Ebs: { DeleteOnTermination: deleteOnTermination } }),
});

function made(
  self: ImageObject,
  seen: Seen,
  ctx: Patient,
  imageId: string | undefined,
  facts: Pick<Image, 'description' | 'sourceInstanceId' | 'tags'>,
): Seen {
  const image = newImage(imageId, imageNameOf(self), facts);
  const after = changeSite(seen, ctx.scope.region, (site) => ({ ...site, image, snapshots: [] }));
  return { ...after, cameBy: 'identity', source: { state: 'not looked for' } };
}

/** As AWS shows it at first: its snapshots come with the next look. */
export function newImage(
  imageId: string | undefined,
  name: string,
  facts: Pick<Image, 'description' | 'sourceInstanceId' | 'tags'>,
): Image {
  if (imageId === undefined) throw new Error('AWS answered without an ImageId');
  return { imageId, name, state: 'pending', public: false, snapshotIds: [], size: 0, ...facts };
}

/** Perhaps our own of a reply that was lost, which the next look finds by its tags. */
export const nameTaken = (seen: Seen, region: string, error: StepError): Seen | undefined =>
  error.code === 'InvalidAMIName.Duplicate'
    ? changeSite(seen, region, (site) => ({ ...site, nameTaken: error.message }))
    : undefined;
