import type { Context } from '../../core/context.ts';
import type { Gauges, Sample } from '../../core/gauges.ts';
import { scheduledImages } from './expiry.ts';
import { groupOf, isGood, type ScheduledImage } from './retention/image.ts';
import type { Seen } from './seen.ts';
import { type ImageSchedule, jitterLimit, problemOf, type ScheduleSpec, timingOf } from './self.ts';
import { longestInterval } from './ticks/interval.ts';

const lastGood = 'image_last_good_timestamp_seconds';
const promise = 'image_schedule_interval_seconds';

/**
 * How old the newest good image of each selected instance is, and how old it may get: an instance is without
 * a backup for too long when `time() -` the first exceeds the second. There are none while a schedule is
 * suspended, for then it promises nothing; none of what is paused is measured anew, so that is told.
 */
export const gauges: Gauges<ImageSchedule, Seen> = {
  definitions: {
    [lastGood]: {
      help: 'The tick of the last good image of a selected instance; of one whose images all failed so far, one interval before the first of them',
      labels: ['schedule', 'instance_id'],
    },
    [promise]: {
      help: 'The longest time between two ticks of the schedule within a year, with its jitter',
      labels: ['schedule'],
    },
  },
  measure(self, seen, ctx) {
    const { spec, deleting } = self;
    if (deleting || spec.suspend) return [];
    const images = Map.groupBy(scheduledImages(seen), groupOf);
    return spec.schedules
      .filter((schedule) => problemOf(schedule) === undefined)
      .flatMap((schedule) => ofSchedule(schedule, seen.instances, images, ctx));
  },
};

function ofSchedule(
  schedule: ScheduleSpec,
  instances: readonly string[],
  images: ReadonlyMap<string, readonly ScheduledImage[]>,
  { now }: Context,
): Sample[] {
  const interval = intervalOf(schedule, now);
  if (interval === undefined) return [];
  const { name } = schedule;
  return [
    { gauge: promise, labels: { schedule: name }, value: interval / 1_000 },
    ...instances.flatMap((instance): Sample[] => {
      const since = coveredSince(images.get(`${name}/${instance}`) ?? [], interval);
      const labels = { schedule: name, instance_id: instance };
      return since === undefined ? [] : [{ gauge: lastGood, labels, value: since / 1_000 }];
    }),
  ];
}

/** Undefined of an instance that is newer than the last tick: its first image is still to come. */
function coveredSince(images: readonly ScheduledImage[], interval: number): number | undefined {
  const good = images.filter(isGood).map(({ tick }) => tick);
  if (good.length > 0) return Math.max(...good);
  const tried = images.filter(({ going }) => !going).map(({ tick }) => tick);
  return tried.length > 0 ? Math.min(...tried) - interval : undefined;
}

/** What was worked out, by schedule and month: the answer depends on nothing else, and takes milliseconds. */
const intervals = new Map<string, number | undefined>();
const most = 1_000;

function intervalOf(schedule: ScheduleSpec, now: number): number | undefined {
  const month = new Date(now).toISOString().slice(0, 7);
  const { cron, every, at, timeZone } = schedule;
  const key = JSON.stringify([cron, every, at, timeZone, month]);
  if (!intervals.has(key)) {
    if (intervals.size >= most) intervals.clear();
    intervals.set(key, longestInterval(timingOf(schedule), Date.parse(`${month}-01`)));
  }
  const longest = intervals.get(key);
  return longest === undefined ? undefined : longest + jitterLimit(schedule);
}
