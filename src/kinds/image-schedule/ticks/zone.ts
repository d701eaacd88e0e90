/**
 * Wall-clock time in a time zone, both ways. JavaScript's `Intl` knows the zones' offsets, in one direction
 * only, so the way back is searched for.
 *
 * Guarantees, of {@link instantOf}, so that every wall-clock time is exactly one instant:
 * - one that is skipped (clocks go forward) is the first instant after the gap;
 * - one that comes twice (clocks go back) is the first of the two;
 * - a later wall-clock time is never an earlier instant.
 */

const minute = 60_000;
const hour = 60 * minute;
export const dayLength = 24 * hour;

/** Making one takes some hundred times as long as asking it; what it answers depends on its zone alone. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const numeric = 'numeric';
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: numeric,
    month: numeric,
    day: numeric,
    hour: numeric,
    minute: numeric,
    second: numeric,
  });
  formats.set(timeZone, made);
  return made;
}

/** Whether this Node knows the zone (IANA's name, in any case). */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** What the wall shows at `instant`, as the instant at which a wall in UTC shows the same. To the second. */
export function wallTimeAt(instant: number, timeZone: string): number {
  if (timeZone === 'UTC') return Math.floor(instant / 1_000) * 1_000;
  const fields = { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of formatOf(timeZone).formatToParts(instant)) {
    if (isField(fields, type)) fields[type] = Number(value);
  }
  return Date.UTC(fields.year, fields.month - 1, fields.day, fields.hour, fields.minute, fields.second);
}

const isField = <Fields extends object>(fields: Fields, type: PropertyKey): type is keyof Fields =>
  Object.hasOwn(fields, type);

/** Milliseconds the zone is ahead of UTC. */
const offsetAt = (instant: number, timeZone: string): number =>
  wallTimeAt(instant, timeZone) - Math.floor(instant / 1_000) * 1_000;

/** The instant at which the wall shows `wallTime` (given as {@link wallTimeAt} gives it). */
export function instantOf(wallTime: number, timeZone: string): number {
  if (timeZone === 'UTC') return wallTime;
  // No zone has changed twice within two days; Samoa once skipped a whole one.
  const before = offsetAt(wallTime - dayLength, timeZone);
  const after = offsetAt(wallTime + dayLength, timeZone);
  const first = wallTime - Math.max(before, after);
  const last = wallTime - Math.min(before, after);
  if (wallTimeAt(first, timeZone) === wallTime) return first;
  if (wallTimeAt(last, timeZone) === wallTime) return last;
  return gapEnd(first, last, after, timeZone);
}

/** The first instant with the new offset, which lies after `from` and no later than `to`. */
function gapEnd(from: number, to: number, offset: number, timeZone: string): number {
  let [before, after] = [from, to];
  while (after - before > 1_000) {
    const middle = before + Math.floor((after - before) / 2_000) * 1_000;
    if (offsetAt(middle, timeZone) === offset) after = middle;
    else before = middle;
  }
  return after;
}

/** Whether the day that starts at the wall-clock midnight `midnight` is 24 hours long. */
export const isPlainDay = (midnight: number, timeZone: string): boolean =>
  instantOf(midnight + dayLength, timeZone) - instantOf(midnight, timeZone) === dayLength;
