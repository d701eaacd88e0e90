import { describe, expect, it } from 'vitest';
import { day, doubles, hour, World } from './world.test-data.ts';

const start = Date.UTC(2026, 2, 1, 0, 30);
const twelveHourly = { name: 'twelve-hourly', every: '12h', at: '06:00', retain: { age: '7d' } };

describe('retention', () => {
  it('holds what is in use, and says so; lets it go once it is free', async () => {
    const world = new World({ schedules: [twelveHourly] }, start);
    await world.run(start + day);
    const [first] = world.available;
    world.used.add(first?.imageId ?? '');
    await world.run(start + 10 * day);
    expect(world.images.has(first?.imageId ?? '')).toBe(true);
    expect(world.status.pendingDeletions).toEqual([
      {
        image: 'web.twelve-hourly.i-0000000a.202603010600',
        reason: 'older than 7d; it is in use by i-9',
        at: '2026-03-08T06:00:00Z',
      },
    ]);
    world.used.clear();
    await world.run(world.now + 12 * hour);
    expect(world.images.has(first?.imageId ?? '')).toBe(false);
  });

  it('deletes nothing while this machine’s clock is ahead of AWS’s', async () => {
    const world = new World({ schedules: [twelveHourly] }, start);
    await world.run(start + 7 * day);
    const before = world.available.length;
    world.spec = { ...world.spec, suspend: true };
    world.clockAhead = true;
    world.now += 365 * day;
    await world.reconcile();
    expect(world.available).toHaveLength(before);
    expect(world.status.pendingDeletions?.[0]?.reason).toBe(
      "older than 7d; this machine's clock is ahead of AWS's",
    );
    expect(world.warnings.at(-1)).toContain('no image is deleted until it is right');
    world.now -= 365 * day;
    world.clockAhead = false;
    await world.reconcile();
    expect(world.status.pendingDeletions).toEqual([]);
  });

  it('counts failures for nothing, and keeps one to be looked at', async () => {
    const world = new World({ schedules: [{ ...twelveHourly, retain: { count: 2 } }] }, start);
    await world.run(start + 3 * day);
    world.failing.add('i-0000000a');
    await world.run(start + 6 * day);
    expect(world.available).toHaveLength(2);
    expect([...world.images.values()].filter(({ state }) => state === 'failed')).toHaveLength(1);
    expect(world.warnings.at(-1)).toBe('the newest image failed of i-0000000a');
  });

  it('tells of every instance whose newest image failed', async () => {
    const ids = ['i-0000000a', 'i-0000000b', 'i-0000000c'];
    const world = new World({ schedules: [twelveHourly] }, start, ids);
    await world.run(start + day);
    for (const id of ids.slice(0, 2)) world.failing.add(id);
    await world.run(start + 2 * day);
    expect(world.status.failing).toBe(2);
    expect(world.warnings.at(-1)).toBe('the newest image failed of i-0000000a, i-0000000b');
    expect([...world.images.values()].filter(({ state }) => state === 'failed')).toHaveLength(2);
  });

  it('a deletion that was left half done by a crash is finished or set back', async () => {
    const world = new World({ schedules: [{ ...twelveHourly, retain: { count: 1 } }] }, start);
    await world.run(Date.UTC(2026, 2, 1, 18, 5));
    world.now = Date.UTC(2026, 2, 1, 18, 15);
    expect(await world.reconcile(1)).toBe(false);
    const marked = [...world.objects.values()].find(
      ({ annotations }) => 'mooring.dev/retention' in annotations,
    );
    expect(Object(marked?.spec).deletionPolicy).toBe('Delete');
    world.spec = new World({ schedules: [{ ...twelveHourly, retain: { count: 5 } }] }, 0).spec;
    await world.reconcile();
    expect(Object(world.objects.get(marked?.name ?? '')?.spec).deletionPolicy).toBe('Retain');
    expect(world.objects.get(marked?.name ?? '')?.annotations).toEqual({});
  });

  it('goes on over the images of a schedule that was taken out', async () => {
    const world = new World({ schedules: [twelveHourly] }, start);
    await world.run(start + 8 * day);
    world.spec = new World({ schedules: [{ name: 'other', every: '24h' }] }, 0).spec;
    await world.run(start + 18 * day);
    const left = world.available.filter(({ tags }) => tags['mooring.dev/schedule-name'] === 'twelve-hourly');
    expect(left).toHaveLength(1);
  });
});

describe('a cluster that is rebuilt', () => {
  it('gives every AMI its Image back, makes none anew, and retention goes on', async () => {
    const world = new World({ schedules: [twelveHourly] }, start);
    await world.run(start + 8 * day);
    world.objects.clear();
    world.status = {};
    const ids = [...world.images.keys()];
    await world.run(start + 8 * day + hour);
    expect([...world.images.keys()]).toEqual(ids);
    expect(world.objects.size).toBe(ids.length);
    await world.run(start + 20 * day);
    expect(world.available).toHaveLength(14);
    expect(doubles(world.made)).toEqual([]);
  });

  it('shares and copies no old image because the template says so now, and knows the copies there are', async () => {
    const here = { region: 'eu-west-1' };
    const other = { region: 'eu-west-2' };
    const world = new World({ schedules: [twelveHourly], template: { copies: [here, other] } }, start);
    await world.run(start + day);
    world.objects.clear();
    const template = {
      share: { accounts: ['210987654321'] },
      copies: [{ ...here, share: { accounts: ['210987654321'] } }, { region: 'eu-west-3' }],
      tags: { team: 'shop' },
    };
    world.spec = new World({ schedules: [twelveHourly], template, suspend: true }, 0).spec;
    await world.run(start + day + hour);
    const specs = [...world.objects.values()].map(({ spec }) => Object(spec));
    expect(specs).toHaveLength(2);
    for (const spec of specs) {
      expect(spec.share).toBeUndefined();
      expect(spec.copies).toEqual([here, other]);
      expect(spec.tags).toEqual({ team: 'shop' });
    }
  });

  it('leaves alone what was released, and a copy made by hand', async () => {
    const world = new World({ schedules: [{ ...twelveHourly, retain: { count: 1 } }] }, start);
    await world.run(start + day);
    const [image] = world.available;
    if (!image) throw new Error('there is no image');
    world.images.set('ami-copy', { ...image, imageId: 'ami-copy', name: 'copy of it' });
    world.images.set('ami-kept', {
      ...image,
      imageId: 'ami-kept',
      tags: { ...image.tags, 'mooring.dev/released': 'true' },
    });
    world.objects.clear();
    await world.run(start + 5 * day);
    expect(world.images.has('ami-copy')).toBe(true);
    expect(world.images.has('ami-kept')).toBe(true);
    expect(world.available).toHaveLength(3);
  });
});

describe('deleting the schedule', () => {
  it.each([
    ['Retain', 14],
    ['Delete', 0],
  ])('%s', async (onScheduleDelete, left) => {
    const world = new World({ schedules: [twelveHourly], onScheduleDelete }, start);
    await world.run(start + 9 * day);
    world.deleting = true;
    for (let n = 0; n < 5; n++) await world.reconcile();
    expect(world.available).toHaveLength(left);
    expect(world.objects.size).toBe(left);
  });
});
