import { describe, expect, it } from 'vitest';
import { day, doubles, hour, minute, World } from './world.test-data.ts';

const start = Date.UTC(2026, 2, 1, 0, 30);
const twelveHourly = { name: 'twelve-hourly', every: '12h', at: '06:00', retain: { age: '7d' } };
const two = ['i-0000000a', 'i-0000000b'];

describe('status', () => {
  const daily = { name: 'daily', every: '24h', at: '03:30', timeZone: 'Europe/Berlin' };
  const weekly = { name: 'weekly', cron: '0 3 * * SUN' };
  it.each<[string, object[]]>([
    ['12h at 06:00', [twelveHourly]],
    ['24h at 03:30 Europe/Berlin, 0 3 * * SUN', [daily, weekly]],
    ['12h at 06:00, 0 3 * * SUN, and 2 more', [twelveHourly, weekly, daily, { name: 'h', every: '1h' }]],
  ])('tells when images are made: %s', async (timing, schedules) => {
    const world = new World({ schedules }, start);
    await world.reconcile();
    expect(world.status.timing).toBe(timing);
  });

  it('tells how many images are being made', async () => {
    const world = new World({ schedules: [twelveHourly] }, start, two);
    await world.reconcile();
    world.now = Date.UTC(2026, 2, 1, 6);
    await world.reconcile();
    world.makeImages();
    await world.reconcile();
    expect(world.status).toMatchObject({ pending: 2, images: 0 });
    await world.run(world.now + hour);
    expect(world.status).toMatchObject({ pending: 0, images: 2 });
  });
});

describe('limits', () => {
  it('maxConcurrentReboots: one at a time, and all in the end', async () => {
    const ids = ['i-0000000a', 'i-0000000b', 'i-0000000c'];
    const world = new World({ schedules: [twelveHourly], template: { noReboot: false } }, start, ids);
    await world.reconcile();
    world.now = Date.UTC(2026, 2, 1, 6);
    for (let n = 1; n <= 3; n++) {
      await world.reconcile();
      world.makeImages();
      await world.reconcile();
      expect(world.made).toHaveLength(n);
      world.now += world.takes;
    }
    await world.reconcile();
    expect(world.status.missed).toBe(0);
  });

  it('Forbid: an instance whose image is still pending waits, the others do not', async () => {
    const schedule = { name: 's', every: '1h', retain: { count: 9 } };
    const world = new World({ schedules: [schedule] }, start, two);
    world.takes = 90 * minute;
    await world.run(start + hour);
    expect(world.made).toHaveLength(2);
    await world.run(start + 1.9 * hour);
    expect(world.made).toHaveLength(2);
    await world.run(start + 2.2 * hour);
    expect(world.made).toHaveLength(4);
    expect(doubles(world.made)).toEqual([]);
  });

  it('Allow: an instance whose image is still pending is imaged again', async () => {
    const schedule = { name: 's', every: '1h', retain: { count: 9 } };
    const world = new World({ schedules: [schedule], concurrencyPolicy: 'Allow' }, start, two);
    world.takes = 90 * minute;
    await world.run(start + 1.9 * hour);
    expect(world.made).toHaveLength(4);
    expect(doubles(world.made)).toEqual([]);
  });

  it('maxConcurrent: so many at a time, and all in the end', async () => {
    const ids = ['i-0000000a', 'i-0000000b', 'i-0000000c', 'i-0000000d', 'i-0000000e'];
    const world = new World({ schedules: [twelveHourly], maxConcurrent: 2 }, start, ids);
    await world.run(start + 7 * hour);
    expect(world.made).toHaveLength(5);
    expect(world.mostPending).toBe(2);
    expect(world.status).toMatchObject({ missed: 0, images: 5 });
  });

  it('successfulHistoryLimit: so many runs that went well are told of, the newest', async () => {
    const world = new World({ schedules: [twelveHourly], successfulHistoryLimit: 2 }, start);
    await world.run(start + 3 * day);
    expect(world.status.history).toEqual([
      { schedule: 'twelve-hourly', tick: '2026-03-03T18:00:00Z', succeeded: 1, failed: 0 },
      { schedule: 'twelve-hourly', tick: '2026-03-03T06:00:00Z', succeeded: 1, failed: 0 },
    ]);
    world.spec = { ...world.spec, successfulHistoryLimit: 0 };
    await world.reconcile();
    expect(world.status).toMatchObject({ history: [], images: 6 });
  });

  it('Forbid: an image that somebody has deregistered hinders no other', async () => {
    const world = new World({ schedules: [twelveHourly] }, start);
    await world.run(start + 12 * hour);
    expect(world.made).toHaveLength(1);
    world.images.clear();
    await world.run(start + day);
    expect(world.made).toHaveLength(2);
    expect(world.status).toMatchObject({ images: 1, missed: 0, failing: 0 });
  });

  it('jitter: each instance at its own moment, the same after a restart', async () => {
    const ids = Array.from({ length: 20 }, (_, n) => `i-000000${String(n).padStart(2, '0')}`);
    const schedule = { ...twelveHourly, jitter: '1h' };
    const world = new World({ schedules: [schedule], maxConcurrent: 100 }, start, ids);
    await world.reconcile();
    world.now = Date.UTC(2026, 2, 1, 6);
    const counts: number[] = [];
    for (let n = 0; n <= 6; n++) {
      await world.reconcile();
      world.makeImages();
      counts.push(world.made.length);
      world.now += 10 * minute;
    }
    expect(counts[0]).toBeLessThan(5);
    expect(counts[3]).toBeGreaterThan(4);
    expect(counts[3]).toBeLessThan(16);
    expect(counts[6]).toBe(20);
  });

  it('skipIfNewerThan leaves out who has a young image, and run-now does not', async () => {
    const world = new World({ schedules: [twelveHourly], skipIfNewerThan: '20h' }, start);
    await world.run(start + 2 * day);
    expect(world.made).toHaveLength(2);
    world.annotations = { 'mooring.dev/run-now': 'before the upgrade' };
    await world.run(world.now + hour);
    expect(world.made).toHaveLength(3);
  });
});

