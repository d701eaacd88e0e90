import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../core/errors.ts';
import { tagKeys } from '../../core/identity.ts';
import { claimOn } from '../../core/ownership.ts';
import type { Plan, Step } from '../../core/plan.ts';
import { situation } from './arbitrary.test-data.ts';
import { observe } from './observe.ts';
import { ctx, own, planned } from './sample.test-data.ts';
import { type Seen, sitesOf } from './seen.ts';
import { deletionPolicyOf, type ImageObject } from './self.ts';
import { statusOf } from './status.ts';
import { finish, readersIn, type World } from './world.test-data.ts';
import { apply } from './world-calls.test-data.ts';

/** As many rounds as the controller gives a plan before it calls it a bug. */
const maxRounds = 12;

interface Run {
  readonly seen: Seen;
  readonly plan: Plan<Seen>;
  readonly rounds: number;
}

const look = (self: ImageObject, world: World): Promise<Seen> => observe(self, ctx, readersIn(world));

/** Plan, call, fold, plan again: as the controller does, with `each` looking at every call and its fold. */
async function run(
  self: ImageObject,
  world: World,
  each: (step: Step<Seen>, before: World, after: Seen) => Promise<void> | void = () => {},
): Promise<Run> {
  let seen = await look(self, world);
  for (let rounds = 0; rounds < maxRounds; rounds++) {
    const plan = planned(self, seen);
    if (plan.steps.length === 0) return { seen, plan, rounds };
    for (const step of plan.steps) {
      const before = copyOf(world);
      try {
        seen = step.fold(seen, apply(world, step));
      } catch (error) {
        const learned = error instanceof AwsError ? step.refused?.(seen, error) : undefined;
        if (learned === undefined) throw error;
        seen = learned;
        break;
      }
      await each(step, before, seen);
    }
  }
  return { seen, plan: planned(self, seen), rounds: maxRounds };
}

const copyOf = (world: World): World => ({
  ...world,
  images: world.images.map((placed) => ({ ...placed })),
  snapshots: [...world.snapshots],
  tokens: new Map(world.tokens),
  rebooted: [...world.rebooted],
});

const check = (predicate: (self: ImageObject, world: World) => Promise<void>) =>
  fc.assert(
    fc.asyncProperty(situation, ({ self, world }) => predicate(self, copyOf(world))),
    { numRuns: 500 },
  );

const withStatus = (self: ImageObject, seen: Seen): ImageObject => ({
  ...self,
  status: JSON.parse(JSON.stringify(statusOf(self, seen, ctx))),
});

/** What a look and a fold must agree on: an image's snapshots come with the look after it was made. */
const comparable = (seen: Seen) =>
  sitesOf(seen).flatMap(({ region, image, snapshots, sharing }) => {
    if (!image || image.state === 'pending') return [];
    const { sourceInstanceId: _, ...facts } = image;
    return [JSON.parse(JSON.stringify({ region, facts, snapshots, ...(sharing ? { sharing } : {}) }))];
  });

const idsIn = (input: object): string[] =>
  [
    Reflect.get(input, 'ImageId'),
    Reflect.get(input, 'SnapshotId'),
    ...(Reflect.get(input, 'Resources') ?? []),
  ].filter((id) => id !== undefined);

