import { describe, expect, it } from 'vitest';
import { day, hour, World } from './world.test-data.ts';

const start = Date.UTC(2026, 2, 1, 0, 30);
const twelveHourly = {
  name: 'twelve-hourly',
  every: '12h',
  at: '06:00',
  jitter: '10m',
  retain: { age: '7d' },
};
const instance = 'i-0000000a';

const told = ({ samples }: World) =>
  samples.map(({ gauge, labels, value }) => [gauge, labels.instance_id ?? '', value]);
/** 12 hours, and the jitter. */
const promise = ['image_schedule_interval_seconds', '', 43_800];
const lastGood = (at: number, id = instance) => ['image_last_good_timestamp_seconds', id, at / 1_000];

describe('the gauges of a schedule', () => {
  it('tell the tick of the last good image, and how old it may get', async () => {
    const world = new World({ schedules: [twelveHourly] }, start);
    await world.run(start + 2 * day);
    expect(told(world)).toEqual([promise, lastGood(Date.UTC(2026, 2, 2, 18))]);
    expect(world.samples.map(({ labels }) => labels.schedule)).toEqual(['twelve-hourly', 'twelve-hourly']);
  });

  it('tell of no instance before its first tick', async () => {
    const world = new World({ schedules: [twelveHourly] }, start);
    await world.reconcile();
    expect(told(world)).toEqual([promise]);
  });

  it('stay where they were while images fail', async () => {
    const world = new World({ schedules: [twelveHourly] }, start);
    await world.run(start + day);
    world.failing.add(instance);
    await world.run(start + 3 * day);
    expect(told(world)).toEqual([promise, lastGood(Date.UTC(2026, 2, 1, 18))]);
  });

  it('tell of an instance without a good image as of one whose last was due before its first', async () => {
    const world = new World({ schedules: [twelveHourly] }, start);
    world.failing.add(instance);
    await world.run(Date.UTC(2026, 2, 1, 7));
    expect(told(world)).toEqual([promise, lastGood(Date.UTC(2026, 2, 1, 6) - 43_800_000)]);
  });

  it('forget an instance that is selected no longer', async () => {
    const world = new World({ schedules: [twelveHourly] }, start, [instance, 'i-0000000b']);
    await world.run(start + day);
    world.instances.delete('i-0000000b');
    await world.run(start + day + hour);
    expect(told(world)).toEqual([promise, lastGood(Date.UTC(2026, 2, 1, 18))]);
  });

  it('promise nothing while the schedule is suspended', async () => {
    const world = new World({ schedules: [twelveHourly], suspend: true }, start);
    await world.reconcile();
    expect(told(world)).toEqual([]);
  });
});
