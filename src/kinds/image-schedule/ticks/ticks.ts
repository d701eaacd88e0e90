import type { Pattern } from './pattern.ts';
import { dayLength, instantOf, isPlainDay, wallTimeAt } from './zone.ts';

/**
 * When a pattern fires in a time zone. Instants are milliseconds since the epoch; a tick is an instant, so
 * that two times of the wall clock that fall on the same one (both in a gap) are one tick.
 *
 * Guarantees: pure; `next` and `previous` agree (`previous(next(t)) === next(t)`); a tick in a gap comes at
 * the first instant after it; a time that the wall shows twice fires at the first.
 */
export interface Timing {
  readonly pattern: Pattern;
  /** IANA's name. */
  readonly timeZone: string;
}

/** A 29th of February may be eight years away, where a century has none. */
const horizonDays = 366 * 8 + 2;

/** The first tick after `after`; undefined where there is none within eight years. */
export function next({ pattern, timeZone }: Timing, after: number): number | undefined {
  const today = midnightOf(after, timeZone);
  for (let day = -1; day <= horizonDays; day++) {
    const midnight = today + day * dayLength;
    if (!pattern.onDay(midnight)) continue;
    const at = firstAfter(pattern.times, (time) => instantAt(midnight, time, timeZone) > after);
    if (at !== undefined) return instantAt(midnight, at, timeZone);
  }
  return undefined;
}

/** The last tick at or before `until`; undefined where there is none within eight years. */
export function previous({ pattern, timeZone }: Timing, until: number): number | undefined {
  const today = midnightOf(until, timeZone);
  for (let day = 1; day >= -horizonDays; day--) {
    const midnight = today + day * dayLength;
    if (!pattern.onDay(midnight)) continue;
    const at = lastBefore(pattern.times, (time) => instantAt(midnight, time, timeZone) <= until);
    if (at !== undefined) return instantAt(midnight, at, timeZone);
  }
  return undefined;
}

/** How many ticks there are after `after` and no later than `until`: by days, for they may be very many. */
export function countTicks({ pattern, timeZone }: Timing, after: number, until: number): number {
  let count = 0;
  let last = after;
  const end = midnightOf(until, timeZone) + dayLength;
  for (let midnight = midnightOf(after, timeZone) - dayLength; midnight <= end; midnight += dayLength) {
    if (!pattern.onDay(midnight)) continue;
    const whole = wholeDay(pattern, midnight, timeZone);
    if (whole && whole.first > last && whole.last <= until) {
      count += pattern.times.length;
      last = whole.last;
      continue;
    }
    for (const time of pattern.times) {
      const tick = instantAt(midnight, time, timeZone);
      if (tick <= last || tick > until) continue;
      count += 1;
      last = tick;
    }
  }
  return count;
}

/** The first and last tick of a day on which no two fall together. */
function wholeDay(
  { times }: Pattern,
  midnight: number,
  timeZone: string,
): { first: number; last: number } | undefined {
  const [first = 0] = times;
  const last = times.at(-1) ?? first;
  if (!isPlainDay(midnight, timeZone)) return undefined;
  return { first: instantAt(midnight, first, timeZone), last: instantAt(midnight, last, timeZone) };
}

const instantAt = (midnight: number, minutes: number, timeZone: string): number =>
  instantOf(midnight + minutes * 60_000, timeZone);

const midnightOf = (instant: number, timeZone: string): number =>
  Math.floor(wallTimeAt(instant, timeZone) / dayLength) * dayLength;

/** `holds` is false up to some value and true from there on. */
function firstAfter(ascending: readonly number[], holds: (value: number) => boolean): number | undefined {
  return ascending[boundary(ascending, holds)];
}

/** `holds` is true up to some value and false from there on. */
function lastBefore(ascending: readonly number[], holds: (value: number) => boolean): number | undefined {
  return ascending[boundary(ascending, (value) => !holds(value)) - 1];
}

function boundary(ascending: readonly number[], holds: (value: number) => boolean): number {
  let [from, to] = [0, ascending.length];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const value = ascending[middle];
    if (value === undefined || holds(value)) to = middle;
    else from = middle + 1;
  }
  return from;
}
