import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../core/context.ts';
import { AwsError } from '../../core/errors.ts';
import { guardrails } from '../../core/guardrails/schema.ts';
import type { Step } from '../../core/plan.ts';
import { diff } from './diff.ts';
import { observe } from './observe.ts';
import { ctx, home, visibleAfter } from './sample.test-data.ts';
import type { Seen } from './seen.ts';
import type { KMSKey } from './self.ts';
import { situation } from './situation.test-data.ts';
import { apply, copyOf, sourcesOf, type World } from './world.test-data.ts';

const partner = '444455556666';
const stranger = '999900001111';

const rules = fc.record(
  {
    requiredTags: fc.constantFrom(['team'], ['costs']),
    allowedRegions: fc.constantFrom([home], [home, 'eu-west-1']),
    deletionPolicy: fc.constant('Retain'),
    allowAdopt: fc.boolean(),
    kmsKey: fc.record(
      {
        allowedExternalAccounts: fc.constantFrom([], [partner]),
        minDeletionWindowDays: fc.constantFrom(7, 14, 30),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);
const access = fc.constantFrom(
  undefined,
  { externalAccounts: [partner] },
  { externalAccounts: [partner, stranger] },
  { extraStatements: [{ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' }] },
);

interface Run {
  readonly self: KMSKey;
  readonly context: Context;
  readonly calls: readonly Step<Seen>[];
  readonly forbidden: boolean;
  readonly world: World;
}

/** Plan, call, fold, plan again, as the controller does. */
async function run(self: KMSKey, world: World, context: Context): Promise<Run> {
  const nowhere = { in: () => expect.fail('a look past the sources') };
  let seen = await observe(self, context, nowhere, sourcesOf(world));
  const calls: Step<Seen>[] = [];
  for (let round = 0; round < 12; round++) {
    const plan = diff(self, seen, context, visibleAfter);
    const forbidden = plan.blocked?.reason === 'Forbidden';
    if (forbidden) expect(plan.steps).toEqual([]);
    if (plan.steps.length === 0) return { self, context, calls, forbidden, world };
    for (const step of plan.steps) {
      calls.push(step);
      try {
        seen = step.fold(seen, apply(world, step));
      } catch (error) {
        const learned = error instanceof AwsError ? step.refused?.(seen, error) : undefined;
        if (learned === undefined) throw error;
        seen = learned;
        break;
      }
    }
  }
  throw new Error('the plan never empties');
}

const field = ({ input }: Step<Seen>, name: string): unknown => Reflect.get(input, name);

describe('from any state, under any rules', () => {
  const check = (predicate: (it: Run) => void) =>
    fc.assert(
      fc.asyncProperty(
        fc.record({ situation, rules, access, restricted: fc.boolean(), days: fc.constantFrom(7, 30) }),
        async ({ situation: { self, world }, rules: drawn, access: who, restricted, days }) => {
          const declared = {
            ...self.spec,
            deletionWindowDays: days,
            ...(who && { access: { ...self.spec.access, ...who } }),
          };
          const spec = JSON.parse(JSON.stringify(declared));
          const context = {
            ...ctx,
            guardrails: guardrails.parse(drawn),
            ...(restricted ? { restricted } : {}),
          };
          predicate(await run({ ...self, spec }, copyOf(world), context));
        },
      ),
      { numRuns: 500 },
    );

  it('what is forbidden is not written to', () =>
    check(({ calls, forbidden }) => {
      if (forbidden) expect(calls.map(({ call }) => call)).toEqual([]);
    }));

  it('no key is given a policy that lets in who is not allowed', () =>
    check(({ calls, context: { guardrails: its, restricted } }) => {
      const allowed = its?.kmsKey?.allowedExternalAccounts ?? (restricted ? [] : [partner, stranger]);
      for (const step of calls) {
        const policy = String(field(step, 'Policy') ?? '');
        if (!allowed.includes(partner)) expect(policy).not.toContain(partner);
        if (allowed.includes(stranger)) continue;
        expect(policy).not.toContain(stranger);
        expect(policy).not.toContain('"Principal":"*"');
      }
    }));

  it('no deletion is sooner than allowed, and none is where nothing may be deleted', () =>
    check(({ calls, context: { guardrails: its } }) => {
      for (const step of calls.filter(({ call }) => call === 'kms:ScheduleKeyDeletion')) {
        expect(its?.deletionPolicy).toBeUndefined();
        expect(field(step, 'PendingWindowInDays')).toBeGreaterThanOrEqual(
          its?.kmsKey?.minDeletionWindowDays ?? 7,
        );
      }
    }));

  it('no key is made without the tags, nor where none may be, and no alias is taken from another', () =>
    check(({ self, calls, context: { guardrails: its } }) => {
      if (self.deleting) return;
      for (const step of calls) {
        const makes = step.call === 'kms:CreateKey' || step.call === 'kms:ReplicateKey';
        const tags = JSON.stringify(field(step, 'Tags'));
        for (const key of makes ? (its?.requiredTags ?? []) : []) expect(tags).toContain(`"${key}"`);
        const region = field(step, 'ReplicaRegion');
        if (typeof region === 'string') expect(its?.allowedRegions ?? [region]).toContain(region);
        if (!its?.allowAdopt) expect(step.call).not.toBe('kms:UpdateAlias');
      }
    }));
});
