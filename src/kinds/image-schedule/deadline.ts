import type { NewRun } from './book.ts';
import { deadlineOf, type ImageSchedule, jitterLimit, problemOf, timingOf } from './self.ts';
import { next } from './ticks/ticks.ts';

/** The last moment at which an image of this run may be begun. */
export function lastStartOf(spec: ImageSchedule['spec'], run: NewRun): number {
  const schedule = spec.schedules.find(({ name }) => name === run.schedule);
  const deadline = deadlineOf(spec);
  if (!schedule || deadline === undefined || run.runNow !== undefined) return Number.POSITIVE_INFINITY;
  return run.tick + deadline + jitterLimit(schedule);
}

/**
 * When an image that was requested and could not be begun is not begun any more, for what it would show is no
 * longer the disk of its tick: after the deadline, and at the next tick at the latest, which images the instance
 * itself. Undefined of what was asked for by hand: whoever asked waits for it.
 */
export function startBeforeOf(spec: ImageSchedule['spec'], run: NewRun): number | undefined {
  const schedule = spec.schedules.find(({ name }) => name === run.schedule);
  if (!schedule || run.runNow !== undefined || problemOf(schedule) !== undefined) return undefined;
  const end = Math.min(
    lastStartOf(spec, run),
    next(timingOf(schedule), run.tick) ?? Number.POSITIVE_INFINITY,
  );
  return Number.isFinite(end) ? end : undefined;
}
