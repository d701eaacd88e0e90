import { type ImageSchedule, problemOf } from './self.ts';

/**
 * What a schedule remembers from one reconcile to the next, in its status: how far each schedule's ticks are
 * dealt with, and the runs whose images are not all begun. Guarantee: `handledUpTo` never goes back, and it
 * is written under the object's resourceVersion before the first image of a tick is made: of two leaders
 * only one begins a run.
 */
export interface Book {
  /** By name, those of the spec. */
  readonly entries: ReadonlyMap<string, Entry>;
  readonly runs: readonly Run[];
  /** The token last acted on. */
  readonly runNow: string | undefined;
}

export interface Entry {
  readonly handledUpTo: number;
  /** As it was announced: no tick was due before it. */
  readonly next: number | undefined;
  readonly lastScheduleTime: number | undefined;
  readonly missed: number;
  /** Of them, just before the last tick that was dealt with. */
  readonly lastMissed: number;
}

export interface Run {
  readonly schedule: string;
  readonly tick: number;
  readonly runNow: string | undefined;
  /** Instances whose image is not begun. */
  readonly waiting: readonly string[];
}

/** A run before it is known which instances it is of. */
export type NewRun = Omit<Run, 'waiting'>;

/** As status has it. A schedule nobody has looked at yet, or that was taken out and is back, begins now. */
export function bookOf({ spec, status }: ImageSchedule, now: number): Book {
  const known = new Map((status.schedules ?? []).map((entry) => [entry.name, entry]));
  const entries = spec.schedules.map((schedule): [string, Entry] => {
    const { name } = schedule;
    const entry = known.get(name);
    const next = timeOf(entry?.nextScheduleTime);
    const handledUpTo = timeOf(entry?.handledUpTo) ?? now;
    return [
      name,
      {
        handledUpTo:
          next === undefined && problemOf(schedule) === undefined ? Math.max(now, handledUpTo) : handledUpTo,
        next,
        lastScheduleTime: timeOf(entry?.lastScheduleTime),
        missed: entry?.missed ?? 0,
        lastMissed: entry?.lastMissed ?? 0,
      },
    ];
  });
  const runs = (status.active ?? []).map(({ schedule, tick, runNow, waiting }) => ({
    schedule,
    tick: Date.parse(tick),
    runNow,
    waiting,
  }));
  return {
    entries: new Map(entries),
    runs: runs.filter(({ waiting }) => waiting.length > 0),
    runNow: status.lastHandledRunNow,
  };
}

const timeOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Date.parse(text);
