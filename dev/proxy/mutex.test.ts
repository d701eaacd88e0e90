import { describe, expect, it } from 'vitest';
import { Mutex } from './mutex.ts';

describe('mutex', () => {
  it('runs one after another under a key, side by side under two, and goes on after a failure', async () => {
    const mutex = new Mutex();
    const seen: string[] = [];
    const gate = Promise.withResolvers<void>();
    const first = mutex.run('a', async () => {
      await gate.promise;
      seen.push('first');
      throw new Error('no');
    });
    const second = mutex.run('a', async () => seen.push('second'));
    await mutex.run('b', async () => seen.push('other'));
    gate.resolve();
    await expect(first).rejects.toThrow('no');
    await second;
    expect(seen).toEqual(['other', 'first', 'second']);
  });
});
