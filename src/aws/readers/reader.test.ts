import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../test/support/virtual-clock.ts';
import { AwsError, type ErrorClass } from '../../core/errors.ts';
import { createReader } from './reader.ts';

const failure = (errorClass: ErrorClass) =>
  new AwsError({ class: errorClass, code: 'X', call: 'ec2:DescribeAddresses', message: 'x', definite: true });

function reading(maxBatch: number, answer: (keys: readonly string[]) => Map<string, string>) {
  const clock = new VirtualClock();
  const batches: (readonly string[])[] = [];
  const read = createReader<string>({
    clock,
    window: 15,
    maxBatch,
    async read(keys) {
      batches.push(keys);
      return answer(keys);
    },
  });
  return { clock, batches, read };
}

const echo = (keys: readonly string[]) => new Map(keys.map((key) => [key, `<${key}>`]));

describe('a reader', () => {
  it('makes one call of what is asked within the window, each thing once', async () => {
    const { clock, batches, read } = reading(200, echo);
    const first = Promise.all([read('a'), read('b'), read('a')]);
    await clock.advance(10);
    const second = read('c');
    await clock.advance(5);
    expect(await first).toEqual(['<a>', '<b>', '<a>']);
    expect(await second).toBe('<c>');
    expect(batches).toEqual([['a', 'b', 'c']]);
  });

  it('remembers nothing', async () => {
    const { clock, batches, read } = reading(200, echo);
    const first = read('a');
    await clock.advance(15);
    await first;
    const again = read('a');
    await clock.advance(15);
    await again;
    expect(batches).toEqual([['a'], ['a']]);
  });

  it('asks in full batches', async () => {
    const { clock, batches, read } = reading(2, echo);
    const all = Promise.all(['a', 'b', 'c'].map(read));
    await clock.advance(15);
    await all;
    expect(batches).toEqual([['a', 'b'], ['c']]);
  });

  it('has nothing for a key that was not found', async () => {
    const { clock, read } = reading(200, () => new Map());
    const answer = read('a');
    await clock.advance(15);
    expect(await answer).toBeUndefined();
  });

  it('fails one bad key alone', async () => {
    const { clock, batches, read } = reading(200, (keys) => {
      if (keys.includes('bad')) throw failure('NotFound');
      return echo(keys);
    });
    const all = Promise.allSettled(['a', 'b', 'bad', 'c', 'd'].map(read));
    await clock.advance(15);
    const outcome = (await all).map((result) => (result.status === 'fulfilled' ? result.value : 'failed'));
    expect(outcome).toEqual(['<a>', '<b>', 'failed', '<c>', '<d>']);
    expect(batches.length).toBeLessThanOrEqual(7);
  });

  it.each(['Throttled', 'Transient', 'Denied'] as const)('does not ask again when %s', async (errorClass) => {
    const { clock, batches, read } = reading(200, () => {
      throw failure(errorClass);
    });
    const all = Promise.allSettled(['a', 'b'].map(read));
    await clock.advance(15);
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(batches).toHaveLength(1);
  });
});
