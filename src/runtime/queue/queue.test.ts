import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordingLogger } from '../../../test/support/recording-logger.ts';
import { seededRandom } from '../../../test/support/seeded-random.ts';
import { VirtualClock } from '../../../test/support/virtual-clock.ts';
import { sleep } from '../../core/ports.ts';
import { createQueue } from './queue.ts';
import type { QueueMetrics } from './queue-options.ts';

/** A queue whose workers take 100 ms and tell what they worked on and when. */
function working(concurrency: number, metrics?: QueueMetrics) {
  const clock = new VirtualClock(0);
  const logger = recordingLogger();
  const queue = createQueue({ clock, random: seededRandom(7), logger, ...(metrics && { metrics }) });
  const worked: string[] = [];
  const start = clock.now();
  const run = () =>
    queue.run(concurrency, async (key) => {
      worked.push(`${key}@${clock.now() - start}`);
      await sleep(clock, 100);
    });
  return { clock, logger, queue, worked, run };
}

describe('order', () => {
  it('is first in, first out, once a key however often it was added', async () => {
    const { clock, queue, worked, run } = working(1);
    for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key);
    void run();
    await clock.advance(1_000);
    expect(worked).toEqual(['a@0', 'b@100', 'c@200']);
  });

  it('sends a key that was added while it ran behind the others', async () => {
    const { clock, queue, worked, run } = working(1);
    for (const key of ['a', 'b']) queue.add(key);
    void run();
    await clock.advance(50);
    queue.add('a');
    queue.add('a');
    await clock.advance(1_000);
    expect(worked).toEqual(['a@0', 'b@100', 'a@200']);
  });

  it('lets background keys wait, but not for ever, and brings one forward that is added as normal', async () => {
    const { clock, queue, worked, run } = working(1);
    queue.add('resync', { lane: 'background' });
    queue.add('deleted', { lane: 'background' });
    for (let n = 0; n < 20; n++) queue.add(`n${n}`);
    queue.add('deleted');
    void run();
    await clock.advance(10_000);
    const keys = worked.map((each) => each.split('@')[0]);
    expect(keys.indexOf('resync')).toBe(8);
    expect(keys.indexOf('deleted')).toBe(21);
    expect(keys).toHaveLength(22);
  });
});

describe('waiting', () => {
  it('takes the earliest of several', async () => {
    const { clock, queue, worked, run } = working(1);
    void run();
    queue.add('a', { after: 5_000 });
    queue.add('a', { after: 2_000 });
    queue.add('a', { after: 9_000 });
    await clock.advance(20_000);
    expect(worked).toEqual(['a@2000']);
    expect(clock.pending).toBe(0);
  });

  it('takes the earliest although the clock was set back or forth in between', async () => {
    const { clock, queue, worked, run } = working(1);
    void run();
    queue.add('a', { after: 10_000 });
    clock.rewind(-9_500);
    queue.add('a', { after: 1_000 });
    clock.rewind(9_500);
    await clock.advance(20_000);
    expect(worked).toEqual(['a@1000']);
  });

  it('is over when the key is added without', async () => {
    const { clock, queue, worked, run } = working(1);
    void run();
    queue.add('a', { after: 5_000 });
    await clock.advance(1_000);
    queue.add('a');
    await clock.advance(10_000);
    expect(worked).toEqual(['a@1000']);
  });

  it('for what AWS refused is not cut short by who has no news, only by who has', async () => {
    const { clock, queue, worked, run } = working(1);
    void run();
    queue.add('a', { after: 5_000, firm: true });
    await clock.advance(1_000);
    queue.add('a', { patient: true });
    queue.add('a', { patient: true, after: 500 });
    await clock.advance(3_000);
    expect(worked).toEqual([]);
    queue.add('a');
    await clock.advance(10_000);
    expect(worked).toEqual(['a@4000']);
    queue.add('a', { patient: true });
    await clock.advance(10_000);
    expect(worked).toEqual(['a@4000', 'a@14000']);
  });

  it('of any other kind is cut short by both', async () => {
    const { clock, queue, worked, run } = working(1);
    void run();
    queue.add('a', { after: 5_000 });
    queue.add('a', { patient: true });
    await clock.advance(10_000);
    expect(worked).toEqual(['a@0']);
  });

  it('counts from while the key is worked on', async () => {
    const { clock, queue, worked, run } = working(2);
    queue.add('a');
    void run();
    await clock.advance(10);
    queue.add('a', { after: 40 });
    await clock.advance(60);
    expect(worked).toEqual(['a@0']);
    await clock.advance(100);
    expect(worked).toEqual(['a@0', 'a@100']);
  });
});

