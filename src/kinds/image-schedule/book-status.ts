import type { Book } from './book.ts';
import { rfc3339 } from './rfc3339.ts';
import type { ImageSchedule } from './self.ts';
import type { ImageScheduleStatus } from './spec.ts';

type BookStatus = Pick<ImageScheduleStatus, 'schedules' | 'active' | 'lastHandledRunNow'>;
type ScheduleStatus = NonNullable<ImageScheduleStatus['schedules']>[number];
type ActiveStatus = NonNullable<ImageScheduleStatus['active']>[number];

/**
 * A book as status has it, so that it can be read back. `retired` are schedules that were taken out and have
 * images still, `pending` the images of a run that are being made.
 */
export function bookStatus(
  self: ImageSchedule,
  book: Book,
  retired: readonly string[] = (self.status.schedules ?? []).map(({ name }) => name),
  pending: readonly ActiveStatus[] = self.status.active ?? [],
): BookStatus {
  return {
    schedules: [...present(self, book), ...gone(self, retired)],
    active: activeOf(book, pending),
    ...(book.runNow === undefined ? {} : { lastHandledRunNow: book.runNow }),
  };
}

function present(self: ImageSchedule, book: Book): ScheduleStatus[] {
  return self.spec.schedules.flatMap(({ name, retain, timeZone }) => {
    const entry = book.entries.get(name);
    if (!entry) return [];
    return [
      {
        name,
        ...(entry.lastScheduleTime === undefined
          ? {}
          : { lastScheduleTime: rfc3339(entry.lastScheduleTime) }),
        ...(entry.next === undefined ? {} : { nextScheduleTime: rfc3339(entry.next) }),
        handledUpTo: rfc3339(entry.handledUpTo),
        missed: entry.missed,
        ...(entry.lastMissed === 0 ? {} : { lastMissed: entry.lastMissed }),
        ...(retain ? { retain } : {}),
        ...(retain && timeZone !== 'UTC' ? { timeZone } : {}),
      },
    ];
  });
}

/** Without `nextScheduleTime`: one that comes back begins anew. */
function gone({ spec, status }: ImageSchedule, retired: readonly string[]): ScheduleStatus[] {
  const names = new Set(spec.schedules.map(({ name }) => name));
  return (status.schedules ?? [])
    .filter(({ name }) => !names.has(name) && retired.includes(name))
    .map(({ nextScheduleTime: _, ...entry }) => entry);
}

/** As many as status has room for; what waits is never left out, for nothing else remembers it. */
const most = 32;

const newestFirst = (a: ActiveStatus, b: ActiveStatus): number => (a.tick > b.tick ? -1 : 1);

/** Runs that wait for something, and those whose images are being made. */
function activeOf({ runs }: Book, pending: readonly ActiveStatus[]): ActiveStatus[] {
  const keyOf = ({ schedule, tick }: ActiveStatus) => `${schedule}/${tick}`;
  const waiting = runs.map(
    ({ schedule, tick, runNow, waiting: ids }): ActiveStatus => ({
      schedule,
      tick: rfc3339(tick),
      ...(runNow === undefined ? {} : { runNow }),
      waiting: [...ids],
      pending: [],
    }),
  );
  const begun = new Map(pending.filter((run) => run.pending.length > 0).map((run) => [keyOf(run), run]));
  const known = new Set(waiting.map(keyOf));
  const others = [...begun.values()].filter((run) => !known.has(keyOf(run))).sort(newestFirst);
  return [
    ...waiting.map((run) => ({ ...run, pending: begun.get(keyOf(run))?.pending ?? [] })),
    ...others.slice(0, Math.max(0, most - waiting.length)).map((run) => ({ ...run, waiting: [] })),
  ].sort((a, b) => (a.tick < b.tick ? -1 : a.tick > b.tick ? 1 : a.schedule < b.schedule ? -1 : 1));
}
