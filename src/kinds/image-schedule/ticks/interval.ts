import { next, type Timing } from './ticks.ts';
import { dayLength, instantOf, isPlainDay, wallTimeAt } from './zone.ts';

/** What comes less often than twice a year is followed over the ticks after it. */
const year = 366;

/**
 * The longest time between two neighbouring ticks in the year after `from`, in milliseconds: what a schedule
 * promises. Nights on which clocks go back count, so it may be an hour more than the pattern says. Undefined
 * where there are not two ticks within sixteen years. Pure; it takes milliseconds, so do not ask it in a loop.
 */
export function longestInterval(timing: Timing, from: number): number | undefined {
  const { pattern, timeZone } = timing;
  const first = next(timing, from);
  if (first === undefined) return undefined;
  const today = Math.floor(wallTimeAt(first, timeZone) / dayLength) * dayLength;
  const [last = first] = ticksOfDay(timing, today).slice(-1);
  const gaps = { longest: 0, last };
  for (let day = 1; day <= year; day++) {
    const midnight = today + day * dayLength;
    if (!pattern.onDay(midnight)) continue;
    // On a day of 24 hours the wall clock tells what is between its ticks.
    const plain = isPlainDay(midnight, timeZone);
    if (plain) gaps.longest = Math.max(gaps.longest, longestGap(pattern.times));
    for (const tick of ticksOfDay(timing, midnight, plain ? [pattern.times[0] ?? 0] : pattern.times)) {
      gaps.longest = Math.max(gaps.longest, tick - gaps.last);
      gaps.last = tick;
    }
    if (plain) gaps.last = ticksOfDay(timing, midnight, pattern.times.slice(-1))[0] ?? gaps.last;
  }
  if (gaps.longest > 0) return gaps.longest;
  const second = next(timing, first);
  return second === undefined ? undefined : second - first;
}

const longestGap = (times: readonly number[]): number =>
  Math.max(0, ...times.slice(1).map((time, at) => (time - (times[at] ?? time)) * 60_000));

const ticksOfDay = (
  { pattern, timeZone }: Timing,
  midnight: number,
  times: readonly number[] = pattern.times,
): number[] => times.map((minutes) => instantOf(midnight + minutes * 60_000, timeZone));