describe('from any state of AWS', () => {
  it('the plan ends within the rounds it is given, in nothing to do or in a reason', () =>
    check(async (self, world) => {
      const { plan, rounds } = await run(self, world);
      expect(rounds).toBeLessThan(maxRounds);
      expect(plan.steps).toEqual([]);
    }));

  it('settles: once AWS is done and it is in status, another look finds nothing to do', () =>
    check(async (self, world) => {
      let current = self;
      for (let looks = 0; looks < 5; looks++) {
        const { seen } = await run(current, world);
        if (current.deleting && !seen.primary.image) return;
        current = withStatus(current, seen);
        finish(world);
      }
      const { rounds, plan } = await run(current, world);
      expect(rounds).toBe(0);
      expect(['Conflict', 'Failed', 'DeletionHeld', undefined]).toContain(plan.blocked?.reason);
    }));

  it('what a step claims is what a look shows', () =>
    check(async (self, world) => {
      await run(self, world, async (_, __, after) => {
        const known = withStatus(self, after);
        const shown = comparable(await look(known, world));
        for (const claimed of comparable(after)) {
          const there = shown.find(({ region }) => region === claimed.region);
          // What is let go of is not known any more.
          if (!there && !self.spec.copies?.some(({ region }) => region === claimed.region)) continue;
          // What had to be looked at first was not read for a look in between.
          const { sharing, ...rest } = there ?? {};
          const { sharing: folded, ...others } = claimed;
          expect(rest).toEqual(others);
          if (sharing && folded) expect(sharing).toEqual(folded);
        }
      });
    }));

  it('nothing is ever called on an image or a snapshot whose tags say that it is another’s', () =>
    check(async (self, world) => {
      await run(self, world, ({ input }, before) => {
        const ids = idsIn(input);
        const named = [
          ...before.images.filter(({ image }) => ids.includes(image.imageId)).map(({ image }) => image.tags),
          ...before.snapshots.filter(({ snapshotId }) => ids.includes(snapshotId)).map(({ tags }) => tags),
        ];
        for (const tags of named) expect(claimOn(tags, self)).not.toBe('foreign');
      });
    }));

  it('at most one image is made and one copy a Region, none for an object that is deleted', () =>
    check(async (self, world) => {
      let current = self;
      for (let looks = 0; looks < 3; looks++) {
        const { seen } = await run(current, world);
        current = withStatus(current, seen);
        finish(world);
      }
      const most = self.deleting ? 0 : 1 + (self.spec.copies?.length ?? 0);
      expect(world.made).toBeLessThanOrEqual(most);
    }));

  it('an image that is known and gone is never made anew', () =>
    check(async (self, world) => {
      const known = { ...self, status: { imageId: 'ami-gone' } };
      world.images = world.images.filter(({ region }) => region !== own);
      const { plan } = await run(known, world);
      expect(world.images.filter(({ region }) => region === own)).toEqual([]);
      if (!self.deleting) expect(plan.blocked?.reason).toBe('Gone');
    }));

  it('an instance is rebooted only where the manifest says so', () =>
    check(async (self, world) => {
      await run(self, world);
      if (self.spec.noReboot) expect(world.rebooted).toEqual([]);
    }));
});

describe('deleting an object', () => {
  it('leaves no image of ours and no snapshot, or the mark of a retained one', () =>
    check(async (self, world) => {
      const deleted = { ...self, deleting: true };
      const { seen, plan } = await run(deleted, world);
      if (plan.blocked || !seen.primary.image) return;
      const { tags } = seen.primary.image;
      if (deletionPolicyOf(self) === 'Retain' && claimOn(tags, self) === 'ours') {
        expect(tags[tagKeys.released]).toBe('true');
      } else expect(deletionPolicyOf(self) === 'Retain' || claimOn(tags, self) !== 'ours').toBe(true);
    }));

  it('never deletes an image before its snapshots are in status', () =>
    check(async (self, world) => {
      let noted = new Set([
        ...(self.status.snapshots ?? []),
        ...(self.status.copies ?? []).flatMap((copy) => copy.snapshots ?? []),
      ]);
      await run({ ...self, deleting: true }, world, ({ call, input }, before) => {
        if (call === 'status') noted = new Set(JSON.stringify(input).match(/ami-[a-z0-9-]+-[ab]/g) ?? []);
        if (call !== 'ec2:DeregisterImage') return;
        const gone = before.images.find(({ image }) => image.imageId === Reflect.get(input, 'ImageId'));
        for (const id of gone?.image.snapshotIds ?? []) expect(noted).toContain(id);
      });
    }));

  it('leaves the snapshots where the manifest says so', () =>
    check(async (self, world) => {
      const kept = { ...self, deleting: true, spec: { ...self.spec, deleteSnapshots: false } };
      const before = world.snapshots.map(({ snapshotId }) => snapshotId);
      await run(kept, world);
      expect(world.snapshots.map(({ snapshotId }) => snapshotId)).toEqual(before);
    }));
});
