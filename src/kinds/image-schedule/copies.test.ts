import { describe, expect, it } from 'vitest';
import { day, hour, minute, World } from './world.test-data.ts';

const start = Date.UTC(2026, 2, 1, 0, 30);
const twelveHourly = { name: 'twelve-hourly', every: '12h', at: '06:00', retain: { age: '7d' } };
const template = { copies: [{ region: 'eu-west-1' }] };

/** Two weeks of images with a copy each, of which somebody then deregisters those in the schedule's own Region. */
async function lost(more: object = {}): Promise<World> {
  const world = new World({ schedules: [twelveHourly], template, ...more }, start);
  await world.run(start + 14 * day);
  expect(world.copies.size).toBe(14);
  world.images.clear();
  return world;
}

describe('copies whose image somebody has deregistered', () => {
  it('stay while there is no newer image', async () => {
    const world = await lost();
    world.spec = { ...world.spec, suspend: true };
    await world.run(world.now + 30 * day);
    expect(world.copies.size).toBe(14);
    expect(world.status.pendingDeletions?.[0]?.reason).toBe(
      'older than 7d; its copy in eu-west-1 is what is left, and there is no newer good image',
    );
  });

  it('go by the rules once there are newer ones, as their images would have', async () => {
    const world = await lost();
    await world.run(world.now + 2 * day);
    expect(world.copies.size).toBe(14);
    await world.run(world.now + 8 * day);
    expect(world.copies.size).toBe(14);
    expect(world.available).toHaveLength(14);
  });

  it('stand for `min`', async () => {
    const world = await lost();
    const schedules = [{ ...twelveHourly, retain: { age: '1d', min: 5 } }];
    world.spec = new World({ schedules, template }, 0).spec;
    await world.run(world.now + day);
    expect(world.available).toHaveLength(2);
    expect(world.copies.size).toBe(5);
  });

  it('are told of by use where they are, and their image, which is no more, is not asked for', async () => {
    const world = await lost();
    const [name = ''] = [...world.objects.keys()];
    const { imageId } = Object(world.objects.get(name)?.status);
    world.asked.length = 0;
    world.used.add(`copy-of-${imageId}`);
    await world.run(world.now + 10 * day);
    expect(world.asked.filter((id) => id === imageId)).toEqual([]);
    expect(world.copies.has(`${name}/eu-west-1`)).toBe(true);
    expect(world.status.pendingDeletions?.[0]?.reason).toBe('older than 7d; it is in use by i-9');
  });

  it('are not asked for once they are gone too, which would halt retention', async () => {
    const world = await lost();
    world.copies.clear();
    world.asked.length = 0;
    await world.run(world.now + day);
    expect(world.asked).toEqual([]);
    expect([...world.objects.values()].filter(({ status }) => Object(status).state === 'Gone')).toHaveLength(
      1,
    );
  });
});

it('a copy made by hand in the same Region takes no place of the image whose name and tags it has', async () => {
  const world = new World({ schedules: [{ ...twelveHourly, retain: { count: 2 } }] }, start);
  await world.run(start + 2 * day);
  const [, newest] = world.available;
  if (!newest) throw new Error('there is no image');
  const createdAt = new Date(world.now).toISOString();
  world.images.set('ami-by-hand', { ...newest, imageId: 'ami-by-hand', createdAt });
  const before = [...world.objects.keys()];
  await world.run(world.now + hour);
  expect([...world.objects.keys()]).toEqual(before);
  expect(world.available).toHaveLength(3);
  world.objects.clear();
  await world.run(world.now + 10 * minute);
  const adopted = [...world.objects.values()].map(({ status }) => Object(status).imageId);
  expect(adopted).not.toContain('ami-by-hand');
  expect(adopted).toHaveLength(2);
});
