import { describe, expect, it } from 'vitest';
import { day, hour, minute, World } from './world.test-data.ts';

const start = Date.UTC(2026, 2, 1, 0, 30);
const twelveHourly = { name: 'twelve-hourly', every: '12h', at: '06:00', retain: { age: '2d' } };

describe('a schedule that cannot be understood', () => {
  const broken: readonly [string, object, string][] = [
    [
      'a bad cron',
      { name: 'other', cron: '0 0 30 2 *' },
      'schedule other: cron: "0 0 30 2 *" never fires: no such month has a day 30',
    ],
    [
      'an unknown time zone',
      { name: 'other', every: '1h', timeZone: 'Europe/Atlantis', retain: { count: 1 } },
      'schedule other: timeZone "Europe/Atlantis" is not known',
    ],
    [
      'a jitter as long as the interval',
      { name: 'other', every: '1h', jitter: '1h' },
      'schedule other: jitter must be shorter than every',
    ],
  ];

  it.each(broken)(
    'because of %s stops none of the others, nor retention, nor the gauges',
    async (_, other, message) => {
      const world = new World({ schedules: [twelveHourly, other] }, start);
      await world.run(start + 6 * day);
      expect(world.blocked).toEqual({ reason: 'InvalidSpec', message });
      expect(world.made).toHaveLength(12);
      expect(world.available).toHaveLength(4);
      expect(new Set(world.samples.map(({ labels }) => labels.schedule))).toEqual(new Set(['twelve-hourly']));
      expect(world.status).toMatchObject({ missed: 0, images: 4 });
      const before = JSON.stringify(world.status);
      await world.reconcile();
      expect(JSON.stringify(world.status)).toBe(before);
    },
  );

  it('keeps its images, and once it is mended begins with its next tick', async () => {
    const every = (more: object) => [{ name: 's', every: '1h', retain: { count: 2 }, ...more }];
    const world = new World({ schedules: every({}) }, start);
    await world.run(start + 5 * hour);
    world.spec = new World({ schedules: every({ timeZone: 'Europe/Atlantis' }) }, 0).spec;
    await world.run(start + 10 * hour);
    expect(world.available).toHaveLength(2);
    world.spec = new World({ schedules: every({}) }, 0).spec;
    await world.run(start + 11 * hour);
    expect(world.made).toHaveLength(6);
    expect(world.status.missed).toBe(0);
  });
});

it('a schedule that was taken out is judged in its own time zone', async () => {
  // At 14:00Z and 16:00Z: of one day in UTC, of two in Tokyo.
  const retain = { gfs: { daily: 3 } };
  const inTokyo = { name: 'tokyo', cron: '0 23,1 * * *', timeZone: 'Asia/Tokyo', retain };
  const world = new World({ schedules: [inTokyo] }, start);
  await world.run(start + 5 * day);
  const kept = world.available.map(({ name }) => name);
  world.spec = new World({ schedules: [{ name: 'other', every: '24h' }] }, 0).spec;
  await world.run(start + 5 * day + 20 * minute);
  expect(world.available.map(({ name }) => name)).toEqual(kept);
  expect(kept).toHaveLength(3);
});

describe('an instance that is on its way', () => {
  it('to a state that is selected is waited for', async () => {
    const world = new World({ schedules: [twelveHourly] }, start, ['i-0000000a', 'i-0000000b']);
    await world.reconcile();
    world.instances.set('i-0000000a', { state: 'stopping', tags: { backup: 'yes' } });
    world.now = Date.UTC(2026, 2, 1, 6);
    await world.reconcile();
    world.makeImages();
    expect(world.made).toEqual(['twelve-hourly 2026-03-01T06:00:00Z i-0000000b']);
    expect(world.status.active).toMatchObject([{ waiting: ['i-0000000a'] }]);
    expect(world.wakeAt).toBe(world.now + minute);
    world.instances.set('i-0000000a', { state: 'stopped', tags: { backup: 'yes' } });
    await world.run(world.now + 5 * minute);
    expect(world.made).toHaveLength(2);
  });

  it('and does not get there until the next tick is told as missed', async () => {
    const world = new World({ schedules: [twelveHourly] }, start);
    await world.reconcile();
    world.instances.set('i-0000000a', { state: 'stopping', tags: { backup: 'yes' } });
    await world.run(Date.UTC(2026, 2, 1, 18, 1));
    expect(world.made).toEqual([]);
    expect(world.status.missed).toBe(1);
  });

  it('to none that is selected is not', async () => {
    const selector = { matchTags: { backup: 'yes' }, states: ['running'] };
    const world = new World({ schedules: [twelveHourly], selector }, start);
    await world.reconcile();
    world.instances.set('i-0000000a', { state: 'stopping', tags: { backup: 'yes' } });
    await world.run(Date.UTC(2026, 2, 1, 18, 1));
    expect(world.status).toMatchObject({ missed: 0, selected: 0 });
  });
});

it('of more instances than status has room for the rest is told, and the others are imaged', async () => {
  const fleet = Array.from({ length: 2_003 }, (_, n) => `i-0000${String(n).padStart(4, '0')}`);
  const world = new World({ schedules: [twelveHourly], maxConcurrent: 1 }, start, fleet);
  await world.reconcile();
  world.now = Date.UTC(2026, 2, 1, 6);
  await world.reconcile();
  expect(world.self().status.active?.[0]?.waiting).toHaveLength(1_999);
  expect(world.status).toMatchObject({ selected: 2_003 });
  expect(world.warnings.at(-1)).toContain('3 are not imaged');
});

describe('when an Image expires', () => {
  const told = (world: World) =>
    [...world.objects.values()].map(({ annotations }) => annotations['mooring.dev/expires']);

  it('is told where its age alone decides, and again when that changes', async () => {
    const world = new World({ schedules: [twelveHourly] }, start);
    await world.run(start + 12 * hour);
    expect(told(world)).toEqual(['2026-03-03T06:00:00Z']);
    expect(world.calls.filter((call) => call.startsWith('k8s:Patch'))).toEqual([]);
    world.spec = new World({ schedules: [{ ...twelveHourly, retain: { age: '5d' } }] }, 0).spec;
    await world.reconcile();
    expect(told(world)).toEqual(['2026-03-06T06:00:00Z']);
    world.spec = new World({ schedules: [{ ...twelveHourly, retain: { age: '5d', count: 9 } }] }, 0).spec;
    await world.reconcile();
    expect(told(world)).toEqual([undefined]);
  });

  it('is told to no more than fifty at once', async () => {
    const world = new World({ schedules: [{ ...twelveHourly, every: '1h', retain: { age: '90d' } }] }, start);
    await world.run(start + 3 * day);
    world.calls.length = 0;
    world.spec = new World({ schedules: [{ ...twelveHourly, every: '1h', retain: { age: '91d' } }] }, 0).spec;
    await world.reconcile();
    expect(world.calls).toHaveLength(50);
    await world.reconcile();
    expect(world.calls).toHaveLength(72);
    await world.reconcile();
    expect(world.calls).toHaveLength(72);
  });
});
