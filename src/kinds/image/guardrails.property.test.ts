import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../core/context.ts';
import { AwsError } from '../../core/errors.ts';
import { guardrails } from '../../core/guardrails/schema.ts';
import type { Step } from '../../core/plan.ts';
import { situation } from './arbitrary.test-data.ts';
import { observe } from './observe.ts';
import { ctx, own, planned } from './sample.test-data.ts';
import type { Seen } from './seen.ts';
import type { ImageObject } from './self.ts';
import { readersIn, type World } from './world.test-data.ts';
import { apply } from './world-calls.test-data.ts';

const partner = '111111111111';

const rules = fc.record(
  {
    requiredTags: fc.constantFrom(['team'], ['cost']),
    allowedRegions: fc.constantFrom([own], [own, 'eu-west-1']),
    deletionPolicy: fc.constant('Retain'),
    allowAdopt: fc.boolean(),
    allowedInstances: fc.constantFrom({ app: 'shop' }, { backup: 'never' }),
    image: fc.record(
      {
        allowPublic: fc.boolean(),
        allowedShareAccounts: fc.constantFrom([], [partner]),
        allowedCopyRegions: fc.constantFrom([], ['us-east-1']),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

interface Run {
  readonly self: ImageObject;
  readonly context: Context;
  readonly calls: readonly Step<Seen>[];
  readonly forbidden: boolean;
  /** The images that AWS could not make, and what is left of them. */
  readonly failed: readonly string[];
}

/** Plan, call, fold, plan again, as the controller does. */
async function run(self: ImageObject, world: World, context: Context): Promise<Run> {
  let seen = await observe(self, context, readersIn(world));
  const calls: Step<Seen>[] = [];
  const failed = world.images.flatMap(({ image }) =>
    image.state === 'failed' ? [image.imageId, ...image.snapshotIds] : [],
  );
  for (let round = 0; round < 12; round++) {
    const plan = planned(self, seen, context);
    const forbidden = plan.blocked?.reason === 'Forbidden';
    if (forbidden) expect(plan.steps).toEqual([]);
    if (plan.steps.length === 0) return { self, context, calls, forbidden, failed };
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

const said = ({ input }: Step<Seen>, name: string): string => JSON.stringify(Reflect.get(input, name) ?? {});

describe('from any state of AWS, under any rules', () => {
  const check = (predicate: (it: Run) => void) =>
    fc.assert(
      fc.asyncProperty(
        fc.record({ situation, rules, restricted: fc.boolean() }),
        async ({ situation: { self, world }, rules: drawn, restricted }) => {
          const copy = {
            ...world,
            images: world.images.map((placed) => ({ ...placed })),
            snapshots: [...world.snapshots],
            tokens: new Map(world.tokens),
            rebooted: [...world.rebooted],
          };
          const context = {
            ...ctx,
            guardrails: guardrails.parse(drawn),
            ...(restricted ? { restricted } : {}),
          };
          predicate(await run(self, copy, context));
        },
      ),
      { numRuns: 500 },
    );

  it('what is forbidden is not written to', () =>
    check(({ calls, forbidden }) => {
      if (forbidden) expect(calls.map(({ call }) => call)).toEqual([]);
    }));

  it('no image and no snapshot is shared with who is not allowed', () =>
    check(({ calls, context: { guardrails: its, restricted } }) => {
      const { allowPublic, allowedShareAccounts } = its?.image ?? {};
      const confined = allowedShareAccounts !== undefined || restricted === true;
      for (const step of calls) {
        const added = `${said(step, 'LaunchPermission')}${said(step, 'CreateVolumePermission')}`.replaceAll(
          /"Remove":\[[^\]]*\]/g,
          '',
        );
        if (!(allowPublic ?? !confined)) expect(added).not.toContain('"all"');
        const accounts = added.match(/\d{12}/g) ?? [];
        if (confined) for (const account of accounts) expect(allowedShareAccounts ?? []).toContain(account);
      }
    }));

  it('no image is deleted where none may be, but a failed copy, which another takes the place of', () =>
    check(({ calls, failed, context: { guardrails: its } }) => {
      if (its?.deletionPolicy === undefined) return;
      for (const step of calls) {
        if (step.call === 'ec2:DeregisterImage') expect(failed).toContain(Reflect.get(step.input, 'ImageId'));
        if (step.call === 'ec2:DeleteSnapshot')
          expect(failed).toContain(Reflect.get(step.input, 'SnapshotId'));
      }
    }));

  it('no image is made of an instance that lacks the tags, without its own, or copied where none may be', () =>
    check(({ calls, context: { guardrails: its } }) => {
      for (const step of calls) {
        const makes = step.call === 'ec2:CreateImage' || step.call === 'ec2:CopyImage';
        if (!makes) continue;
        for (const key of its?.requiredTags ?? []) {
          expect(said(step, 'TagSpecifications').split(`"${key}"`).length).toBeGreaterThan(1);
        }
        if (step.call === 'ec2:CreateImage') expect(its?.allowedInstances).not.toEqual({ backup: 'never' });
        if (step.region === undefined) continue;
        expect(its?.allowedRegions ?? [step.region]).toContain(step.region);
        expect(its?.image?.allowedCopyRegions ?? [step.region]).toContain(step.region);
      }
    }));
});
