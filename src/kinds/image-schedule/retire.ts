import { annotations } from '../../core/identity.ts';
import { objectStep } from '../../core/object-step.ts';
import type { Step } from '../../core/plan.ts';
import { expiredOf } from './expiry.ts';
import { retentionAnnotation } from './objects.ts';
import { once } from './once.ts';
import { paceOf } from './pace.ts';
import { notChanged } from './refused.ts';
import { type Decision, decide } from './retention/decide.ts';
import type { Expired } from './retention/expire.ts';
import type { ImageObject, Seen } from './seen.ts';
import type { ImageSchedule } from './self.ts';

/** Deletions in one reconcile, which has other things to do. */
const cap = 10;

/** Refusals in one reconcile: whoever refuses so many refuses the rest, too. */
const maxRefusals = 5;

/** Age counts by a clock, and one that is far ahead would let all but `min` go. */
export const clockAhead = "this machine's clock is ahead of AWS's";

/** What retention does now, and what it holds and why. */
export function retentionOf(self: ImageSchedule, seen: Seen, now: number): Decision {
  return decisionOn(seen, self, now);
}

const decisionOn = once((seen: Seen, self: ImageSchedule, now: number): Decision => {
  const entries = expiredOf(self, seen, now).map((entry) => {
    const hold = entry.hold ?? holdOf(self, seen, entry);
    return hold === undefined ? entry : { ...entry, hold };
  });
  const { deletions, held } = decide(entries, {
    usageOf: (imageId) => seen.usage.get(imageId),
    deleteInUse: self.spec.deleteInUse,
    ...roomFor(self, seen, now),
  });
  const { ready = [], unready = [] } = Object.groupBy(deletions, ({ image }) =>
    isTaken(seen, image) ? 'ready' : 'unready',
  );
  return {
    deletions: ready,
    held: [...held, ...unready.map((entry) => ({ ...entry, hold: 'its Image has not taken it over yet' }))],
  };
});

function holdOf(self: ImageSchedule, { clockAhead: ahead, refused }: Seen, { image }: Expired) {
  const refusal = refused.get(image.name);
  if (refusal) return `the API server refuses it: ${refusal.message}`;
  return ahead && !self.deleting ? clockAhead : undefined;
}

/** How many may go now. Who deletes the schedule with all it has is held by `--max-deletions` instead. */
function roomFor(self: ImageSchedule, seen: Seen, now: number): { cap: number; full?: string } {
  const refusals = [...seen.refused.values()].filter(({ what }) => what === 'change').length;
  const room = refusals < maxRefusals ? cap - seen.deletedNow : 0;
  if (self.deleting) return { cap: room };
  const { limit, left } = paceOf(self, seen, now);
  if (room <= left) return { cap: room };
  return { cap: left, full: `no more than ${limit} are deleted in ten minutes` };
}

/** When retention goes on that has reached its pace; undefined where it has not. */
export function resumesAt(self: ImageSchedule, seen: Seen, now: number): number | undefined {
  if (expiredOf(self, seen, now).length === 0) return undefined;
  const { left, nextAt } = paceOf(self, seen, now);
  return left > 0 ? undefined : nextAt;
}

/** Whether an Image stands for it: only by deleting that does an AMI go. */
function isTaken({ objects }: Seen, { name, imageId }: Expired['image']): boolean {
  const object = objects.find((found) => found.name === name);
  return object !== undefined && object.imageId === imageId;
}

/**
 * Sets an Image to `Delete` and deletes it, both in one go. One that was left between the two, by a crash,
 * and is to stay after all is set back: scheduled images are `Retain` but for this moment.
 */
export function retire(self: ImageSchedule, seen: Seen, now: number): Step<Seen>[] {
  const { deletions } = retentionOf(self, seen, now);
  const going = new Set(deletions.map(({ image }) => image.name));
  const byName = new Map(seen.objects.map((object) => [object.name, object]));
  const { namespace } = self.identity;
  const left = seen.objects.filter(
    ({ name, markedByRetention, deleting }) =>
      markedByRetention && !deleting && !going.has(name) && !seen.refused.has(name),
  );
  return [
    ...left.map((object) => restore(namespace, object)),
    ...deletions.flatMap((entry) => {
      const object = byName.get(entry.image.name);
      return object ? remove(self, object, entry) : [];
    }),
  ];
}

/** What is to be set back when the schedule itself goes and its images stay. */
export const restoreAll = ({ identity }: ImageSchedule, { objects, refused }: Seen): Step<Seen>[] =>
  objects
    .filter(({ name, markedByRetention, deleting }) => markedByRetention && !deleting && !refused.has(name))
    .map((object) => restore(identity.namespace, object));

function remove(self: ImageSchedule, object: ImageObject, { reason, image }: Expired): Step<Seen>[] {
  const { namespace } = self.identity;
  const { name, uid } = object;
  // Routine keeps to its own pace; deleting the schedule with all it has may be an accident like any other.
  const confirmed = !self.deleting || self.annotations[annotations.allowDeletion] === 'true';
  const what = `${name}${image.imageId === undefined ? '' : ` (${image.imageId})`}: ${reason}`;
  const destroying = { destroys: true as const, ...(confirmed ? { paced: true as const } : {}) };
  const mark = objectStep<Seen>()('k8s:Patch', {
    input: {
      kind: 'Image',
      namespace,
      name,
      uid,
      patch: {
        metadata: {
          annotations: {
            [retentionAnnotation]: reason,
            ...(confirmed ? { [annotations.allowDeletion]: 'true' } : {}),
          },
        },
        spec: { deletionPolicy: 'Delete' },
      },
    },
    why: `${what}: marked for deletion`,
    event: 'ImageExpired',
    // Marked, anybody's deletion of it would delete the AMI: so it is held as the deletion itself is.
    ...destroying,
    fold: withObject(name, { deletionPolicy: 'Delete', markedByRetention: true }),
    refused: notChanged(name),
  });
  const deletion = objectStep<Seen>()('k8s:Delete', {
    input: { kind: 'Image', namespace, name, uid },
    why: what,
    event: 'ImageDeleted',
    ...destroying,
    refused: notChanged(name),
    fold: (seen) => ({
      ...withObject(name, { deleting: true })(seen),
      deletedNow: seen.deletedNow + 1,
    }),
  });
  return object.deletionPolicy === 'Delete' && object.markedByRetention ? [deletion] : [mark, deletion];
}

const restore = (namespace: string, { name, uid }: ImageObject): Step<Seen> =>
  objectStep<Seen>()('k8s:Patch', {
    input: {
      kind: 'Image',
      namespace,
      name,
      uid,
      patch: {
        metadata: { annotations: { [retentionAnnotation]: null, [annotations.allowDeletion]: null } },
        spec: { deletionPolicy: 'Retain' },
      },
    },
    why: `${name}: stays after all`,
    event: 'ImageKept',
    fold: withObject(name, { deletionPolicy: 'Retain', markedByRetention: false }),
    refused: notChanged(name),
  });

const withObject =
  (name: string, change: Partial<ImageObject>) =>
  (seen: Seen): Seen => ({
    ...seen,
    objects: seen.objects.map((object) => (object.name === name ? { ...object, ...change } : object)),
  });
