import { describe, expect, it } from 'vitest';
import { day, hour, World } from './world.test-data.ts';

const start = Date.UTC(2026, 2, 1, 0, 30);
const twelveHourly = { name: 'twelve-hourly', every: '12h', at: '06:00', retain: { count: 2 } };
const two = ['i-0000000a', 'i-0000000b'];
const quota = { class: 'Denied', code: 'Forbidden', message: 'exceeded quota: images' } as const;

describe('an Image that the API server refuses', () => {
  it('hinders neither the others nor the clean-up, and is told and tried again', async () => {
    const world = new World({ schedules: [twelveHourly] }, start, two);
    await world.run(start + day);
    world.refuses = (call, name) =>
      call === 'k8s:Create' && name.includes(two[0] ?? '') ? quota : undefined;
    world.spec = new World({ schedules: [{ ...twelveHourly, retain: { count: 1 } }] }, 0).spec;
    await world.run(start + 1.5 * day);
    expect(world.available.map(({ sourceInstanceId }) => sourceInstanceId).sort()).toEqual(two);
    expect(world.blocked).toEqual({
      reason: 'AccessDenied',
      message: 'the API server refuses web.twelve-hourly.i-0000000a.202603020600: exceeded quota: images',
    });
    expect(world.wakeAt).toBeLessThanOrEqual(world.now + 5 * 60_000);
    world.refuses = () => undefined;
    await world.run(world.now + hour);
    expect(world.blocked).toBeUndefined();
    expect(world.made.at(-1)).toBe('twelve-hourly 2026-03-02T06:00:00Z i-0000000a');
  });

  it('of a whole fleet: each is tried once a look, as many as may be begun at a time', async () => {
    const fleet = Array.from({ length: 400 }, (_, n) => `i-00000${String(n).padStart(3, '0')}`);
    const world = new World({ schedules: [twelveHourly], maxConcurrent: 30 }, start, fleet);
    await world.reconcile();
    world.refuses = (call) => (call === 'k8s:Create' ? quota : undefined);
    world.now = Date.UTC(2026, 2, 1, 6);
    await world.reconcile();
    expect(world.calls).toHaveLength(30);
    expect(world.blocked?.message).toContain('and 29 more');
  });

  it('to be deleted keeps no other from going', async () => {
    const world = new World({ schedules: [twelveHourly] }, start, two);
    await world.run(start + day);
    world.refuses = (call, name) =>
      call === 'k8s:Delete' && name.includes(two[0] ?? '') ? quota : undefined;
    await world.run(start + 2 * day);
    const of = (id = '') => world.available.filter(({ sourceInstanceId }) => sourceInstanceId === id).length;
    expect([of(two[0]), of(two[1])]).toEqual([4, 2]);
    expect(world.status.pendingDeletions?.[0]?.reason).toBe(
      'beyond the newest 2; the API server refuses it: exceeded quota: images',
    );
  });
});
