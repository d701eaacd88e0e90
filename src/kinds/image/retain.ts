import { step } from '../../aws/step.ts';
import type { Context } from '../../core/context.ts';
import { tagKeys } from '../../core/identity.ts';
import { claimOn } from '../../core/ownership.ts';
import type { Step } from '../../core/plan.ts';
import { at, type Seen, type Site } from './seen.ts';
import type { ImageObject } from './self.ts';
import { withTags } from './tags.ts';

/**
 * A mark on an image and its snapshots that are left, so that the same manifest finds them again and nobody
 * takes them for forgotten. An adopted image that was never tagged as ours has nothing to be marked
 * released from.
 */
export function retain(self: ImageObject, site: Site, ctx: Context): Step<Seen>[] {
  const { image, snapshots } = site;
  const resources = [
    ...(image ? [{ id: image.imageId, tags: image.tags }] : []),
    ...snapshots.map(({ snapshotId, tags }) => ({ id: snapshotId, tags })),
  ].filter(({ tags }) => !(tagKeys.released in tags) && claimOn(tags, self) === 'ours');
  if (resources.length === 0) return [];
  const ids = resources.map(({ id }) => id);
  return [
    step<Seen>()('ec2:CreateTags', {
      ...at(site, ctx.scope.region),
      input: { Resources: ids, Tags: [{ Key: tagKeys.released, Value: 'true' }] },
      why: `${ids.join(', ')}: retained, for deletionPolicy is Retain`,
      event: 'Retained',
      fold: (seen) => withTags(seen, site, ids, { set: { [tagKeys.released]: 'true' }, unset: [] }),
    }),
  ];
}
