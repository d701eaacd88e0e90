import { describe, expect, it } from 'vitest';
import { sleep } from '../../src/core/ports.ts';
import { VirtualClock } from './virtual-clock.ts';

describe('the virtual clock', () => {
  it('fires timers in the order of their due times, and those they set in between', async () => {
    const clock = new VirtualClock(0);
    const fired: string[] = [];
    clock.after(20, () => fired.push(`b@${clock.now()}`));
    clock.after(10, () => {
      fired.push(`a@${clock.now()}`);
      clock.after(5, () => fired.push(`a2@${clock.now()}`));
    });
    await clock.advance(19);
    expect(fired).toEqual(['a@10', 'a2@15']);
    await clock.advance(1);
    expect(fired).toEqual(['a@10', 'a2@15', 'b@20']);
    expect(clock.pending).toBe(0);
  });

  it('lets promises settle between timers', async () => {
    const clock = new VirtualClock(0);
    const seen: number[] = [];
    const loop = (async () => {
      for (let round = 0; round < 3; round++) {
        await sleep(clock, 100);
        seen.push(clock.now());
      }
    })();
    await clock.advance(300);
    await loop;
    expect(seen).toEqual([100, 200, 300]);
  });

  it('never fires a cancelled timer, not even one due at the same moment', async () => {
    const clock = new VirtualClock(0);
    const fired: string[] = [];
    clock.after(10, () => {
      fired.push('first');
      second.cancel();
    });
    const second = clock.after(10, () => fired.push('second'));
    await clock.advance(10);
    second.cancel();
    expect(fired).toEqual(['first']);
  });

  it('rewinds what now() tells, and no timer', async () => {
    const clock = new VirtualClock(1_000_000);
    const fired: number[] = [];
    clock.after(100, () => fired.push(clock.now()));
    clock.rewind(3_600_000);
    await clock.advance(100);
    expect(fired).toEqual([1_000_000 - 3_600_000 + 100]);
  });
});
