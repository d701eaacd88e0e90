import { describe, expect, it } from 'vitest';
import { day, doubles, hour, minute, World } from './world.test-data.ts';

const start = Date.UTC(2026, 2, 1, 0, 30);
const nightly = { name: 'nightly', every: '24h', at: '03:00', retain: { age: '7d' } };
const fleet = Array.from({ length: 50 }, (_, n) => `i-000000${String(n).padStart(2, '0')}`);
const rebooting = { schedules: [nightly], template: { noReboot: false } };

/** By the Image kind's own timers: it looks again every five minutes. */
async function run(world: World, until: number): Promise<void> {
  while (world.now < until) {
    await world.run(Math.min(until, world.now + 5 * minute));
  }
}

describe('CreateImage denied for a night', () => {
  it('and mended in the morning reboots no more at once than maxConcurrentReboots', async () => {
    const world = new World(rebooting, start, fleet);
    world.denied = true;
    await run(world, Date.UTC(2026, 2, 1, 9));
    expect(world.objects.size).toBe(1);
    world.denied = false;
    await run(world, Date.UTC(2026, 2, 1, 23));
    expect(world.mostPending).toBe(1);
    expect(world.made).toHaveLength(50);
  });

  it('past the deadline reboots nothing, and says what was missed', async () => {
    const world = new World({ ...rebooting, startingDeadline: '1h' }, start, fleet);
    world.denied = true;
    await run(world, Date.UTC(2026, 2, 1, 9));
    world.denied = false;
    await run(world, Date.UTC(2026, 2, 2, 2));
    expect(world.made).toEqual([]);
    expect(world.status).toMatchObject({ missed: 1, failing: 1 });
    await run(world, Date.UTC(2026, 2, 2, 5));
    expect(world.made.length).toBeGreaterThan(1);
    expect(doubles(world.made)).toEqual([]);
  });

  it('and for the next one too: nothing of the first is begun in the second', async () => {
    const world = new World(rebooting, start, fleet.slice(0, 3));
    world.denied = true;
    await run(world, Date.UTC(2026, 2, 2, 9));
    world.denied = false;
    await run(world, Date.UTC(2026, 2, 2, 12));
    expect(world.made.map((made) => made.split(' ')[1])).toEqual(Array(3).fill('2026-03-02T03:00:00Z'));
  });

  it('asked for by hand: one after the other', async () => {
    const world = new World({ ...rebooting, suspend: true }, start, fleet.slice(0, 3));
    await world.reconcile();
    world.denied = true;
    world.annotations = { 'mooring.dev/run-now': 'now' };
    await run(world, start + 2 * hour);
    expect(world.objects.size).toBe(1);
    world.denied = false;
    await run(world, start + 2.4 * hour);
    expect(world.mostPending).toBe(1);
    await run(world, start + 3 * hour);
    expect(world.made).toHaveLength(3);
  });
});

describe('how long an image may still be begun', () => {
  const startBefore = async (more: object, annotations: Record<string, string> = {}) => {
    const world = new World({ schedules: [nightly], ...more }, start);
    await world.reconcile();
    world.annotations = annotations;
    world.now = Date.UTC(2026, 2, 1, 3, 5);
    await world.reconcile();
    return [...world.objects.values()].map(({ spec }) => Object(spec).scheduledBy.startBefore);
  };

  it.each<[string, object, string]>([
    ['until the next tick', {}, '2026-03-02T03:00:00Z'],
    ['until the deadline', { startingDeadline: '2h' }, '2026-03-01T05:00:00Z'],
    [
      'and so much longer as the jitter lets it wait',
      { startingDeadline: '2h', schedules: [{ ...nightly, jitter: '4m' }] },
      '2026-03-01T05:04:00Z',
    ],
    ['and never longer than until the next tick', { startingDeadline: '48h' }, '2026-03-02T03:00:00Z'],
  ])('%s', async (_, more, expected) => {
    expect(await startBefore(more)).toEqual([expected]);
  });

  it('without end where it was asked for by hand', async () => {
    expect(await startBefore({ suspend: true }, { 'mooring.dev/run-now': 'x' })).toEqual([undefined]);
  });
});

describe('an instance that is terminated before its image is begun', () => {
  it('makes place for the next one, and its failed Image goes like any other', async () => {
    const world = new World({ ...rebooting, failedHistoryLimit: 0 }, start, fleet.slice(0, 3));
    world.denied = true;
    await run(world, Date.UTC(2026, 2, 1, 3, 30));
    expect(world.objects.size).toBe(1);
    const [object] = world.objects.values();
    world.instances.delete(object?.labels['mooring.dev/instance'] ?? '');
    world.denied = false;
    await run(world, Date.UTC(2026, 2, 1, 6));
    expect(world.made).toHaveLength(2);
    expect([...world.objects.keys()]).toHaveLength(2);
    expect(world.status).toMatchObject({ missed: 0, failing: 0 });
  });

  it('is not among the failing ones: it has nothing to be imaged any more', async () => {
    const world = new World({ schedules: [nightly] }, start, fleet.slice(0, 2));
    world.denied = true;
    await run(world, Date.UTC(2026, 2, 1, 4));
    world.instances.delete(fleet[0] ?? '');
    world.denied = false;
    await run(world, Date.UTC(2026, 2, 1, 6));
    expect(world.status).toMatchObject({ failing: 0, images: 1 });
  });
});

it('Image objects restored without status, after retention deleted their AMIs, image nothing anew', async () => {
  const world = new World({ schedules: [{ ...nightly, retain: { count: 2 } }] }, start);
  const backup = new Map<string, object>();
  for (let n = 1; n <= 10; n++) {
    await world.run(start + n * day);
    for (const [name, { status: _, ...object }] of world.objects) backup.set(name, object);
  }
  const made = [...world.made];
  for (const [name, object] of backup) {
    const { spec, labels, annotations } = Object(object);
    world.objects.set(name, {
      name,
      uid: `restored-${name}`,
      labels,
      annotations,
      deleting: false,
      spec,
      status: undefined,
    });
  }
  // Those whose AMIs are there find them, the others are too late.
  for (const image of world.images.values()) {
    const object = world.objects.get(image.name.split('/')[1] ?? '');
    if (object) world.objects.set(object.name, { ...object, status: { imageId: image.imageId } });
  }
  await world.run(world.now + hour);
  expect(world.made).toEqual(made);
  expect(world.objects.size).toBe(3);
});
