import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../core/errors.ts';
import { tagKeys } from '../../core/identity.ts';
import type { Plan, Step } from '../../core/plan.ts';
import { diff } from './diff.ts';
import { observe } from './observe.ts';
import { ctx, home, keyId, tagsOfAnother, visibleAfter } from './sample.test-data.ts';
import { isPendingDeletion, type Seen, type SeenKey } from './seen.ts';
import type { KMSKey } from './self.ts';
import { situation } from './situation.test-data.ts';
import { statusOf } from './status.ts';
import { apply, copyOf, sourcesOf, type World, type WorldKey } from './world.test-data.ts';

/** As many rounds as the controller gives a plan before it calls it a bug. */
const maxRounds = 12;
const nowhere = { in: () => expect.fail('a look past the sources') };

const look = (self: KMSKey, world: World): Promise<Seen> => observe(self, ctx, nowhere, sourcesOf(world));

interface Run {
  readonly seen: Seen;
  readonly plan: Plan<Seen>;
  readonly rounds: number;
  readonly calls: readonly Step<Seen>[];
}

/** Plan, call, fold, plan again, as the controller does. A refusal that no step has an answer for is a fault of the plan. */
async function run(self: KMSKey, world: World, denied: readonly string[] = []): Promise<Run> {
  let seen = await look(self, world);
  const calls: Step<Seen>[] = [];
  for (let rounds = 0; rounds < maxRounds; rounds++) {
    const plan = diff(self, seen, ctx, visibleAfter);
    if (plan.steps.length === 0) return { seen, plan, rounds, calls };
    for (const step of plan.steps) {
      if (denied.includes(step.call)) return { seen, plan, rounds, calls };
      calls.push(step);
      try {
        seen = step.fold(seen, apply(world, step));
      } catch (error) {
        const learned = error instanceof AwsError ? step.refused?.(seen, error) : undefined;
        if (learned === undefined) throw new Error(`${step.call}: ${String(error)}`, { cause: error });
        seen = learned;
        break;
      }
    }
  }
  return { seen, plan: diff(self, seen, ctx, visibleAfter), rounds: maxRounds, calls };
}

/** Status after a reconcile, as the next one finds it. */
const settled = (self: KMSKey, seen: Seen): KMSKey => ({ ...self, status: statusOf(self, seen, ctx) });

/** The third reconcile: who has a name that turned out to be taken is known to the look that follows. */
async function inTheEnd(self: KMSKey, world: World): Promise<Run> {
  let current = self;
  for (let turn = 0; turn < 2; turn++) current = settled(current, (await run(current, world)).seen);
  return await run(current, world);
}

const tagging = ['kms:TagResource'];

function end(key: WorldKey): void {
  const { startedOnDemand, ...rotation } = key.rotation;
  if (startedOnDemand === undefined) return;
  key.rotation = rotation;
  key.onDemand = [...key.onDemand, startedOnDemand];
}

const check = (predicate: (self: KMSKey, world: World) => Promise<void>) =>
  fc.assert(
    fc.asyncProperty(situation, ({ self, world }) => predicate(self, copyOf(world))),
    { numRuns: 1_000 },
  );

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));
/** What a look and a fold must agree on. Who holds an alias is known to a look only. */
const comparable = ({ key: one, replicas, rotation: its }: Seen) => {
  const part = ({ deletionDate: _d, holders: _h, replicaRegions: _r, ...rest }: SeenKey) => plain(rest);
  return {
    key: one && part(one),
    replicas: Object.fromEntries(Object.entries(replicas).map(([region, its]) => [region, part(its)])),
    rotation: its && { enabled: its.enabled, period: its.period },
  };
};