describe('retrying', () => {
  it('waits firmly where it is for what AWS refused', async () => {
    const { clock, queue, worked, run } = working(1);
    void run();
    const wait = queue.retry('a', { firm: true });
    queue.add('a', { patient: true });
    await clock.advance(wait - 1);
    expect(worked).toEqual([]);
    await clock.advance(1);
    expect(worked).toHaveLength(1);
  });

  it('doubles the wait with jitter up to the cap, and begins anew after forget', () => {
    const clock = new VirtualClock();
    const backoff = { base: 1_000, cap: 10_000 };
    const queue = createQueue({ clock, random: seededRandom(7), logger: recordingLogger(), backoff });
    const waits = Array.from({ length: 6 }, () => queue.retry('a'));
    [1_000, 2_000, 4_000, 8_000, 10_000, 10_000].forEach((longest, n) => {
      expect(waits[n]).toBeGreaterThanOrEqual(longest / 2);
      expect(waits[n]).toBeLessThanOrEqual(longest);
    });
    expect(queue.retriesOf('a')).toBe(6);
    queue.forget('a');
    expect(queue.retriesOf('a')).toBe(0);
    expect(queue.retry('a')).toBeLessThanOrEqual(1_000);
  });

  it('is what becomes of a worker that throws', async () => {
    const clock = new VirtualClock();
    const logger = recordingLogger();
    const queue = createQueue({ clock, random: seededRandom(7), logger });
    let runs = 0;
    void queue.run(1, async () => {
      runs += 1;
      if (runs < 3) throw new Error('a bug');
    });
    queue.add('a');
    await clock.advance(10_000);
    expect(runs).toBe(3);
    expect(logger.lines.map(({ fields }) => fields)).toEqual(Array(2).fill({ key: 'a', error: 'a bug' }));
  });
});

describe('stopping', () => {
  it('waits for who works, drops what waits and is ready, and takes nothing more', async () => {
    const { clock, queue, worked, run } = working(1);
    queue.add('a');
    queue.add('b');
    queue.add('c', { after: 10 });
    const running = run();
    await clock.advance(50);
    const stopped = queue.stop({ drain: true, graceMs: 1_000 });
    queue.add('a');
    queue.retry('d');
    await clock.advance(50);
    expect(await stopped).toBe(true);
    await running;
    await clock.advance(10_000);
    expect(worked).toEqual(['a@0']);
    expect(clock.pending).toBe(0);
    expect(queue.depth).toBe(0);
  });

  it('waits no longer than it may', async () => {
    const clock = new VirtualClock();
    const queue = createQueue({ clock, random: seededRandom(7), logger: recordingLogger() });
    void queue.run(1, () => sleep(clock, 60_000));
    queue.add('a');
    await clock.advance(0);
    const stopped = queue.stop({ drain: true, graceMs: 1_000 });
    await clock.advance(1_000);
    expect(await stopped).toBe(false);
    expect(queue.running).toBe(1);
  });
});

it('feeds the workqueue metrics', async () => {
  const told: string[] = [];
  const tell = (name: string) => (value?: number) =>
    told.push(value === undefined ? name : `${name} ${value}`);
  const { clock, queue, run } = working(1, {
    depth: tell('depth'),
    adds: tell('adds'),
    retries: tell('retries'),
    queueDuration: tell('queued'),
    workDuration: tell('worked'),
  });
  queue.add('a');
  await clock.advance(2_000);
  void run();
  await clock.advance(50);
  expect([queue.unfinishedWorkSeconds, queue.longestRunningSeconds]).toEqual([0.05, 0.05]);
  await clock.advance(50);
  queue.retry('a');
  expect(told).toEqual(['adds', 'depth 1', 'depth 0', 'queued 2', 'worked 0.1', 'retries']);
});

it('never has two workers on a key, loses nothing that was added, and is fair', async () => {
  const keys = ['a', 'b', 'c', 'd', 'e'];
  const action = fc.record({
    key: fc.constantFrom(...keys),
    kind: fc.constantFrom('add', 'background', 'later', 'retry', 'forget'),
    pause: fc.integer({ min: 0, max: 120 }),
    rewind: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { maxLength: 60 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer(),
      async (actions, concurrency, seed) => {
        const clock = new VirtualClock();
        const random = seededRandom(seed);
        const queue = createQueue({
          clock,
          random,
          logger: recordingLogger(),
          backoff: { base: 50, cap: 400 },
        });
        const busy = new Set<string>();
        /** Added and not begun since; the keys that began since it became ready, in `passed`. */
        const owed = new Map<string, { passed: Map<string, number> }>();
        void queue.run(concurrency, async (key) => {
          expect(busy.has(key)).toBe(false);
          busy.add(key);
          expect(busy.size).toBeLessThanOrEqual(concurrency);
          for (const { passed } of owed.values()) passed.set(key, (passed.get(key) ?? 0) + 1);
          const debt = owed.get(key);
          owed.delete(key);
          // First in, first out: nobody who waits at once is overtaken twice by the same key.
          for (const [other, times] of debt?.passed ?? [])
            if (other !== key) expect(times).toBeLessThanOrEqual(2);
          await sleep(clock, random() * 100);
          busy.delete(key);
          if (random() < 0.2) throw new Error('a failure now and then');
        });
        for (const { key, kind, pause, rewind } of actions) {
          if (kind === 'add' || kind === 'background') {
            if (kind === 'add' && !owed.has(key)) owed.set(key, { passed: new Map() });
            queue.add(key, { lane: kind === 'add' ? 'normal' : 'background' });
          }
          if (kind === 'later') queue.add(key, { after: 1 + random() * 300 });
          if (kind === 'retry') queue.retry(key);
          if (kind === 'forget') queue.forget(key);
          if (rewind) clock.rewind(500);
          await clock.advance(pause);
        }
        await clock.advance(60_000);
        expect([...owed.keys()]).toEqual([]);
        expect(queue.depth).toBe(0);
        expect(queue.running).toBe(0);
      },
    ),
    { numRuns: 60 },
  );
}, 30_000);
