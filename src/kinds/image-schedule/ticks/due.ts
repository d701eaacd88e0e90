import { countTicks, next, previous, type Timing } from './ticks.ts';

/**
 * What a schedule owes at an instant. Guarantees: pure; of the ticks since `handledUpTo` the latest is run
 * once, if it is still within the deadline, and the others are counted as missed; a clock that was set back
 * owes nothing, for `handledUpTo` never goes back.
 */
export interface Due {
  /** To be run now. */
  readonly tick: number | undefined;
  /** Ticks that nobody ran and nobody will. */
  readonly missed: number;
  /** Every tick up to here is run or counted. */
  readonly handledUpTo: number;
  /** The next tick that is not; undefined where none comes within eight years. */
  readonly next: number | undefined;
}

export interface DueOptions {
  /** As the last answer said; the time of the first look where there was none. */
  readonly handledUpTo: number;
  readonly now: number;
  /** Milliseconds after its tick within which a run may still start; undefined: until the next tick. */
  readonly deadline: number | undefined;
  /** No tick is run, and none is missed. */
  readonly suspended: boolean;
}

export function dueAt(timing: Timing, { handledUpTo, now, deadline, suspended }: DueOptions): Due {
  const nextAfter = (instant: number) => next(timing, instant);
  const latest = now <= handledUpTo ? undefined : previous(timing, now);
  if (latest === undefined || latest <= handledUpTo) {
    return { tick: undefined, missed: 0, handledUpTo, next: nextAfter(Math.max(now, handledUpTo)) };
  }
  const handled = { handledUpTo: latest, next: nextAfter(now) };
  if (suspended) return { tick: undefined, missed: 0, ...handled };
  const inTime = deadline === undefined || now - latest <= deadline;
  const owed = countTicks(timing, handledUpTo, latest);
  return { tick: inTime ? latest : undefined, missed: inTime ? owed - 1 : owed, ...handled };
}
