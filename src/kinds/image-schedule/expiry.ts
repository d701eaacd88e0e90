import { once } from './once.ts';
import { type Expired, expired } from './retention/expire.ts';
import type { ScheduledImage } from './retention/image.ts';
import type { ImageObject, Seen } from './seen.ts';
import { type ImageSchedule, rulesOf } from './self.ts';

type Judged = Pick<Seen, 'images' | 'objects' | 'gone'>;

/** The images that no rule keeps any more, oldest first. */
export const expiredOf = (self: ImageSchedule, seen: Judged, now: number): readonly Expired[] =>
  expiredFrom(seen, self, now);

const expiredFrom = once((seen: Judged, self: ImageSchedule, now: number): readonly Expired[] =>
  expired(scheduledImages(seen), {
    now,
    rules: rulesOf(self),
    gone: seen.gone,
    onInstanceGone: self.spec.onInstanceGone,
    failedHistoryLimit: self.spec.failedHistoryLimit,
    all: self.deleting,
  }),
);

/** What retention judges: AWS's list, and the Image objects of which AWS has nothing. */
export const scheduledImages = once(({ images, objects }: Judged): readonly ScheduledImage[] => {
  const byName = new Map(objects.map((object) => [object.name, object]));
  const listed = images.map((image): ScheduledImage => {
    const { objectName: name, imageId, schedule, instanceId, tick, state, isProtected } = image;
    const { deleting: going = false, copies = [] } = byName.get(name) ?? {};
    return {
      name,
      imageId,
      schedule,
      instanceId,
      tick,
      state,
      isListed: true,
      copies,
      isProtected,
      going,
    };
  });
  const names = new Set(images.map(({ objectName }) => objectName));
  const newest = newestTicks(objects);
  const others = objects
    .filter(({ name }) => !names.has(name))
    .map((object): ScheduledImage => {
      const { name, imageId, schedule, instanceId, tick, copies, deleting: going } = object;
      const state = stateOf(object, newest);
      const inAws = { isListed: false, copies, isProtected: false };
      return { name, imageId, schedule, instanceId, tick, state, ...inAws, going };
    });
  return [...listed, ...others];
});

/** Of an Image whose AMI is not in AWS's list. */
function stateOf(object: ImageObject, newest: ReadonlyMap<string, number>): ScheduledImage['state'] {
  const { state, reason, imageId, stalled, tick } = object;
  if (state === 'Failed') return 'failed';
  if (state === 'Gone' || reason === 'NotFound') return 'gone';
  // Made now it would be of today's disk under an old tick's name.
  const superseded = imageId === undefined && stalled && (newest.get(groupOfObject(object)) ?? 0) > tick;
  return superseded ? 'failed' : 'pending';
}

const groupOfObject = ({ schedule, instanceId }: ImageObject): string => `${schedule}/${instanceId}`;

function newestTicks(objects: readonly ImageObject[]): ReadonlyMap<string, number> {
  const groups = Map.groupBy(objects, groupOfObject);
  return new Map([...groups].map(([group, of]) => [group, Math.max(...of.map(({ tick }) => tick))]));
}

/** When the first image that an `age` keeps is no longer kept by it. */
export function nextExpiry(self: ImageSchedule, seen: Judged, now: number): number | undefined {
  const rules = rulesOf(self);
  const times = scheduledImages(seen).flatMap(({ schedule, tick }) => {
    const age = rules.get(schedule)?.age;
    return age !== undefined && tick + age > now ? [tick + age] : [];
  });
  return times.length === 0 ? undefined : Math.min(...times);
}
