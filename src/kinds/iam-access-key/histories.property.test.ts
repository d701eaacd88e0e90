import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AccessKeyWorld, type Fate } from '../../../test/support/access-key-world.ts';

/**
 * Whatever people do to the keys and the Secret, and whenever the operator dies or is not answered: there are never
 * more than two keys, no key is ever changed that the operator did not make, no secret is told, and once people leave
 * it alone and there is room, the Secret holds a key that works.
 */

const hour = 3_600_000;
const spec = { rotateAfter: '24h', overlap: '1h', maxOverlap: '6h' };

type Act = (world: AccessKeyWorld) => void;

const acts: Readonly<Record<string, Act>> = {
  'make a key': (world) => {
    // Only while no call of the operator's may be under way: within that time nobody can tell the two apart.
    if (world.iam.keys.length < 2 && !world.status.attempt) world.iam.create('person');
  },
  'delete the key in the Secret': (world) => {
    const { id } = world.delivered;
    if (world.iam.find(id)) world.iam.delete(id ?? '');
  },
  'delete a key of their own': (world) => {
    const own = world.iam.keys.find(({ madeBy }) => madeBy === 'person');
    if (own) world.iam.delete(own.id);
  },
  'deactivate the key in the Secret': (world) => {
    const key = world.iam.find(world.delivered.id);
    if (key) key.active = false;
  },
  'use the old key': (world) => {
    const key = world.iam.find(world.status.previous?.accessKeyId);
    if (key) key.lastUsed = world.clock.now();
  },
  'delete the Secret': (world) => void world.secrets.stored.delete('app'),
  'write another half into the Secret': (world) =>
    world.secrets.edit('app', 'aws_secret_access_key', 'forged'),
  'ask for another key': (world) => world.apply({ ...spec, rotateNow: String(world.effects.length) }),
};

const history = fc.array(
  fc.record({
    act: fc.constantFrom(...Object.keys(acts)),
    hours: fc.double({ min: 0.001, max: 30, noNaN: true }),
    fate: fc.option(
      fc.record({
        after: fc.integer({ min: 1, max: 12 }),
        fate: fc.constantFrom<Fate>('crash before', 'crash after', 'lose reply'),
      }),
    ),
  }),
  { maxLength: 10 },
);

it('no history makes a third key, touches a foreign one, tells a secret, or ends without a key', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (events) => {
      const world = new AccessKeyWorld();
      const foreign = new Set<string>();
      world.apply(spec);
      await world.run(hour);
      for (const { act, hours, fate } of events) {
        acts[act]?.(world);
        for (const { id, madeBy } of world.iam.keys) if (madeBy === 'person') foreign.add(id);
        if (fate) world.fates.set(world.effects.length + fate.after, fate.fate);
        await world.run(hours * hour);
      }
      world.fates.clear();
      for (const { id, madeBy } of [...world.iam.keys]) if (madeBy === 'person') world.iam.delete(id);
      await world.run(12 * hour);

      const { iam, delivered, ready } = world;
      expect(iam).toMatchObject({ refused: 0 });
      expect(iam.most).toBeLessThanOrEqual(2);
      const touched = iam.writes
        .filter((write) => !write.startsWith('Create'))
        .map((write) => write.split(' ')[1]);
      expect(touched.filter((id) => foreign.has(id ?? ''))).toEqual([]);
      expect(ready).toMatchObject({ status: 'True' });
      expect(iam.find(delivered.id)).toMatchObject({ active: true, secret: delivered.secret });
      const known = [world.status.accessKeyId, world.status.previous?.accessKeyId];
      expect(iam.keys.filter(({ id }) => !known.includes(id))).toEqual([]);
      expect(JSON.stringify([world.logger.lines, world.events, world.objects.writes])).not.toContain(
        'secret-of-',
      );
    }),
    { numRuns: 150 },
  );
});
