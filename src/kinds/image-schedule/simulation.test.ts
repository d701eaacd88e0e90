import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timingOf } from './self.ts';
import { countTicks } from './ticks/ticks.ts';
import { day, doubles, hour, minute, World } from './world.test-data.ts';

const start = Date.UTC(2026, 2, 1, 0, 30);
const twelveHourly = { name: 'twelve-hourly', every: '12h', at: '06:00', retain: { age: '7d' } };
const two = ['i-0000000a', 'i-0000000b'];

describe('weeks of', () => {
  it('every twelve hours for seven days holds fourteen, and one more only while it is made', async () => {
    const world = new World({ schedules: [twelveHourly] }, start);
    const counts = new Set<number>();
    for (let n = 1; n <= 30 * 24; n++) {
      await world.run(start + n * hour);
      if (n > 8 * 24) counts.add(world.available.length);
    }
    expect([...counts]).toEqual([14]);
    expect(world.made).toHaveLength(60);
    expect(doubles(world.made)).toEqual([]);
    expect(world.objects.size).toBe(14);
    expect(world.status).toMatchObject({
      missed: 0,
      images: 14,
      selected: 1,
      pendingDeletions: [],
      active: [],
    });
  });

  it.each<[string, number]>([
    ['1h', 24],
    ['3h', 8],
    ['6h', 4],
    ['12h', 2],
    ['24h', 1],
  ])('%s: %i images of each instance a day', async (every, aDay) => {
    const schedule = { name: 's', every, retain: { count: 5 } };
    const world = new World({ schedules: [schedule] }, start, two);
    await world.run(start + 10 * day);
    expect(world.made).toHaveLength(10 * aDay * 2);
    expect(doubles(world.made)).toEqual([]);
    expect(world.available).toHaveLength(10);
  });

  it('every hour in Berlin, over both changes of the clocks', async () => {
    for (const [from, ticks] of [
      [Date.UTC(2026, 2, 28, 12), 71],
      // An hour comes twice, and fires once.
      [Date.UTC(2026, 9, 24, 12), 70],
    ] as const) {
      const schedule = { name: 's', every: '1h', timeZone: 'Europe/Berlin', retain: { count: 5 } };
      const world = new World({ schedules: [schedule] }, from);
      await world.run(from + 3 * day - minute);
      expect(doubles(world.made)).toEqual([]);
      const owed = countTicks(timingOf(world.spec.schedules[0] ?? never()), from, from + 3 * day - minute);
      expect(world.made).toHaveLength(owed);
      expect(owed).toBe(ticks);
    }
  });
});

