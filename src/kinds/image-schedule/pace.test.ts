import { describe, expect, it } from 'vitest';
import { retentionAnnotation } from './objects.ts';
import { day, hour, minute, World } from './world.test-data.ts';

const start = Date.UTC(2026, 2, 1, 0, 30);
const hourly = { name: 'hourly', every: '1h', retain: { count: 2 } };
const fleet = (size: number) => Array.from({ length: size }, (_, n) => `i-0000${String(n).padStart(4, '0')}`);
const allowed = 'mooring.dev/allow-deletion';

describe('the pace of retention', () => {
  it('keeps up with two hundred instances every hour', async () => {
    const world = new World({ schedules: [hourly], maxConcurrent: 1000 }, start, fleet(200));
    await world.run(start + 5 * hour + 20 * minute);
    expect(world.available).toHaveLength(400);
    expect(world.deleted).toHaveLength(600);
  });

  it('is twice that at which images are made: rules changed by mistake do their damage slowly', async () => {
    const spec = { schedules: [{ ...hourly, retain: { count: 50 } }], maxConcurrent: 1000 };
    const world = new World(spec, start, fleet(3));
    await world.run(start + 2 * day);
    expect(world.deleted).toEqual([]);
    world.spec = new World({ schedules: [hourly] }, 0).spec;
    await world.run(world.now + 9 * minute);
    expect(world.deleted).toHaveLength(20);
    expect(world.status.deletions).toEqual({ since: '2026-03-03T00:30:00Z', count: 20 });
    expect(world.status.pendingDeletions?.[0]?.reason).toBe(
      'beyond the newest 2; no more than 20 are deleted in ten minutes',
    );
    await world.run(world.now + 10 * minute);
    expect(world.deleted).toHaveLength(40);
    await world.run(world.now + 3 * hour);
    expect(world.available).toHaveLength(6);
  });

  it('starts anew after a clock that is set back', async () => {
    const world = new World({ schedules: [hourly] }, start, fleet(1));
    await world.run(start + 3 * hour);
    world.status = { ...world.status, deletions: { since: '2026-04-01T00:00:00Z', count: 20 } };
    const before = world.deleted.length;
    await world.run(start + 5 * hour);
    expect(world.deleted.length).toBeGreaterThan(before);
  });

  it('is not that of --max-deletions: it confirms what it deletes, and takes that back from what stays', async () => {
    const schedule = { name: 's', every: '12h', at: '06:00' };
    const world = new World({ schedules: [{ ...schedule, retain: { count: 1 } }] }, start, fleet(1));
    await world.run(Date.UTC(2026, 2, 1, 18, 5));
    world.now = Date.UTC(2026, 2, 1, 18, 15);
    expect(await world.reconcile(1)).toBe(false);
    const marked = [...world.objects.values()].find((one) => retentionAnnotation in one.annotations);
    expect(marked?.annotations[allowed]).toBe('true');
    world.spec = new World({ schedules: [{ ...schedule, retain: { count: 9 } }] }, 0).spec;
    await world.reconcile();
    expect(world.objects.get(marked?.name ?? '')?.annotations).not.toHaveProperty(allowed);
  });

  it('marks nothing while its deletion is held: whoever deletes it by hand deletes no AMI', async () => {
    const world = new World({ schedules: [hourly] }, start, fleet(1));
    world.holdsDeletions = true;
    await world.run(start + 5 * hour);
    const objects = [...world.objects.values()];
    expect(objects.length).toBeGreaterThan(2);
    expect(objects.filter(({ annotations }) => allowed in annotations)).toEqual([]);
    world.holdsDeletions = false;
    await world.run(world.now + hour);
    expect(world.deleted.length).toBeGreaterThan(0);
  });

  it.each([
    [{}, undefined],
    [{ [allowed]: 'true' }, 'true'],
  ])(
    'deleting the schedule with all it has is held like any deletion, unless it is confirmed: %o',
    async (annotations, expected) => {
      const world = new World({ schedules: [hourly], onScheduleDelete: 'Delete' }, start, fleet(1));
      await world.run(start + hour);
      world.deleting = true;
      world.annotations = annotations;
      await world.reconcile();
      const [object] = world.objects.values();
      expect(object?.deleting).toBe(true);
      expect(object?.annotations[allowed]).toBe(expected);
    },
  );
});
