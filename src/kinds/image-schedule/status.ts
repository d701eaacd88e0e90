import type { Context } from '../../core/context.ts';
import { keepsEverything } from '../../core/guardrails/retain.ts';
import { orphansOf } from './adopt.ts';
import { bookStatus } from './book-status.ts';
import { failingInstances } from './conditions.ts';
import { booked } from './diff.ts';
import { scheduledImages } from './expiry.ts';
import { deletionsOf } from './pace.ts';
import { isCopiesOnly, newestFirst, type ScheduledImage } from './retention/image.ts';
import { retentionOf } from './retire.ts';
import { rfc3339 } from './rfc3339.ts';
import type { Seen } from './seen.ts';
import type { ImageSchedule } from './self.ts';
import type { ImageScheduleStatus } from './spec.ts';

/** As much as status tells of; a fleet's images are not all retold here. */
const most = 200;

export function statusOf(self: ImageSchedule, seen: Seen, ctx: Context): ImageScheduleStatus {
  const images = scheduledImages(seen).toSorted(newestFirst);
  const good = images.filter(({ state, going }) => state === 'available' && !going);
  const { book } = booked(self, seen, ctx);
  const kept = bookStatus(
    self,
    book,
    images.map(({ schedule }) => schedule),
    pendingOf(images),
  );
  const entries = [...book.entries.values()];
  const lasts = entries.flatMap(({ lastScheduleTime }) => lastScheduleTime ?? []);
  const nexts = (kept.schedules ?? []).flatMap(({ nextScheduleTime }) => nextScheduleTime ?? []);
  const [newest] = good;
  return {
    timing: timingText(self.spec),
    ...kept,
    ...(lasts.length === 0 ? {} : { lastScheduleTime: rfc3339(Math.max(...lasts)) }),
    ...(nexts.length === 0 || self.spec.suspend ? {} : { nextScheduleTime: nexts.sort()[0] }),
    ...(newest ? { lastSuccessfulTime: rfc3339(newest.tick) } : {}),
    missed: entries.reduce((sum, { missed }) => sum + missed, 0),
    history: historyOf(self, images),
    instances: lastGood(good),
    selected: seen.instances.length + seen.beyond,
    images: good.length,
    pending: images.filter(({ state, going }) => state === 'pending' && !going).length,
    failing: failingInstances(seen).length,
    pendingDeletions: keepsEverything(ctx) ? [] : pendingDeletions(self, seen, images, ctx.now),
    ...deletionsOf(self, seen, ctx.now),
    ...orphans(self, seen, ctx.now),
  };
}

/** As many as a column has room for. */
const told = 2;

/** As a person says it; of a zone only where it is not UTC. */
function timingText({ schedules }: ImageSchedule['spec']): string {
  const words = schedules.map(({ every, at = '00:00', cron, timeZone }) =>
    [cron ?? `${every} at ${at}`, ...(timeZone === 'UTC' ? [] : [timeZone])].join(' '),
  );
  const more = words.length - told;
  return [...words.slice(0, told), ...(more > 0 ? [`and ${more} more`] : [])].join(', ').slice(0, 253);
}

const pendingOf = (images: readonly ScheduledImage[]) =>
  [...byRun(images.filter(({ state, going }) => state === 'pending' && !going)).values()].flatMap((run) => {
    const [first] = run;
    return first
      ? [
          {
            schedule: first.schedule,
            tick: rfc3339(first.tick),
            waiting: [],
            pending: run.map(({ name }) => name).sort(),
          },
        ]
      : [];
  });

const byRun = (images: readonly ScheduledImage[]): ReadonlyMap<string, ScheduledImage[]> =>
  Map.groupBy(images, ({ schedule, tick }) => `${schedule}/${tick}`);

/** The newest runs that are over: those that went well and those that did not, as many as their limits say. */
function historyOf(
  { spec }: ImageSchedule,
  images: readonly ScheduledImage[],
): NonNullable<ImageScheduleStatus['history']> {
  const runs = [...byRun(images).values()].flatMap((run) => {
    const [first] = run;
    const count = (...states: ScheduledImage['state'][]) =>
      run.filter(({ state }) => states.includes(state)).length;
    if (!first || count('pending') > 0) return [];
    const succeeded = count('available', 'disabled') + run.filter(isCopiesOnly).length;
    const failed = run.filter((image) => image.state === 'failed' && !isCopiesOnly(image)).length;
    return [{ schedule: first.schedule, tick: rfc3339(first.tick), succeeded, failed }];
  });
  const well = runs.filter(({ failed, succeeded }) => failed === 0 && succeeded > 0);
  const badly = runs.filter(({ failed }) => failed > 0);
  return [...well.slice(0, spec.successfulHistoryLimit), ...badly.slice(0, spec.failedHistoryLimit)].sort(
    (a, b) => (a.tick > b.tick ? -1 : 1),
  );
}

/** Of each instance, whatever the schedule. */
function lastGood(newestFirstGood: readonly ScheduledImage[]): NonNullable<ImageScheduleStatus['instances']> {
  const newest = new Map<string, ScheduledImage>();
  for (const image of newestFirstGood) {
    if (!newest.has(image.instanceId)) newest.set(image.instanceId, image);
  }
  return [...newest.values()]
    .map(({ instanceId, name, imageId = '', tick }) => ({
      instanceId,
      image: name,
      imageId,
      time: rfc3339(tick),
    }))
    .sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1))
    .slice(0, 2_000);
}

/** What no rule keeps and is there still; `at` says since when for this reason. */
function pendingDeletions(
  self: ImageSchedule,
  seen: Seen,
  images: readonly ScheduledImage[],
  now: number,
): NonNullable<ImageScheduleStatus['pendingDeletions']> {
  const { deletions, held } = retentionOf(self, seen, now);
  const before = new Map(
    (self.status.pendingDeletions ?? []).map((entry) => [`${entry.image} ${entry.reason}`, entry.at]),
  );
  const entries = [
    ...images.filter(({ going }) => going).map(({ name }) => ({ image: name, reason: 'is being deleted' })),
    ...deletions.map(({ image, reason }) => ({ image: image.name, reason })),
    ...held.map(({ image, reason, hold }) => ({ image: image.name, reason: `${reason}; ${hold}` })),
  ];
  return entries
    .map((entry) => ({ ...entry, reason: entry.reason.slice(0, 512) }))
    .map((entry) => ({ ...entry, at: before.get(`${entry.image} ${entry.reason}`) ?? rfc3339(now) }))
    .slice(0, most);
}

function orphans(self: ImageSchedule, seen: Seen, now: number): Pick<ImageScheduleStatus, 'orphans'> {
  const found = orphansOf(self, seen, now).map(({ image, since }) => ({
    imageId: image.imageId,
    since: rfc3339(since),
  }));
  return found.length === 0 ? {} : { orphans: found.slice(0, 2_000) };
}
