import { objectStep } from '../../core/object-step.ts';
import type { Step } from '../../core/plan.ts';
import { expiredOf } from './expiry.ts';
import { retentionAnnotation } from './objects.ts';
import { type Decision, decide } from './retention/decide.ts';
import type { Expired } from './retention/expire.ts';
import type { ImageObject, Seen } from './seen.ts';
import type { ImageSchedule } from './self.ts';

/** Deletions in one reconcile: a rule that was changed by mistake does its damage slowly. */
const cap = 10;

/** Age counts by a clock, and one that is far ahead would let all but `min` go. */
export const clockAhead = "this machine's clock is ahead of AWS's";

/** What retention does now, and what it holds and why. */
export function retentionOf(self: ImageSchedule, seen: Seen, now: number): Decision {
  const entries = expiredOf(self, seen, now).map((entry) =>
    seen.clockAhead && !self.deleting ? { ...entry, hold: entry.hold ?? clockAhead } : entry,
  );
  const { deletions, held } = decide(entries, {
    usageOf: (imageId) => seen.usage.get(imageId),
    deleteInUse: self.spec.deleteInUse,
    cap: cap - seen.deletedNow,
  });
  const { ready = [], unready = [] } = Object.groupBy(deletions, ({ image }) =>
    isTaken(seen, image) ? 'ready' : 'unready',
  );
  return {
    deletions: ready,
    held: [...held, ...unready.map((entry) => ({ ...entry, hold: 'its Image has not taken it over yet' }))],
  };
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
    ({ name, markedByRetention, deleting }) => markedByRetention && !deleting && !going.has(name),
  );
  return [
    ...left.map((object) => restore(namespace, object)),
    ...deletions.flatMap((entry) => {
      const object = byName.get(entry.image.name);
      return object ? remove(namespace, object, entry) : [];
    }),
  ];
}

/** What is to be set back when the schedule itself goes and its images stay. */
export const restoreAll = ({ identity }: ImageSchedule, { objects }: Seen): Step<Seen>[] =>
  objects
    .filter(({ markedByRetention, deleting }) => markedByRetention && !deleting)
    .map((object) => restore(identity.namespace, object));

function remove(namespace: string, object: ImageObject, { reason, image }: Expired): Step<Seen>[] {
  const { name, uid } = object;
  const what = `${name}${image.imageId === undefined ? '' : ` (${image.imageId})`}: ${reason}`;
  const mark = objectStep<Seen>()('k8s:Patch', {
    input: {
      kind: 'Image',
      namespace,
      name,
      uid,
      patch: {
        metadata: { annotations: { [retentionAnnotation]: reason } },
        spec: { deletionPolicy: 'Delete' },
      },
    },
    why: `${what}: marked for deletion`,
    event: 'ImageExpired',
    fold: withObject(name, { deletionPolicy: 'Delete', markedByRetention: true }),
    refused: ifGone(name),
  });
  const deletion = objectStep<Seen>()('k8s:Delete', {
    input: { kind: 'Image', namespace, name, uid },
    why: what,
    event: 'ImageDeleted',
    destroys: true,
    fold: (seen) => ({
      ...withObject(name, { deleting: true })(seen),
      deletedNow: seen.deletedNow + 1,
    }),
  });
  return object.deletionPolicy === 'Delete' ? [deletion] : [mark, deletion];
}

const restore = (namespace: string, { name, uid }: ImageObject): Step<Seen> =>
  objectStep<Seen>()('k8s:Patch', {
    input: {
      kind: 'Image',
      namespace,
      name,
      uid,
      patch: {
        metadata: { annotations: { [retentionAnnotation]: null } },
        spec: { deletionPolicy: 'Retain' },
      },
    },
    why: `${name}: stays after all`,
    event: 'ImageKept',
    fold: withObject(name, { deletionPolicy: 'Retain', markedByRetention: false }),
    refused: ifGone(name),
  });

const withObject =
  (name: string, change: Partial<ImageObject>) =>
  (seen: Seen): Seen => ({
    ...seen,
    objects: seen.objects.map((object) => (object.name === name ? { ...object, ...change } : object)),
  });

const ifGone =
  (name: string) =>
  (seen: Seen, error: { readonly class: string }): Seen | undefined =>
    error.class === 'NotFound'
      ? { ...seen, objects: seen.objects.filter((object) => object.name !== name) }
      : undefined;
