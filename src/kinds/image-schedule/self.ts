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

/** What no schema can refuse, in words; undefined where there is nothing of it. */
export function problemIn({ schedules }: ImageScheduleSpec): string | undefined {
  for (const { name, cron, timeZone, every, jitter } of schedules) {
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
  }
  return undefined;
}

/** When it fires; of a spec in which there is no {@link problemIn}. */
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
 * remembers what was said of them last, so that renaming a schedule orphans no images.
 */
export function rulesOf({ spec, status }: ImageSchedule): ReadonlyMap<string, Rules> {
  const retired = (status.schedules ?? []).flatMap(({ name, retain }): [string, Rules][] =>
    retain ? [[name, rulesFrom(retain, 'UTC')]] : [],
  );
  const present = spec.schedules.map(({ name, retain, timeZone }): [string, Rules] => [
    name,
    retain ? rulesFrom(retain, timeZone) : { min: 1, timeZone },
  ]);
  return new Map([...retired, ...present]);
}
