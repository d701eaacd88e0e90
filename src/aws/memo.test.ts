import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../test/support/virtual-clock.ts';
import { memo } from './memo.ts';

describe('what is remembered', () => {
  function counting(outcome: () => Promise<string>) {
    const clock = new VirtualClock();
    let loads = 0;
    const read = memo(clock, { success: 300_000, failure: 5_000 }, async (key) => {
      loads++;
      return `${key}:${await outcome()}`;
    });
    return { clock, read, loads: () => loads };
  }

  it('is asked for once by many, and again after a while', async () => {
    const { clock, read, loads } = counting(async () => 'ok');
    expect(await Promise.all([read('a'), read('a'), read('b')])).toEqual(['a:ok', 'a:ok', 'b:ok']);
    await clock.advance(299_999);
    await read('a');
    expect(loads()).toBe(2);
    await clock.advance(1);
    await read('a');
    expect(loads()).toBe(3);
  });

  it('forgets a failure soon', async () => {
    let down = true;
    const { clock, read, loads } = counting(async () => {
      if (down) throw new Error('down');
      return 'ok';
    });
    await expect(Promise.all([read('a'), read('a')])).rejects.toThrow('down');
    down = false;
    await clock.advance(4_999);
    await expect(read('a')).rejects.toThrow('down');
    expect(loads()).toBe(1);
    await clock.advance(1);
    expect(await read('a')).toBe('a:ok');
  });
});
