import type { Context } from '../../core/context.ts';
import { forbidden } from '../../core/guardrails/breach.ts';
import { keepsEverything } from '../../core/guardrails/retain.ts';
import { inSync, note, type Plan, type Step } from '../../core/plan.ts';
import { adopt } from './adopt.ts';
import { type Advance, advance } from './advance.ts';
import { announce } from './announce.ts';
import { begin, instancesOf, settled } from './begin.ts';
import type { Book } from './book.ts';
import { bookStatus } from './book-status.ts';
import { lastStartOf } from './deadline.ts';
import { nextExpiry } from './expiry.ts';
import { allowedOnly, breaches, withEnforcedKeeping } from './guardrails.ts';
import { once } from './once.ts';
import { refusedIn } from './refused.ts';
import { askForReports } from './report.ts';
import { restoreAll, resumesAt, retentionOf, retire } from './retire.ts';
import type { Seen } from './seen.ts';
import { type ImageSchedule, problemsIn } from './self.ts';

/**
 * What is due: the ticks are noted, then their images begun; AMIs without an Image get one back; what no
 * rule keeps is deleted. None of these waits for another, and no schedule for one that cannot be understood.
 */
export function diff(self: ImageSchedule, seen: Seen, ctx: Context, settleTime: number): Plan<Seen> {
  if (self.deleting) return remove(withEnforcedKeeping(self, ctx), seen, ctx, settleTime);
  return forbidden(ctx, () => breaches(self, seen, ctx)) ?? declared(self, seen, ctx, settleTime);
}

function declared(self: ImageSchedule, seen: Seen, ctx: Context, settleTime: number): Plan<Seen> {
  const { book, news } = booked(self, seen, ctx);
  const begun = begin(self, seen, book, ctx);
  const adopted = adopt(self, seen, ctx, settleTime);
  const refused = refusedIn(seen, ctx.now);
  const problem = problemsIn(self.spec);
  const wakes = [
    ...(seen.clockAhead ? [ctx.now + clockWait] : turnsOf(self, book)),
    begun.wakeAt,
    adopted.wakeAt,
    ...(keepsEverything(ctx) ? [] : [nextExpiry(self, seen, ctx.now), resumesAt(self, seen, ctx.now)]),
    awaitsReport(seen) ? ctx.now + reportWait : undefined,
    refused.wakeAt,
  ].flatMap((time) => (time !== undefined && Number.isFinite(time) ? [time] : []));
  return {
    steps: [
      ...(news.length > 0 ? [remember(self, book, news)] : []),
      ...begun.steps,
      ...adopted.steps,
      ...announce(self, seen, ctx),
      ...(keepsEverything(ctx)
        ? restoreAll(self, seen)
        : [...retire(self, seen, ctx.now), ...askForReports(self, seen, ctx.now)]),
    ],
    ...(problem === undefined ? {} : { blocked: { reason: 'InvalidSpec', message: problem } }),
    ...(refused.blocked && problem === undefined ? { blocked: refused.blocked } : {}),
    ...(wakes.length === 0 ? {} : { wakeAt: Math.min(...wakes) }),
  };
}

/** When the next tick comes, or it is too late for one that waits. */
const turnsOf = ({ spec }: ImageSchedule, { entries, runs }: Book): (number | undefined)[] => [
  ...[...entries.values()].map(({ next }) => next),
  ...runs.map((run) => lastStartOf(spec, run) + 1),
];

/** Ticks seem to be past that are not: what is awaited is that the clock is put right. */
const clockWait = 60_000;

/** AWS makes its reports in minutes, and tells nobody when one is done. */
const reportWait = 2 * 60_000;

const awaitsReport = ({ usage }: Seen): boolean =>
  [...usage.values()].some(({ state }) => state === 'shared');

/**
 * The book as it is to be now. By a clock that is ahead of AWS's no tick is taken for past: it would be dealt with for
 * good, and nothing would fire until it really comes.
 */
export const booked = (self: ImageSchedule, seen: Seen, ctx: Context): Advance => bookedBy(seen, self, ctx);

const bookedBy = once((all: Seen, self: ImageSchedule, ctx: Context): Advance => {
  const seen = allowedOnly(all, ctx);
  const book = settled(self, seen);
  if (seen.clockAhead) return { book, news: [] };
  return advance(self, book, instancesOf(self, seen, ctx.now), ctx.now);
});

/** Before the first image of a run is begun: a crash, or a second leader, finds the run in status. */
function remember(self: ImageSchedule, book: Advance['book'], news: readonly string[]): Step<Seen> {
  return note<Seen>(bookStatus(self, book), news.join('; '), (seen) => ({ ...seen, book }));
}

/** The object goes when, with `Delete`, nothing of it is left; with `Retain` all stays as it is. */
function remove(self: ImageSchedule, seen: Seen, ctx: Context, settleTime: number): Plan<Seen> {
  if (self.spec.onScheduleDelete === 'Retain') return { steps: restoreAll(self, seen) };
  const left = new Set([
    ...seen.images.map(({ objectName }) => objectName),
    ...seen.objects.map(({ name }) => name),
  ]);
  if (left.size === 0) return inSync;
  const adopted = adopt(self, seen, ctx, settleTime);
  const { held } = retentionOf(self, seen, ctx.now);
  const [first] = held;
  const why = first ? `: ${first.image.name} stays for now: ${first.hold}` : '';
  return {
    steps: [...adopted.steps, ...retire(self, seen, ctx.now), ...askForReports(self, seen, ctx.now)],
    blocked: { reason: 'Deleting', message: `${left.size} of its images are still there${why}` },
    ...(adopted.wakeAt === undefined ? {} : { wakeAt: adopted.wakeAt }),
  };
}
