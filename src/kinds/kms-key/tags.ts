import { step } from '../../aws/step.ts';
import { tagKeys } from '../../core/identity.ts';
import { claimOn } from '../../core/ownership.ts';
import type { Step } from '../../core/plan.ts';
import { applyTags, describeTagChanges, diffTags, type Tags } from '../../core/tags.ts';
import type { Desired } from './desired.ts';
import { changed, nameOf, type Place, type Seen, type SeenKey } from './seen.ts';
import type { KMSKey } from './self.ts';

/** Tags as KMS takes them, in its own spelling. */
export const kmsTags = (tags: Tags) =>
  Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));

export function retag(self: KMSKey, key: SeenKey, desired: Desired): Step<Seen>[] {
  const changes = diffTags(desired.tags, key.tags, { managed: desired.managedTags });
  const unset = [...(changes?.unset ?? []), ...(tagKeys.released in key.tags ? [tagKeys.released] : [])];
  const set = changes?.set ?? {};
  return [...setTags(self, key, desired.place, set), ...unsetTags(key, desired.place, unset)];
}

function setTags(self: KMSKey, key: SeenKey, place: Place, set: Tags): Step<Seen>[] {
  if (Object.keys(set).length === 0) return [];
  const takenOver = claimOn(key.tags, self) === 'previous';
  const changes = { set, unset: [] };
  return [
    step<Seen>()('kms:TagResource', {
      ...regionOf(place),
      input: { KeyId: key.keyId, Tags: kmsTags(set) },
      why: takenOver
        ? `${nameOf(key, place)} is this object's by its identity tags: taken over`
        : `${nameOf(key, place)}: ${describeTagChanges(changes)}`,
      field: fieldAt(place, 'tags'),
      ...(takenOver ? { event: 'TakenOver', expected: true } : {}),
      fold: (seen) => changed(seen, place, (now) => ({ ...now, tags: applyTags(now.tags, changes) })),
    }),
  ];
}

function unsetTags(key: SeenKey, place: Place, unset: readonly string[]): Step<Seen>[] {
  if (unset.length === 0) return [];
  const changes = { set: {}, unset };
  return [
    step<Seen>()('kms:UntagResource', {
      ...regionOf(place),
      input: { KeyId: key.keyId, TagKeys: [...unset] },
      why: `${nameOf(key, place)}: ${describeTagChanges(changes)}`,
      field: fieldAt(place, 'tags'),
      fold: (seen) => changed(seen, place, (now) => ({ ...now, tags: applyTags(now.tags, changes) })),
    }),
  ];
}

/** Where a step is called: what is in the object's own Region names none. */
export const regionOf = (place: Place) => (place === undefined ? {} : { region: place });

/** A field's name in drift and in fights: `aliases`, or `replicas[eu-west-1].aliases`. */
export const fieldAt = (place: Place, field: string): string =>
  place === undefined ? field : `replicas[${place}].${field}`;
