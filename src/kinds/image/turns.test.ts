import { describe, expect, it } from 'vitest';
import { createTurns } from './turns.ts';

const every = 60;
const uids = Array.from({ length: 600 }, (_, n) => `uid-${n}`);

describe('a turn', () => {
  it('comes once in the time, and of many a part at a time', () => {
    const isTurnOf = createTurns(every);
    const turns = new Map(uids.map((uid) => [uid, 0]));
    for (let now = 0; now < 10 * every; now += 10) {
      const asked = uids.filter((uid) => isTurnOf(uid, now));
      for (const uid of asked) turns.set(uid, (turns.get(uid) ?? 0) + 1);
      expect(asked.length).toBeLessThan(150);
    }
    expect(new Set(turns.values())).toEqual(new Set([9, 10]));
  });

  it('comes with the next sweep where sweeps are further apart', () => {
    const isTurnOf = createTurns(every);
    isTurnOf('uid-1', 0);
    expect([100, 200, 300].map((now) => isTurnOf('uid-1', now))).toEqual([true, true, true]);
  });

  it('comes all the same when the clock was set back', () => {
    const isTurnOf = createTurns(every);
    isTurnOf('uid-1', 1_000);
    isTurnOf('uid-1', 1_100);
    isTurnOf('uid-1', 0);
    expect(isTurnOf('uid-1', every)).toBe(true);
  });
});
