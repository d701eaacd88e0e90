/** At which times of the wall clock a schedule fires, whatever the zone. */
export interface Pattern {
  /** Whether it fires on the day that starts at this midnight (milliseconds, as if the wall were in UTC). */
  onDay(midnight: number): boolean;
  /** Minutes since midnight, ascending and distinct. */
  readonly times: readonly number[];
}

const minutesADay = 24 * 60;

/**
 * Every `hours` hours of the wall clock, one of them at `at`. `hours` divides 24, so that the times of the
 * day are always the same, whatever was missed.
 */
export function everyHours(hours: number, at: { readonly hour: number; readonly minute: number }): Pattern {
  const step = hours * 60;
  const first = (at.hour * 60 + at.minute) % step;
  return {
    onDay: () => true,
    times: Array.from({ length: minutesADay / step }, (_, n) => first + n * step),
  };
}

/** `hh:mm`, which a schema has already accepted. */
export function timeOfDay(text: string): { readonly hour: number; readonly minute: number } {
  const [hour = '0', minute = '0'] = text.split(':');
  return { hour: Number(hour), minute: Number(minute) };
}
