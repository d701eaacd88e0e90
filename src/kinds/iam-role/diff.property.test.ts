import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../core/errors.ts';
import { tagKeys } from '../../core/identity.ts';
import { claimOn } from '../../core/ownership.ts';
import type { Plan, Step } from '../../core/plan.ts';
import { normalizePolicy } from '../../core/policy/normalize.ts';
import { diff } from './diff.ts';
import { observe } from './observe.ts';
import { ctx } from './sample.test-data.ts';
import type { Seen, SeenPolicy } from './seen.ts';
import { deletionPolicyOf, type IAMRole } from './self.ts';
import { situation } from './situation.test-data.ts';
import { statusOf } from './status.ts';
import { apply, readersOf, type World } from './world.test-data.ts';

/** As many rounds as the controller gives a plan before it calls it a bug. */
const maxRounds = 12;

interface Run {
  readonly seen: Seen;
  readonly plan: Plan<Seen>;
  readonly rounds: number;
  readonly failed?: unknown;
}

/** The controller's loop, on the model. */
async function run(
  self: IAMRole,
  aws: World,
  each: (step: Step<Seen>, before: Seen, after: Seen) => void | Promise<void> = () => {},
  denied: readonly string[] = [],
): Promise<Run> {
  let seen = await observe(self, readersOf(aws), ctx);
  for (let rounds = 0; rounds < maxRounds; rounds++) {
    const plan = diff(self, seen, ctx);
    if (plan.steps.length === 0) return { seen, plan, rounds };
    for (const step of plan.steps) {
      const before = seen;
      try {
        if (denied.includes(step.call)) throw new Error(`${step.call} is denied`);
        seen = step.fold(seen, apply(aws, step));
      } catch (error) {
        const learned = error instanceof AwsError ? step.refused?.(seen, error) : undefined;
        if (learned === undefined) return { seen, plan, rounds, failed: error };
        seen = learned;
        break;
      }
      await each(step, before, seen);
    }
  }
  return { seen, plan: diff(self, seen, ctx), rounds: maxRounds };
}

const check = (predicate: (self: IAMRole, aws: World) => Promise<void>) =>
  fc.assert(
    fc.asyncProperty(situation, async ({ self, world }) => await predicate(self, { ...world })),
    { numRuns: 1_000 },
  );

const meaning = (policy: SeenPolicy): unknown =>
  policy.document ? normalizePolicy(policy.document) : policy;

/** What a look and a fold must agree on. */
const comparable = ({ role, profiles }: Seen) => ({
  role: role && {
    ...role,
    trust: meaning(role.trust),
    attached: role.attached.toSorted(),
    inline: Object.fromEntries(Object.entries(role.inline).map(([name, one]) => [name, meaning(one)])),
  },
  profiles: profiles
    .filter(({ roles }) => role !== undefined && roles.includes(role.name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
});

const tagging = ['iam:TagRole', 'iam:TagInstanceProfile'];

/** Status after a reconcile, as the next one finds it. */
const settled = (self: IAMRole, seen: Seen): IAMRole => ({ ...self, status: statusOf(self, seen, ctx) });

/** The third reconcile: a name that turned out to be taken is judged by the look that follows. */
async function inTheEnd(self: IAMRole, aws: World): Promise<Run> {
  let current = self;
  for (let look = 0; look < 2; look++) current = settled(current, (await run(current, aws)).seen);
  return await run(current, aws);
}

describe('from any state of AWS', () => {
  it('the plan ends within the rounds it is given, in nothing to do or in a reason', () =>
    check(async (self, aws) => {
      const { plan, rounds, failed } = await run(self, aws);
      expect(failed).toBeUndefined();
      expect(rounds).toBeLessThan(maxRounds);
      expect(plan.steps).toEqual([]);
    }));

  it('in sync gives no step: a look after it finds nothing to do', () =>
    check(async (self, aws) => {
      const { rounds, plan } = await inTheEnd(self, aws);
      expect(rounds).toBe(0);
      expect(plan.steps).toEqual([]);
    }));

  it('what a step claims is what a look shows', () =>
    check(async (self, aws) => {
      await run(self, aws, async (_, __, seen) => {
        const known = settled(self, seen);
        expect(comparable(seen)).toEqual(
          comparable(
            await observe(
              {
                ...self,
                status: {
                  ...self.status,
                  ...(known.status.roleId === undefined ? {} : { roleId: known.status.roleId }),
                },
              },
              readersOf(aws),
              ctx,
            ),
          ),
        );
      });
    }));

  it('nothing is ever called on what is another’s by its tags', () =>
    check(async (self, aws) => {
      const others = {
        roles: aws.roles.filter(({ role }) => claimOn(role.tags, self) === 'foreign'),
        profiles: aws.profiles.filter(({ tags: its }) => its && claimOn(its, self) === 'foreign'),
      };
      await run(self, aws);
      for (const role of others.roles) expect(aws.roles).toContainEqual(role);
      for (const profile of others.profiles) expect(aws.profiles).toContainEqual(profile);
    }));

  it('what a look at it alone, or a call that was denied, left undone is done by the next', () =>
    check(async (self, aws) => {
      const clean = { ...aws };
      const wanted = await inTheEnd(self, clean);
      const once = { ...aws };
      const looked = settled(self, await observe(self, readersOf(once), ctx));
      const denied = settled(looked, (await run(looked, once, undefined, tagging)).seen);
      const { plan, failed } = await inTheEnd(denied, once);
      expect(failed).toBeUndefined();
      expect(plan.steps).toEqual([]);
      expect(plan.blocked?.reason).toBe(wanted.plan.blocked?.reason);
      const owners = ({ roles, profiles }: World) => [
        ...roles.map(({ role }) => ['role', role.tags[tagKeys.uid]].join(' ')),
        ...profiles.map(({ name, tags }) => [name.toLowerCase(), tags?.[tagKeys.uid]].join(' ')).sort(),
      ];
      expect(owners(once)).toEqual(owners(clean));
      expect(once.roles.map(({ role }) => role.tags)).toEqual(clean.roles.map(({ role }) => role.tags));
    }));

  it('no key is both tagged and untagged, and each in one call', () =>
    check(async (self, aws) => {
      const { plan } = { plan: diff(self, await observe(self, readersOf(aws), ctx), ctx) };
      const keysOf = (call: string) =>
        plan.steps
          .filter((step) => step.call === call)
          .map(({ input }) =>
            [
              ...(Reflect.get(input, 'TagKeys') ?? []),
              ...(Reflect.get(input, 'Tags') ?? []).map((tag: { Key: string }) => tag.Key),
            ].map((key: string) => key.toLowerCase()),
          );
      const [set, unset] = [keysOf('iam:TagRole'), keysOf('iam:UntagRole')];
      expect(Math.max(set.length, unset.length)).toBeLessThanOrEqual(1);
      expect(set.flat().filter((key) => unset.flat().includes(key))).toEqual([]);
    }));
});

describe('deleting an object', () => {
  it('leaves nothing of ours, or the mark of a retained role, or a reason', () =>
    check(async (self, aws) => {
      const gone = { ...self, deleting: true };
      const { plan } = await run(gone, aws);
      expect(plan.steps).toEqual([]);
      const left = aws.roles[0]?.role;
      if (!left || plan.blocked || claimOn(left.tags, gone) !== 'ours') return;
      expect(deletionPolicyOf(gone)).toBe('Retain');
      expect(left.tags[tagKeys.released]).toBe('true');
    }));
});
