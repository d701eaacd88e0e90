import type { Book, Entry, NewRun, Run } from './book.ts';
import { lastStartOf } from './deadline.ts';
import { rfc3339 } from './rfc3339.ts';
import { deadlineOf, type ImageSchedule, problemOf, runNowAnnotation, timingOf } from './self.ts';
import { type Due, dueAt } from './ticks/due.ts';

export interface Advance {
  readonly book: Book;
  /** What is to be remembered before anything is done, in words; empty where nothing is. */
  readonly news: readonly string[];
}

/**
 * The book as it is to be now: ticks that are due become runs over `instancesOf` them, those that were
 * missed are counted, runs that are too late are ended. Pure.
 */
export function advance(
  self: ImageSchedule,
  book: Book,
  instancesOf: (run: NewRun) => readonly string[],
  now: number,
): Advance {
  const { schedules } = self.spec;
  const turns = schedules.flatMap(({ name }) => turn(self, name, book, now) ?? []);
  const begun = turns.flatMap(({ run }) => run ?? []);
  const asked = runNow(self, book, now);
  const entries = new Map(book.entries);
  for (const { schedule } of book.runs.filter((run) => isTooLate(self, run, now))) {
    const entry = entries.get(schedule);
    if (entry)
      entries.set(schedule, { ...entry, missed: entry.missed + 1, lastMissed: entry.lastMissed + 1 });
  }
  for (const { name, entry } of turns) entries.set(name, entry);
  for (const [name, entry] of entries) {
    entries.set(name, { ...entry, next: dueOf(self, name, entry, now)?.next });
  }
  const fresh = asked ? [...begun, asked] : begun;
  const goesOn = (run: Run) =>
    isWaiting(run) && !isOver(self, run, now) && !begun.some((other) => supersedes(other, run));
  return {
    book: {
      entries,
      runs: [
        ...book.runs.filter(goesOn),
        ...fresh.map((run) => ({ ...run, waiting: instancesOf(run) })).filter(isWaiting),
      ],
      runNow: asked ? asked.runNow : book.runNow,
    },
    news: [...turns.flatMap(({ news }) => news), ...(asked ? [`${runNowAnnotation}: ${asked.runNow}`] : [])],
  };
}

interface Turn {
  readonly name: string;
  readonly entry: Entry;
  readonly run: NewRun | undefined;
  readonly news: readonly string[];
}

/** What becomes of one schedule; undefined where nothing does. */
function turn(self: ImageSchedule, name: string, book: Book, now: number): Turn | undefined {
  const entry = book.entries.get(name);
  const due = entry && dueOf(self, name, entry, now);
  if (!entry || !due || due.handledUpTo === entry.handledUpTo) return undefined;
  const run = due.tick === undefined ? undefined : { schedule: name, tick: due.tick, runNow: undefined };
  const unfinished = book.runs.some((other) => other.schedule === name && other.runNow === undefined);
  const missed = due.missed + (unfinished && !self.spec.suspend ? 1 : 0);
  return {
    name,
    entry: {
      handledUpTo: due.handledUpTo,
      next: due.next,
      lastScheduleTime: due.tick ?? entry.lastScheduleTime,
      missed: entry.missed + missed,
      lastMissed: missed,
    },
    run,
    news: [
      ...(missed === 0 ? [] : [`${name}: ${missed} ${missed === 1 ? 'tick' : 'ticks'} missed`]),
      ...(run ? [`${name}: the tick of ${rfc3339(run.tick)}`] : []),
    ],
  };
}

/**
 * What one schedule owes. No tick was due before the one that was announced: where there seems to be, the
 * schedule has been changed meanwhile, and a change by itself makes no image.
 */
export function dueOf(self: ImageSchedule, name: string, entry: Entry, now: number): Due | undefined {
  const schedule = self.spec.schedules.find((found) => found.name === name);
  if (!schedule || problemOf(schedule) !== undefined) return undefined;
  const { handledUpTo, next } = entry;
  const due = dueAt(timingOf(schedule), {
    handledUpTo,
    now,
    deadline: deadlineOf(self.spec),
    suspended: self.spec.suspend,
  });
  return next !== undefined && now < next ? { ...due, tick: undefined, missed: 0 } : due;
}

const isWaiting = ({ waiting }: Run): boolean => waiting.length > 0;

/** A tick ends the run of the tick before it. */
const supersedes = (later: NewRun, run: Run): boolean =>
  run.runNow === undefined && run.schedule === later.schedule;

/** Past its deadline, or its schedule was taken out or suspended. What was asked for by annotation goes on. */
function isOver({ spec }: ImageSchedule, run: Run, now: number): boolean {
  const schedule = spec.schedules.find(({ name }) => name === run.schedule);
  if (!schedule) return true;
  if (run.runNow !== undefined) return false;
  return spec.suspend || now > lastStartOf(spec, run);
}

/** It ends with instances waiting, before the next tick would end it. */
const isTooLate = ({ spec }: ImageSchedule, run: Run, now: number): boolean =>
  isWaiting(run) && !spec.suspend && now > lastStartOf(spec, run);

/** Once a token; its images count among those of the first schedule. */
function runNow({ spec, annotations }: ImageSchedule, book: Book, now: number): NewRun | undefined {
  const token = annotations[runNowAnnotation]?.slice(0, 253);
  const [first] = spec.schedules;
  if (!token || token === book.runNow || !first) return undefined;
  return { schedule: first.name, tick: Math.floor(now / 1_000) * 1_000, runNow: token };
}
