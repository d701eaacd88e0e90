import { forbidden } from '../../core/guardrails/breach.ts';
import { keepsEverything } from '../../core/guardrails/retain.ts';
import type { Context } from '../../core/kind.ts';
import { blocked, inSync, note, type Plan, type Step } from '../../core/plan.ts';
import { adopt } from './adopt.ts';
import { type Advance, advance, lastStartOf } from './advance.ts';
import { begin, instancesOf, settled } from './begin.ts';
import { bookStatus } from './book-status.ts';
import { nextExpiry } from './expiry.ts';
import { allowedOnly, breaches, withEnforcedKeeping } from './guardrails.ts';
import { askForReports } from './report.ts';
import { restoreAll, retentionOf, retire } from './retire.ts';
import type { Seen } from './seen.ts';
import { type ImageSchedule, problemIn } from './self.ts';

/**
 * What is due: the ticks are noted, then their images begun; AMIs without an Image get one back; what no
 * rule keeps is deleted. None of these waits for another.
 */
export function diff(self: ImageSchedule, seen: Seen, ctx: Context, settleTime: number): Plan<Seen> {
  if (self.deleting) return remove(withEnforcedKeeping(self, ctx), seen, ctx, settleTime);
  const problem = problemIn(self.spec);
  if (problem !== undefined) return blocked('InvalidSpec', problem);
  return forbidden(ctx, () => breaches(self, seen, ctx)) ?? declared(self, seen, ctx, settleTime);
}

function declared(self: ImageSchedule, seen: Seen, ctx: Context, settleTime: number): Plan<Seen> {
  const { book, news } = booked(self, seen, ctx);
  const begun = begin(self, seen, book, ctx);
  const adopted = adopt(self, seen, ctx, settleTime);
  const wakes = [
    ...[...book.entries.values()].map(({ next }) => next),
    ...book.runs.map((run) => lastStartOf(self.spec, run) + 1),
    begun.wakeAt,
    adopted.wakeAt,
    keepsEverything(ctx) ? undefined : nextExpiry(self, seen, ctx.now),
    awaitsReport(seen) ? ctx.now + reportWait : undefined,
  ].filter((time) => time !== undefined && Number.isFinite(time));
  return {
    steps: [
      ...(news.length > 0 ? [remember(self, book, news)] : []),
      ...begun.steps,
      ...adopted.steps,
      ...(keepsEverything(ctx)
        ? restoreAll(self, seen)
        : [...askForReports(self, seen, ctx.now), ...retire(self, seen, ctx.now)]),
    ],
    ...(wakes.length === 0 ? {} : { wakeAt: Math.min(...wakes.flatMap((time) => time ?? [])) }),
  };
}

/** AWS makes its reports in minutes, and tells nobody when one is done. */
const reportWait = 2 * 60_000;

const awaitsReport = ({ usage }: Seen): boolean =>
  [...usage.values()].some(({ state }) => state === 'shared');

/** The book as it is to be now, of a spec in which there is no problem. */
export function booked(self: ImageSchedule, all: Seen, ctx: Pick<Context, 'now' | 'guardrails'>): Advance {
  const seen = allowedOnly(all, ctx);
  return advance(self, settled(self, seen), instancesOf(self, seen, ctx.now), ctx.now);
}

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
    steps: [...adopted.steps, ...askForReports(self, seen, ctx.now), ...retire(self, seen, ctx.now)],
    blocked: { reason: 'Deleting', message: `${left.size} of its images are still there${why}` },
    ...(adopted.wakeAt === undefined ? {} : { wakeAt: adopted.wakeAt }),
  };
}
