/**
 * How old an image may get: one whole number with one unit, in hours, days or weeks. Nobody keeps images for
 * minutes, and a month has no length.
 */

const hour = 3_600_000;
const unit: Readonly<Record<string, number>> = { h: hour, d: 24 * hour, w: 7 * 24 * hour };

/** For a schema's `pattern`; RE2-compatible. */
export const imageAgePattern = '^[1-9][0-9]{0,4}[hdw]$';

/** Milliseconds of an age a schema has already accepted. Throws RangeError on anything else. */
export function imageAge(text: string): number {
  const size = unit[text.slice(-1)];
  if (size === undefined || !new RegExp(imageAgePattern).test(text)) {
    throw new RangeError(`"${text}" is not an age such as 12h, 30d or 8w`);
  }
  return Number(text.slice(0, -1)) * size;
}
