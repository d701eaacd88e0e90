import { step } from '../../aws/step.ts';
import { tagKeys } from '../../core/identity.ts';
import { claimOn } from '../../core/ownership.ts';
import type { Step } from '../../core/plan.ts';
import { tagCalls } from '../../core/tag-calls.ts';
import { applyTags, describeTagChanges, diffTags, type TagChanges, type Tags } from '../../core/tags.ts';
import type { Desired } from './desired.ts';
import { changed, nameOf, type Place, type Seen, type SeenKey } from './seen.ts';
import type { KMSKey } from './self.ts';

/** Tags as KMS takes them, in its own spelling. */
export const kmsTags = (tags: Tags) =>
  Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));

export function retag(
  self: KMSKey,
  key: SeenKey,
  { place, tags: desired, managedTags }: Desired,
): Step<Seen>[] {
  const changes = diffTags(desired, key.tags, { managed: managedTags });
  const released = tagKeys.released in key.tags ? [tagKeys.released] : [];
  const takenOver = claimOn(key.tags, self) === 'previous';
  const of = (part: TagChanges) => ({
    ...regionOf(place),
    why: `${nameOf(key, place)}: ${describeTagChanges(part)}`,
    field: fieldAt(place, 'tags'),
    fold: (seen: Seen) => changed(seen, place, (now) => ({ ...now, tags: applyTags(now.tags, part) })),
  });
  return tagCalls(
    { set: changes?.set ?? {}, unset: [...(changes?.unset ?? []), ...released] },
    {
      set: (tags, part) =>
        step<Seen>()('kms:TagResource', {
          input: { KeyId: key.keyId, Tags: kmsTags(tags) },
          ...of(part),
          ...(takenOver ? takingOver(nameOf(key, place)) : {}),
        }),
      unset: (TagKeys, part) =>
        step<Seen>()('kms:UntagResource', { input: { KeyId: key.keyId, TagKeys }, ...of(part) }),
    },
  );
}

const takingOver = (name: string) => ({
  why: `${name} is this object's by its identity tags: taken over`,
  event: 'TakenOver',
  expected: true as const,
});

/** Where a step is called: what is in the object's own Region names none. */
export const regionOf = (place: Place) => (place === undefined ? {} : { region: place });

/** A field's name in drift and in fights: `aliases`, or `replicas[eu-west-1].aliases`. */
export const fieldAt = (place: Place, field: string): string =>
  place === undefined ? field : `replicas[${place}].${field}`;
