import { step } from '../../aws/step.ts';
import type { Context } from '../../core/context.ts';
import { idTag, tagKeys } from '../../core/identity.ts';
import { claimOn, mayManage } from '../../core/ownership.ts';
import { blocked, inSync, type Plan, type Step } from '../../core/plan.ts';
import { deleteAlias } from './aliases.ts';
import { changed, isPendingDeletion, nameOf, type Place, type Seen, type SeenKey } from './seen.ts';
import { deletionPolicyOf, type KMSKey } from './self.ts';
import { fieldAt, regionOf } from './tags.ts';

/** For a replica that the manifest names no longer, and so no window either. Days. */
const defaultWindow = 30;

/** How soon to look whether somebody has settled which key is meant. Milliseconds. */
const minute = 60_000;

/**
 * What deleting the object does: nothing to a key that is somebody else's; a mark on one that is retained,
 * so that the same manifest finds it again; else its names go and its deletion is scheduled, replicas first.
 * AWS holds a primary in PendingReplicaDeletion until they are gone, and starts its window then.
 */
export function remove(self: KMSKey, seen: Seen, ctx: Context): Plan<Seen> {
  const { key, claims } = seen;
  if (!key) {
    // One of them was made by this object, and nobody would know of it any more.
    const disputed = claims.some(({ tags }) => claimOn(tags, self) === 'ours');
    return disputed ? blocked('Conflict', disputedClaims(seen), ctx.now + minute) : inSync;
  }
  if (!mayManage(key.tags, self, seen.cameBy) || neverTaken(self, key)) return inSync;
  if (deletionPolicyOf(self) === 'Retain') return retain(self, key);
  const replicas = Object.entries(seen.replicas).filter(([, replica]) => isOurs(self, replica));
  const { deletionWindowDays, aliases = [] } = self.spec;
  return {
    steps: [
      ...replicas.flatMap(([region, replica]) => {
        const declared = self.spec.replicas?.find((one) => one.region === region);
        const named = self.status.replicas?.find((one) => one.region === region)?.aliases ?? [];
        const names = [...(declared?.aliases ?? []), ...named];
        const window = declared?.deletionWindowDays ?? defaultWindow;
        return schedule(replica, region, names, window, 'the object is deleted');
      }),
      ...schedule(
        key,
        undefined,
        [...aliases, ...(self.status.aliases ?? [])],
        deletionWindowDays,
        'the object is deleted',
      ),
    ],
  };
}

/** A key that was to be adopted and carries no sign of it (it was of another kind, say) is still its owner's. */
const neverTaken = (self: KMSKey, { tags }: SeenKey): boolean =>
  self.spec.adopt !== undefined && claimOn(tags, self) === 'unclaimed';

/** For a Conflict: a look-up that finds two never picks. */
export const disputedClaims = ({ claims }: Seen): string =>
  `${claims.map(({ keyId }) => keyId).join(' and ')} all carry this object's ${tagKeys.id}: remove it from those that are not meant`;

/** Replicas that the manifest no longer names; one that somebody else made is theirs. */
export function goingReplicas(self: KMSKey, seen: Seen): [region: string, replica: SeenKey][] {
  const declared = new Set(self.spec.replicas?.map(({ region }) => region));
  return Object.entries(seen.replicas).filter(
    ([region, replica]) => !declared.has(region) && isOurs(self, replica),
  );
}

export const removeReplicas = (self: KMSKey, seen: Seen): Step<Seen>[] =>
  goingReplicas(self, seen).flatMap(([region, replica]) => {
    const named = self.status.replicas?.find((one) => one.region === region)?.aliases ?? [];
    return schedule(replica, region, named, defaultWindow, 'the manifest no longer names this replica');
  });

const isOurs = ({ identity }: KMSKey, { tags }: SeenKey): boolean =>
  tags[tagKeys.id] === idTag(identity) && tags[tagKeys.cluster] === identity.cluster;

function schedule(
  key: SeenKey,
  place: Place,
  names: readonly string[],
  days: number,
  because: string,
): Step<Seen>[] {
  const named = [...new Set(names)].filter((alias) => key.aliases.includes(alias));
  return [
    ...named.map((alias) => ({ ...deleteAlias(key, place, alias, because), destroys: true as const })),
    ...(isPendingDeletion(key) ? [] : [scheduleDeletion(key, place, days, because)]),
  ];
}

const scheduleDeletion = (key: SeenKey, place: Place, days: number, because: string): Step<Seen> => {
  const done = (seen: Seen, state: string | undefined, date: Date | undefined) =>
    changed(seen, place, (now) => ({
      ...now,
      state: state ?? 'PendingDeletion',
      deletionDate: date?.toISOString(),
    }));
  return step<Seen>()('kms:ScheduleKeyDeletion', {
    ...regionOf(place),
    input: { KeyId: key.keyId, PendingWindowInDays: days },
    why: `${nameOf(key, place)}: ${because}; AWS deletes it in ${days} days, until when it can be had back`,
    field: fieldAt(place, 'deletionWindowDays'),
    destroys: true,
    expected: true,
    fold: (seen, { KeyState, DeletionDate }) => done(seen, KeyState, DeletionDate),
    // Somebody was faster: what was wanted is so.
    refused: (seen, error) => (error.class === 'NotFound' ? withoutKey(seen, place) : undefined),
  });
};

function withoutKey(seen: Seen, place: Place): Seen {
  if (place === undefined) return { ...seen, key: undefined };
  const { [place]: _, ...replicas } = seen.replicas;
  return { ...seen, replicas };
}

function retain(self: KMSKey, key: SeenKey): Plan<Seen> {
  const marked = tagKeys.released in key.tags || claimOn(key.tags, self) !== 'ours';
  // A key that is scheduled for deletion takes no tags.
  if (marked || isPendingDeletion(key)) return inSync;
  const released = { [tagKeys.released]: 'true' };
  return {
    steps: [
      step<Seen>()('kms:TagResource', {
        input: { KeyId: key.keyId, Tags: [{ TagKey: tagKeys.released, TagValue: 'true' }] },
        why: `${key.keyId} is retained: deletionPolicy is Retain`,
        event: 'Retained',
        fold: (seen) => changed(seen, undefined, (now) => ({ ...now, tags: { ...now.tags, ...released } })),
      }),
    ],
  };
}
