import { describe, expect, it } from 'vitest';
import { dueAt } from './due.ts';
import { jitterOf } from './jitter.ts';
import { everyHours } from './pattern.ts';

const timing = { pattern: everyHours(12, { hour: 6, minute: 0 }), timeZone: 'UTC' };
const at = (text: string) => Date.parse(`2026-01-${text}Z`);
const due = (handledUpTo: string, now: string, more: { deadline?: number; suspended?: boolean } = {}) =>
  dueAt(timing, {
    deadline: undefined,
    suspended: false,
    handledUpTo: at(handledUpTo),
    now: at(now),
    ...more,
  });

describe('what is due', () => {
  it('nothing before the tick, the tick from its very instant on, and then nothing again', () => {
    expect(due('10T00:00', '10T05:59')).toMatchObject({ tick: undefined, missed: 0, next: at('10T06:00') });
    expect(due('10T00:00', '10T06:00')).toEqual({
      tick: at('10T06:00'),
      missed: 0,
      handledUpTo: at('10T06:00'),
      next: at('10T18:00'),
    });
    expect(due('10T06:00', '10T06:00')).toMatchObject({ tick: undefined, next: at('10T18:00') });
  });

  it('of many ticks that were missed the latest, and the others are counted', () => {
    expect(due('10T06:00', '15T07:00')).toMatchObject({ tick: at('15T06:00'), missed: 9 });
  });

  it('past the deadline not even the latest', () => {
    const deadline = 30 * 60_000;
    expect(due('10T06:00', '10T18:30', { deadline })).toMatchObject({ tick: at('10T18:00'), missed: 0 });
    expect(due('10T06:00', '10T18:31', { deadline })).toMatchObject({ tick: undefined, missed: 1 });
    expect(due('10T06:00', '11T18:31', { deadline })).toMatchObject({ tick: undefined, missed: 3 });
  });

  it('nothing while suspended, and nothing of that time afterwards', () => {
    const suspended = due('10T06:00', '12T19:00', { suspended: true });
    expect(suspended).toMatchObject({ tick: undefined, missed: 0, handledUpTo: at('12T18:00') });
    expect(due('12T18:00', '12T20:00')).toMatchObject({ tick: undefined, missed: 0 });
  });

  it('nothing when the clock was set back, until it is where it was', () => {
    expect(due('10T18:00', '10T07:00')).toEqual({
      tick: undefined,
      missed: 0,
      handledUpTo: at('10T18:00'),
      next: at('11T06:00'),
    });
  });

  it('years of missed minutes are counted at once', () => {
    const minutely = {
      pattern: { onDay: () => true, times: Array.from({ length: 1440 }, (_, n) => n) },
      timeZone: 'UTC',
    };
    const handledUpTo = Date.UTC(2016, 0, 1);
    const answer = dueAt(minutely, {
      handledUpTo,
      now: Date.UTC(2026, 0, 1),
      deadline: undefined,
      suspended: false,
    });
    expect(answer.missed).toBe(3653 * 1440 - 1);
  });
});

describe('jitter', () => {
  it('is the same every time, another for another instance, and below its limit', () => {
    const limit = 600_000;
    const all = Array.from({ length: 200 }, (_, n) => jitterOf(['shop/web', 'daily', `i-${n}`], limit));
    expect(jitterOf(['shop/web', 'daily', 'i-7'], limit)).toBe(all[7]);
    expect(new Set(all).size).toBeGreaterThan(190);
    expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...all)).toBeLessThan(limit);
    expect(jitterOf(['a'], 0)).toBe(0);
  });
});