describe('a hostile clock', () => {
  const event = fc.oneof(
    { weight: 6, arbitrary: fc.record({ what: fc.constant('wake' as const), by: fc.constant(0) }) },
    { weight: 3, arbitrary: fc.record({ what: fc.constant('crash' as const), by: fc.nat(6) }) },
    {
      weight: 2,
      arbitrary: fc.record({ what: fc.constant('sleep' as const), by: fc.integer({ min: 1, max: 200 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ what: fc.constant('rewind' as const), by: fc.integer({ min: 1, max: 100 }) }),
    },
    { weight: 1, arbitrary: fc.record({ what: fc.constant('lost objects' as const), by: fc.constant(0) }) },
  );

  it('never makes two images of one instance and tick', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 10, maxLength: 60 }),
        fc.constantFrom('1h', '6h', '24h'),
        fc.constantFrom(undefined, '30m'),
        async (events, every, jitter) => {
          const schedule = { name: 's', every, retain: { count: 4 }, ...(jitter ? { jitter } : {}) };
          const world = new World({ schedules: [schedule], maxConcurrent: 3 }, start, [...two, 'i-0000000c']);
          for (const { what, by } of events) {
            if (what === 'crash') await world.reconcile(by);
            else await world.reconcile();
            if (what === 'wake') world.now = Math.max(world.wakeAt ?? 0, world.now + minute);
            if (what === 'sleep') world.now += by * hour;
            if (what === 'rewind') world.now -= by * hour;
            if (what === 'lost objects') world.objects.clear();
          }
          expect(doubles(world.made)).toEqual([]);
          expect(world.available.every(({ tags }) => tags['mooring.dev/instance'] !== undefined)).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('crashes at every point of a tick, and the tick is made whole all the same', async () => {
    for (let lives = 0; lives < 8; lives++) {
      const world = new World({ schedules: [twelveHourly] }, start, two);
      await world.reconcile();
      world.now = Date.UTC(2026, 2, 1, 6);
      await world.reconcile(lives);
      await world.reconcile();
      world.makeImages();
      expect(world.made.toSorted()).toEqual(two.map((id) => `twelve-hourly 2026-03-01T06:00:00Z ${id}`));
    }
  });

  it('after a long sleep runs the latest tick once, counts the others and says so', async () => {
    const world = new World({ schedules: [twelveHourly] }, start);
    await world.run(start + day);
    const before = world.made.length;
    world.now += 5 * day + 8 * hour;
    await world.reconcile();
    await world.reconcile();
    expect(world.made.slice(before)).toEqual(['twelve-hourly 2026-03-07T06:00:00Z i-0000000a']);
    expect(world.status).toMatchObject({ missed: 10, lastScheduleTime: '2026-03-07T06:00:00Z' });
    expect(world.warnings).toContain('ticks were not run, or not for every instance: 10 of twelve-hourly');
    await world.run(world.now + day);
    world.warnings.length = 0;
    await world.reconcile();
    expect(world.warnings).toEqual([]);
  });

  it('past the deadline runs none', async () => {
    const world = new World({ schedules: [twelveHourly], startingDeadline: '1h' }, start);
    await world.reconcile();
    world.now = Date.UTC(2026, 2, 1, 7, 1);
    await world.reconcile();
    expect(world.made).toEqual([]);
    expect(world.status).toMatchObject({ missed: 1, nextScheduleTime: '2026-03-01T18:00:00Z' });
  });

  it('far ahead of AWS’s for one look takes no turn, burns no tick and does not wake at once', async () => {
    const world = new World({ schedules: [twelveHourly] }, start);
    await world.run(start + 3 * day);
    const made = world.made.length;
    world.now += 30 * day;
    world.clockAhead = true;
    world.annotations = { 'mooring.dev/run-now': 'now' };
    await world.reconcile();
    expect(world.made).toHaveLength(made);
    expect(world.wakeAt).toBeGreaterThanOrEqual(world.now + minute);
    expect(world.status).toMatchObject({ missed: 0 });
    world.now -= 30 * day;
    world.clockAhead = false;
    await world.run(world.now + day);
    expect(world.made).toHaveLength(made + 3);
    expect(world.status).toMatchObject({ missed: 0, lastHandledRunNow: 'now' });
  });

  it('set back a day fires nothing, and nothing twice', async () => {
    const world = new World({ schedules: [twelveHourly] }, start);
    await world.run(start + 3 * day);
    const made = [...world.made];
    world.now -= day;
    await world.reconcile();
    expect(world.warnings.at(-1)).toContain('nothing fires of twelve-hourly until 2026-03-03T18:00:00Z');
    await world.run(start + 3 * day);
    expect(world.made).toEqual(made);
    await world.run(start + 4 * day);
    expect(world.made).toHaveLength(made.length + 2);
    expect(doubles(world.made)).toEqual([]);
  });

  it('for a month at once: a person who takes `schedules` out of status has it fire at the next tick', async () => {
    const world = new World({ schedules: [twelveHourly] }, start);
    world.now += 30 * day;
    await world.run(world.now + day);
    world.now -= 31 * day - hour;
    await world.reconcile();
    const { schedules: _, ...rest } = world.status;
    const made = [...world.made];
    world.status = rest;
    await world.run(start + day);
    expect(world.made.slice(made.length).map((one) => one.split(' ')[1])).toEqual([
      '2026-03-01T06:00:00Z',
      '2026-03-01T18:00:00Z',
    ]);
  });
});

function never(): never {
  throw new Error('there is no schedule');
}
