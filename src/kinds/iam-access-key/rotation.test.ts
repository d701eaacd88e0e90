import { describe, expect, it } from 'vitest';
import { AccessKeyWorld, type Fate } from '../../../test/support/access-key-world.ts';

/**
 * Five days in the life of a key, in virtual time: made, rotated at its age while the old one is in use, its Secret
 * lost, rotated on demand, its Secret lost once more in the overlap, deleted. Then the same life again, once for every effect and every way for it to go wrong.
 */

const hour = 3_600_000;
const spec = { rotateAfter: '48h', overlap: '2h', maxOverlap: '12h' };

async function live(world: AccessKeyWorld): Promise<void> {
  world.apply(spec);
  await world.run(50 * hour);
  use(world, world.status.previous?.accessKeyId);
  await world.run(20 * hour);
  world.secrets.stored.delete('app');
  await world.run(3 * hour);
  world.apply({ ...spec, rotateNow: 'leaked' });
  await world.run(hour);
  // While the key before is there still: it gives way.
  world.secrets.stored.delete('app');
  await world.run(24 * hour);
}

function use(world: AccessKeyWorld, id: string | undefined): void {
  const key = world.iam.find(id);
  if (key) key.lastUsed = world.clock.now();
}

function whole(world: AccessKeyWorld): void {
  const { delivered, status, iam } = world;
  expect(world.ready).toMatchObject({ status: 'True' });
  expect(iam.find(delivered.id)).toMatchObject({ active: true, secret: delivered.secret });
  expect(status).toMatchObject({ accessKeyId: delivered.id, rotatedToken: 'leaked' });
  expect(status).not.toHaveProperty('attempt');
  expect(iam.keys.map(({ id }) => id)).toEqual([delivered.id]);
  expect(iam.most).toBeLessThanOrEqual(2);
  expect(iam.refused).toBe(0);
}

async function end(world: AccessKeyWorld): Promise<void> {
  world.delete();
  await world.run(hour);
  expect(world.object).toBeUndefined();
  expect(world.iam.keys).toEqual([]);
  expect(world.secrets.stored.size).toBe(0);
}

/** No word of a secret in what the operator tells. */
function discreet(world: AccessKeyWorld): void {
  const told = JSON.stringify([world.logger.lines, world.events, world.objects.writes]);
  expect(told).not.toContain('secret-of-');
}

describe('the life of a key', () => {
  it('goes its way: five keys, two at most, one at the end', async () => {
    const world = new AccessKeyWorld();
    await live(world);
    whole(world);
    expect(world.iam.writes).toEqual([
      'CreateAccessKey AKIA1',
      'CreateAccessKey AKIA2',
      'UpdateAccessKey AKIA1',
      'DeleteAccessKey AKIA1',
      'CreateAccessKey AKIA3',
      'UpdateAccessKey AKIA2',
      'DeleteAccessKey AKIA2',
      'CreateAccessKey AKIA4',
      'DeleteAccessKey AKIA3',
      'CreateAccessKey AKIA5',
      'UpdateAccessKey AKIA4',
      'DeleteAccessKey AKIA4',
    ]);
    await end(world);
    discreet(world);
  });

  it.each<Fate>(['crash before', 'crash after', 'lose reply'])(
    'ends well though one effect, whichever, meets this: %s',
    async (fate) => {
      const smooth = new AccessKeyWorld();
      await live(smooth);
      await end(smooth);
      expect(smooth.effects.length).toBeGreaterThan(100);
      for (let at = 1; at <= smooth.effects.length; at++) {
        const world = new AccessKeyWorld();
        world.fates.set(at, fate);
        try {
          await live(world);
          // Where it was the very last look that failed, it is had again.
          if (world.ready?.status !== 'True') await world.run(hour);
          whole(world);
          await end(world);
          discreet(world);
        } catch (error) {
          throw new Error(`${fate}, effect ${at}, ${world.effects[at - 1]}: ${String(error)}`, {
            cause: error,
          });
        }
      }
    },
  );
});
