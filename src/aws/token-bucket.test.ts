import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../test/support/virtual-clock.ts';
import { createTokenBucket } from './token-bucket.ts';

function queueAt(limit: { burst: number; perSecond: number }) {
  const clock = new VirtualClock();
  const start = clock.now();
  const bucket = createTokenBucket(limit, clock);
  const passed: { caller: number; at: number }[] = [];
  const ask = (caller: number) =>
    bucket.acquire().then(() => {
      passed.push({ caller, at: clock.now() - start });
    });
  return { clock, bucket, passed, ask };
}

describe('a token bucket', () => {
  it('lets the burst through at once and the rest at its rate, in order', async () => {
    const { clock, passed, ask } = queueAt({ burst: 3, perSecond: 5 });
    const all = Promise.all([0, 1, 2, 3, 4, 5].map(ask));
    await clock.advance(1_000);
    await all;
    expect(passed).toEqual([
      { caller: 0, at: 0 },
      { caller: 1, at: 0 },
      { caller: 2, at: 0 },
      { caller: 3, at: 200 },
      { caller: 4, at: 400 },
      { caller: 5, at: 600 },
    ]);
    expect(clock.pending).toBe(0);
  });

  it('never exceeds burst + rate in any stretch of time', async () => {
    const { clock, passed, ask } = queueAt({ burst: 10, perSecond: 7 });
    const all = Promise.all(Array.from({ length: 100 }, (_, caller) => ask(caller)));
    await clock.advance(20_000);
    await all;
    for (const { at } of passed) {
      const within = passed.filter((other) => other.at >= at && other.at < at + 1_000).length;
      expect(within).toBeLessThanOrEqual(10 + 7);
    }
    expect(passed.at(-1)?.at).toBeGreaterThan((90 / 7) * 1_000 - 100);
  });

  it('halves its rate once for a volley of refusals, and recovers with successes', async () => {
    const { clock, bucket, passed, ask } = queueAt({ burst: 1, perSecond: 10 });
    bucket.throttled();
    bucket.throttled();
    bucket.throttled();
    const slow = ask(0);
    await clock.advance(1_000);
    await slow;
    expect(passed).toEqual([{ caller: 0, at: 200 }]);

    for (let i = 0; i < 25; i++) bucket.succeeded();
    await clock.advance(1_000);
    const fast = Promise.all([ask(1), ask(2)]);
    await clock.advance(1_000);
    await fast;
    expect(passed.slice(1)).toEqual([
      { caller: 1, at: 2_000 },
      { caller: 2, at: 2_100 },
    ]);
  });

  it('is not stopped by a clock that is set back', async () => {
    const { clock, passed, ask } = queueAt({ burst: 1, perSecond: 1 });
    const all = Promise.all([ask(0), ask(1)]);
    await clock.advance(500);
    clock.rewind(60_000);
    await clock.advance(5_000);
    await all;
    expect(passed.map(({ caller }) => caller)).toEqual([0, 1]);
  });
});
