import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../test/support/virtual-clock.ts';
import { jittered, sleep } from './ports.ts';

describe('sleep', () => {
  it('ends when its time has passed, and not before', async () => {
    const clock = new VirtualClock();
    let awake = false;
    const sleeping = sleep(clock, 1_000).then(() => {
      awake = true;
    });
    await clock.advance(999);
    expect(awake).toBe(false);
    await clock.advance(1);
    await sleeping;
    expect(awake).toBe(true);
  });

  it('rejects at once with the reason when aborted, and leaves no timer behind', async () => {
    const clock = new VirtualClock();
    const stop = new AbortController();
    const sleeping = sleep(clock, 1_000, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(sleeping).rejects.toThrow('stopped');
    expect(clock.pending).toBe(0);
  });

  it('does not begin when aborted before', async () => {
    const clock = new VirtualClock();
    await expect(sleep(clock, 1_000, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
    expect(clock.pending).toBe(0);
  });

  it('is not ended by an abort that comes after it', async () => {
    const clock = new VirtualClock();
    const stop = new AbortController();
    const sleeping = sleep(clock, 1_000, stop.signal);
    await clock.advance(1_000);
    stop.abort(new Error('stopped'));
    await expect(sleeping).resolves.toBeUndefined();
  });
});

describe('jittered', () => {
  it('stays within the fraction, and reaches both ends of it', () => {
    expect(jittered(1_000, () => 0, 0.1)).toBeCloseTo(900);
    expect(jittered(1_000, () => 0.5, 0.1)).toBe(1_000);
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(random, (value) => {
        const wait = jittered(1_000, () => value, 0.25);
        expect(wait).toBeGreaterThanOrEqual(750);
        expect(wait).toBeLessThanOrEqual(1_250);
      }),
    );
  });
});
