import { milliseconds } from '../../core/duration.ts';
import { imageAge } from '../../core/image-age.ts';
import type { Self } from '../../core/kind.ts';
import type { Rules } from './retention/rules.ts';
import type { ImageScheduleSpec, ImageScheduleStatus } from './spec.ts';
import { InvalidCron, parseCron } from './ticks/cron.ts';
import { everyHours, type Pattern, timeOfDay } from './ticks/pattern.ts';
import type { Timing } from './ticks/ticks.ts';
import { isTimeZone } from './ticks/zone.ts';

export type ImageSchedule = Self<ImageScheduleSpec, ImageScheduleStatus>;
export type ScheduleSpec = ImageScheduleSpec['schedules'][number];

export const runNowAnnotation = 'mooring.dev/run-now';

/** What no schema can refuse, in words; undefined where there is nothing of it. The other schedules go on. */
export function problemOf({ name, cron, timeZone, every, jitter }: ScheduleSpec): string | undefined {
  if (every !== undefined && jitter !== undefined && milliseconds(jitter) >= milliseconds(every)) {
    return `schedule ${name}: jitter must be shorter than every`;
  }
  if (!isTimeZone(timeZone)) return `schedule ${name}: timeZone "${timeZone}" is not known`;
  try {
    if (cron !== undefined) parseCron(cron);
  } catch (error) {
    if (error instanceof InvalidCron) return `schedule ${name}: cron: ${error.message}`;
    throw error;
  }
  return undefined;
}

/** Of all its schedules; undefined where there is none. */
export function problemsIn({ schedules }: ImageScheduleSpec): string | undefined {
  const problems = schedules.flatMap((schedule) => problemOf(schedule) ?? []);
  return problems.length === 0 ? undefined : problems.join('; ');
}

/** When it fires; of a schedule in which there is no {@link problemOf}. */
export const timingOf = (schedule: ScheduleSpec): Timing => ({
  pattern: patternOf(schedule),
  timeZone: schedule.timeZone,
});

function patternOf({ cron, every = '24h', at = '00:00' }: ScheduleSpec): Pattern {
  return cron === undefined ? everyHours(Number.parseInt(every, 10), timeOfDay(at)) : parseCron(cron);
}

export const jitterLimit = ({ jitter }: ScheduleSpec): number =>
  jitter === undefined ? 0 : milliseconds(jitter);

export const deadlineOf = ({ startingDeadline }: ImageScheduleSpec): number | undefined =>
  startingDeadline === undefined ? undefined : milliseconds(startingDeadline);

type Retain = NonNullable<ScheduleSpec['retain']>;

const rulesFrom = ({ count, age, gfs, min }: Retain, timeZone: string): Rules => ({
  count,
  age: age === undefined ? undefined : imageAge(age),
  gfs,
  min,
  timeZone,
});

/**
 * By schedule, also of those that were taken out of the spec and whose images are there still: status
 * remembers what was said of them last, so that renaming a schedule orphans no images. One whose time zone is
 * not known has no rules, and so keeps its images.
 */
export function rulesOf({ spec, status }: ImageSchedule): ReadonlyMap<string, Rules> {
  const names = new Set(spec.schedules.map(({ name }) => name));
  const retired = (status.schedules ?? []).flatMap(({ name, retain, timeZone = 'UTC' }): [string, Rules][] =>
    retain && !names.has(name) && isTimeZone(timeZone) ? [[name, rulesFrom(retain, timeZone)]] : [],
  );
  const present = spec.schedules
    .filter(({ timeZone }) => isTimeZone(timeZone))
    .map(({ name, retain, timeZone }): [string, Rules] => [
      name,
      retain ? rulesFrom(retain, timeZone) : { min: 1, timeZone },
    ]);
  return new Map([...retired, ...present]);
}

/** How old an image gets, where nothing but its age decides; undefined where the rules are others. */
export const ageAlone = (rules: Rules | undefined): number | undefined =>
  rules && rules.count === undefined && rules.gfs === undefined ? rules.age : undefined;
