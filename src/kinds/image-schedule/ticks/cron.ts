import type { Pattern } from './pattern.ts';

/**
 * Five fields of cron: minute, hour, day of the month, month, day of the week, each `*`, a value, a range
 * `a-b`, any of them with a step `/n`, or several with commas; months and days of the week also by their
 * English abbreviation, Sunday as 0 or 7. Where day of the month and day of the week are both restricted,
 * either is enough, as POSIX has it: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/crontab.html
 * Also `@hourly`, `@daily`, `@weekly`, `@monthly` and `@yearly`.
 */
export class InvalidCron extends Error {
  override readonly name = 'InvalidCron';
}

const macros: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const fields = {
  minute: { name: 'minute', min: 0, max: 59 },
  hour: { name: 'hour', min: 0, max: 23 },
  day: { name: 'day of the month', min: 1, max: 31 },
  month: {
    name: 'month',
    min: 1,
    max: 12,
    names: 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' '),
  },
  weekday: { name: 'day of the week', min: 0, max: 7, names: 'SUN MON TUE WED THU FRI SAT'.split(' ') },
} satisfies Record<string, Field>;

/** The longest a month can be, in any year. */
const monthLengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Throws InvalidCron, naming the field, also for a day that no month has. */
export function parseCron(expression: string): Pattern {
  const text = expression.trim();
  const parts = (macros[text.toLowerCase()] ?? text).split(/\s+/);
  const [minute, hour, day, month, weekday] = parts;
  if (!minute || !hour || !day || !month || !weekday || parts.length > 5) {
    throw new InvalidCron(
      `"${expression}" must have five fields: minute, hour, day, month and day of the week`,
    );
  }
  const minutes = valuesOf(minute, fields.minute);
  const hours = valuesOf(hour, fields.hour);
  const days = valuesOf(day, fields.day);
  const months = valuesOf(month, fields.month);
  const weekdays = new Set([...valuesOf(weekday, fields.weekday)].map((value) => value % 7));
  const either = !day.startsWith('*') && !weekday.startsWith('*');
  const onlyByDay = weekday.startsWith('*');
  if (onlyByDay && ![...months].some((of) => Math.min(...days) <= (monthLengths[of - 1] ?? 0))) {
    throw new InvalidCron(`"${expression}" never fires: no such month has a day ${Math.min(...days)}`);
  }
  return {
    onDay(midnight) {
      const date = new Date(midnight);
      if (!months.has(date.getUTCMonth() + 1)) return false;
      const inMonth = days.has(date.getUTCDate());
      const inWeek = weekdays.has(date.getUTCDay());
      return either ? inMonth || inWeek : inMonth && inWeek;
    },
    times: ascending([...hours].flatMap((of) => [...minutes].map((at) => of * 60 + at))),
  };
}

const ascending = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);

function valuesOf(text: string, field: Field): ReadonlySet<number> {
  return new Set(text.split(',').flatMap((part) => rangeOf(part, field)));
}

function rangeOf(part: string, field: Field): number[] {
  const [range = '', stepText, ...more] = part.split('/');
  const step = stepText === undefined ? 1 : whole(stepText);
  if (more.length > 0 || step === undefined || step < 1) throw unreadable(part, field);
  const [first, last] = boundsOf(range, field, stepText !== undefined);
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, n) => first + n * step);
}

function boundsOf(range: string, field: Field, stepped: boolean): [number, number] {
  if (range === '*') return [field.min, field.name === fields.weekday.name ? 6 : field.max];
  const [firstText = '', lastText, ...more] = range.split('-');
  const first = numberOf(firstText, field);
  const last = lastText === undefined ? (stepped ? field.max : first) : numberOf(lastText, field);
  if (first === undefined || last === undefined || more.length > 0 || last < first) {
    throw unreadable(range, field);
  }
  return [first, last];
}

function numberOf(text: string, { min, max, names }: Field): number | undefined {
  const byName = names?.indexOf(text.toUpperCase()) ?? -1;
  const value = byName >= 0 ? byName + min : whole(text);
  return value !== undefined && value >= min && value <= max ? value : undefined;
}

const whole = (text: string): number | undefined => (/^\d{1,4}$/.test(text) ? Number(text) : undefined);

const unreadable = (part: string, { name, min, max }: Field): InvalidCron =>
  new InvalidCron(
    `"${part}" is no ${name}: must be *, ${min} to ${max}, a range a-b, or one of these with a step /n`,
  );