describe('by hand', () => {
  it('run-now: once a token, echoed in status, and also while suspended', async () => {
    const world = new World({ schedules: [twelveHourly], suspend: true }, start, two);
    world.annotations = { 'mooring.dev/run-now': 'one' };
    await world.run(start + 2 * day);
    expect(world.made).toHaveLength(2);
    expect(world.status.lastHandledRunNow).toBe('one');
    world.annotations = { 'mooring.dev/run-now': 'two' };
    await world.run(start + 3 * day);
    expect(world.made).toHaveLength(4);
  });

  it('suspended: no new images, the clean-up goes on, and nothing is made up for', async () => {
    const world = new World({ schedules: [twelveHourly] }, start);
    await world.run(start + 8 * day);
    const made = world.made.length;
    world.spec = { ...world.spec, suspend: true };
    await world.run(start + 12 * day + 8 * hour);
    expect(world.made).toHaveLength(made);
    expect(world.available.length).toBe(5);
    world.spec = { ...world.spec, suspend: false };
    await world.reconcile();
    world.makeImages();
    expect(world.made).toHaveLength(made);
    expect(world.status.missed).toBe(0);
  });

  it('a schedule that is changed fires at its next tick, not at once', async () => {
    const world = new World({ schedules: [{ name: 's', every: '24h', at: '03:00' }] }, start);
    await world.run(Date.UTC(2026, 2, 1, 12));
    world.spec = new World({ schedules: [{ name: 's', every: '24h', at: '10:00' }] }, 0).spec;
    await world.run(Date.UTC(2026, 2, 2, 9));
    expect(world.made).toEqual(['s 2026-03-01T03:00:00Z i-0000000a']);
    await world.run(Date.UTC(2026, 2, 2, 11));
    expect(world.made).toHaveLength(2);
    expect(world.status.missed).toBe(0);
  });
});

it('an Image it makes has no owner, none of the schedule’s labels, and stays whatever deletes it', async () => {
  const world = new World({ schedules: [twelveHourly], template: { tags: { team: 'shop' } } }, start);
  await world.run(start + 6 * hour);
  const [object] = world.objects.values();
  expect(object?.labels).toEqual({ 'mooring.dev/schedule': 'web', 'mooring.dev/instance': 'i-0000000a' });
  expect(object?.spec).toMatchObject({
    source: { instanceId: 'i-0000000a' },
    imageName: 'shop/web.twelve-hourly.i-0000000a.202603010600',
    region: 'eu-central-1',
    tags: { team: 'shop' },
    noReboot: true,
    deletionPolicy: 'Retain',
    scheduledBy: {
      schedule: 'shop/web',
      scheduleName: 'twelve-hourly',
      tick: '2026-03-01T06:00:00Z',
      instanceId: 'i-0000000a',
    },
  });
});
