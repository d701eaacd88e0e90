import { rfc3339 } from './rfc3339.ts';
import type { Seen } from './seen.ts';
import { type ImageSchedule, problemOf, timingOf } from './self.ts';
import type { ImageScheduleStatus } from './spec.ts';
import { countTicks } from './ticks/ticks.ts';

/**
 * How fast retention deletes: twice as fast as images are made, so that it keeps up, and a rule that was changed by
 * mistake does its damage slowly. It is a schedule's own and no part of `--max-deletions`, which a large fleet would
 * use up hour by hour, and with it what people delete.
 */
export interface Pace {
  /** In ten minutes. */
  readonly limit: number;
  /** How many more now. */
  readonly left: number;
  /** When there are some again, where none are left. */
  readonly nextAt: number;
}

const window = 10 * 60_000;
const day = 24 * 3_600_000;
/** However little is made. */
const least = 20;

export function paceOf(self: ImageSchedule, seen: Seen, now: number): Pace {
  const limit = limitOf(self, seen, now);
  const { since, count } = countOf(self, seen, now);
  return { limit, left: Math.max(0, limit - count), nextAt: since + window };
}

/** Of the images of a day, over all instances that have any: those that are gone have images to be deleted, too. */
function limitOf({ spec }: ImageSchedule, { instances, images }: Seen, now: number): number {
  const all = new Set([...instances, ...images.map(({ instanceId }) => instanceId)]).size;
  const ticks = spec.schedules
    .filter((schedule) => problemOf(schedule) === undefined)
    .map((schedule) => countTicks(timingOf(schedule), now - day, now));
  const made = all * ticks.reduce((sum, count) => sum + count, 0);
  return Math.max(least, Math.ceil((2 * made * window) / day));
}

interface Count {
  readonly since: number;
  readonly count: number;
}

function countOf({ status }: ImageSchedule, { deletedNow }: Seen, now: number): Count {
  const { since = '', count = 0 } = status.deletions ?? {};
  const began = Date.parse(since);
  const goesOn = began <= now && now - began < window;
  return goesOn ? { since: began, count: count + deletedNow } : { since: now, count: deletedNow };
}

/** As status has it; nothing once ten minutes are over. */
export function deletionsOf(
  self: ImageSchedule,
  seen: Seen,
  now: number,
): Pick<ImageScheduleStatus, 'deletions'> {
  const { since, count } = countOf(self, seen, now);
  return count === 0 ? {} : { deletions: { since: rfc3339(since), count } };
}