describe('from any state', () => {
  it('the steps are ones that AWS takes, lead to an empty plan in bounded rounds, and fold into what is then seen', () =>
    check(async (self, world) => {
      const { seen, plan, rounds } = await run(self, world);
      expect(plan.steps).toEqual([]);
      expect(rounds).toBeLessThanOrEqual(6);
      const after = await look(self, world);
      // AWS does not answer which policy it gave a key that was made without one.
      const known =
        seen.key && after.key ? { ...after, key: { ...after.key, policy: seen.key.policy } } : after;
      expect(comparable(seen)).toEqual(comparable(seen.key?.policy === undefined ? known : after));
    }));

  it('what is as declared stays so: the next look plans nothing, and status says the same', () =>
    check(async (self, world) => {
      const first = await run(self, world);
      // What is still waited for may go on with the next look.
      if (first.plan.blocked) return;
      const next = { ...self, status: statusOf(self, first.seen, ctx) };
      const again = await run(next, world);
      expect(again.calls.map(({ call }) => call)).toEqual([]);
      expect(plain(statusOf(next, again.seen, ctx))).toEqual(plain(next.status));
    }));

  it('what a look alone, or a call that was denied, left undone is done by the next', () =>
    check(async (self, world) => {
      const clean = copyOf(world);
      const wanted = await inTheEnd(self, clean);
      const looked = settled(self, await look(self, world));
      const denied = settled(looked, (await run(looked, world, tagging)).seen);
      const { plan } = await inTheEnd(denied, world);
      expect(plan.steps).toEqual([]);
      expect(plan.blocked?.reason).toBe(wanted.plan.blocked?.reason);
      const owners = (of: World) =>
        [...of.values()].flatMap(({ keys }) => [...keys.values()].map(({ tags }) => tags[tagKeys.uid]));
      expect(owners(world)).toEqual(owners(clean));
    }));

  it('a token rotates at most once, and none that was there when the key was first seen', () =>
    check(async (self, world) => {
      let current = self;
      let made = 0;
      for (let turn = 0; turn < 3; turn++) {
        const { seen, calls } = await run(current, world);
        made += calls.filter(({ call }) => call === 'kms:RotateKeyOnDemand').length;
        current = settled(current, seen);
        // What is under way ends at some time, as a rotation of its own.
        for (const key of world.get(home)?.keys.values() ?? []) end(key);
      }
      const { keyId: known, rotation } = self.status;
      const told = rotation?.attempt === undefined && self.spec.rotateNow === rotation?.lastToken;
      const isNew = known !== undefined && !told;
      expect(made).toBeLessThanOrEqual(self.spec.rotateNow !== undefined && isNew ? 1 : 0);
    }));

  it('nothing is written to a key that is another object’s', () =>
    check(async (self, world) => {
      const before = world.get(home)?.keys.get(keyId);
      const foreign = before?.tags === tagsOfAnother;
      const { calls } = await run(self, world);
      const touched = calls.some(
        ({ input, call }) => Reflect.get(input, 'KeyId') === keyId && call !== 'kms:CreateKey',
      );
      if (foreign && !calls.some(({ creates }) => creates)) expect(touched).toBe(false);
    }));

  it('a living manifest never schedules its key’s deletion, and a deleted one changes nothing else of it', () =>
    check(async (self, world) => {
      const { calls } = await run(self, world);
      const scheduled = calls.filter(
        ({ call, region }) => call === 'kms:ScheduleKeyDeletion' && region === undefined,
      );
      if (!self.deleting) expect(scheduled).toEqual([]);
      const allowed = ['kms:DeleteAlias', 'kms:ScheduleKeyDeletion', 'kms:TagResource'];
      if (self.deleting) for (const { call } of calls) expect(allowed).toContain(call);
    }));

  it('what is deleted is left scheduled, unless it is kept or another’s', () =>
    check(async (self, world) => {
      const { seen, plan } = await run({ ...self, deleting: true }, world);
      const kept = self.spec.deletionPolicy === 'Retain';
      const found = seen.key;
      if (!found || kept || plan.blocked) return;
      const theirs = found.tags === tagsOfAnother || found.tags[tagKeys.uid] !== 'u-1';
      if (!theirs) expect(isPendingDeletion(found)).toBe(true);
    }));
});
