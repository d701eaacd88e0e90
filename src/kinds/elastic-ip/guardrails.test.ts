import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Context, Sibling } from '../../core/context.ts';
import { AwsError } from '../../core/errors.ts';
import { guardrails } from '../../core/guardrails/schema.ts';
import type { Step } from '../../core/plan.ts';
import { situation } from './arbitrary.test-data.ts';
import { diff } from './diff.ts';
import { observe } from './observe.ts';
import {
  address,
  associatedWith,
  bySelector,
  callsOf,
  ctx,
  fixed,
  known,
  object,
  on,
  owned,
  seen,
  selected,
} from './sample.test-data.ts';
import type { Seen } from './seen.ts';
import type { ElasticIP } from './self.ts';
import { conditionsOf, statusOf } from './status.ts';
import { apply, readersOf, type World } from './world.test-data.ts';

const under = (rules: object, more: Partial<Context> = {}): Context => ({
  ...ctx,
  guardrails: guardrails.parse(rules),
  ...more,
});
const none = { address: undefined, cameBy: 'identity' } as const;
const theirs = { address: address({ tags: {} }), cameBy: 'adopt' } as const;
const adopting = { adopt: '203.0.113.1' };
const ours = { role: 'web' };
const inst = { association: { instanceId: 'i-0123abcd' } };
const older = (...names: string[]): Partial<Context> => ({
  siblings: names.map((name): Sibling => ({ name, accountId: undefined })),
});
const elsewhere = { name: 'far', accountId: '999900001111' };

type Case = [name: string, spec: object, Partial<Seen>, Context, RegExp];

describe('an address that would break a rule is Forbidden, by the rule’s name, and nothing is called', () => {
  it.each<Case>([
    [
      'a tag that is required is missing',
      { tags: { team: 'web' } },
      none,
      under({ requiredTags: ['team', 'cost'] }),
      /^guardrails\.requiredTags: spec\.tags: lacks cost; required: team, cost$/,
    ],
    [
      'the Region is another',
      {},
      none,
      under({ allowedRegions: ['us-east-1'] }),
      /^guardrails\.allowedRegions: spec\.region: eu-central-1 .*allowed: us-east-1$/,
    ],
    [
      'it says Delete',
      { deletionPolicy: 'Delete' },
      none,
      under({ deletionPolicy: 'Retain' }),
      /^guardrails\.deletionPolicy: spec\.deletionPolicy: is Delete/,
    ],
    [
      'it adopts, and there are guardrails that do not speak of it',
      adopting,
      theirs,
      under({}),
      /^guardrails\.allowAdopt: spec\.adopt: 203\.0\.113\.1/,
    ],
    [
      'it adopts, and the account is not for all namespaces',
      adopting,
      theirs,
      { ...ctx, restricted: true },
      /^guardrails\.allowAdopt/,
    ],
    ['it adopts what is not there', adopting, none, under({}), /^guardrails\.allowAdopt/],
    [
      'it observes somebody else’s',
      { ...adopting, managementPolicy: 'Observe' },
      theirs,
      under({}),
      /^guardrails\.allowAdopt/,
    ],
    [
      'it may take an address’s place',
      { association: { instanceId: 'i-0123abcd', allowReassociation: true } },
      none,
      under({}),
      /^guardrails\.allowAdopt: spec\.association\.allowReassociation/,
    ],
    [
      'its instance lacks the tags',
      inst,
      { ...none, target: fixed(on('a', { tags: { role: 'db' } })) },
      under({ allowedInstances: ours }),
      /^guardrails\.allowedInstances: spec\.association: i-a is no instance with the tags role=web/,
    ],
    [
      'its interface is no instance’s',
      { association: { networkInterfaceId: 'eni-0123abcd' } },
      { target: fixed(on('a', { instanceId: undefined })) },
      under({ allowedInstances: ours }),
      /^guardrails\.allowedInstances: spec\.association: eni-a/,
    ],
    [
      'no selected instance has the tags',
      { association: bySelector() },
      { target: selected(on('a'), on('b', { tags: { role: 'db' } })) },
      under({ allowedInstances: ours }),
      /^guardrails\.allowedInstances: spec\.association: i-a, i-b are no instances/,
    ],
    [
      'there are as many older ones as may be',
      {},
      none,
      under({ elasticIP: { maxPerNamespace: 2 } }, older('a', 'b', 'web')),
      /^guardrails\.elasticIP\.maxPerNamespace: metadata\.namespace: web is one too many in shop; .*the 2 oldest$/,
    ],
    [
      'none may be',
      {},
      none,
      under({ elasticIP: { maxPerNamespace: 0 } }, older('web')),
      /^guardrails\.elasticIP\.maxPerNamespace/,
    ],
  ])('%s', (_, spec, found, context, message) => {
    const plan = diff(object(spec), seen(found), context);
    expect(plan.steps).toEqual([]);
    expect(plan.blocked?.reason).toBe('Forbidden');
    expect(plan.blocked?.message).toMatch(message);
  });

  it('several broken rules are told together', () => {
    const rules = under({ requiredTags: ['cost'], allowedRegions: ['us-east-1'] });
    const message = diff(object(), seen(none), rules).blocked?.message;
    expect(message).toContain('guardrails.allowedRegions');
    expect(message).toContain('guardrails.requiredTags');
  });

  it('of what it may not adopt nothing further is told', () => {
    const rules = under({ requiredTags: ['cost'] });
    expect(diff(object(adopting), seen(theirs), rules).blocked?.message).not.toContain('requiredTags');
  });
});

describe('an address that keeps the rules is as if there were none', () => {
  it.each<[name: string, spec: object, Partial<Seen>, Context, string[]]>([
    [
      'a required tag is the manifest’s',
      { tags: { cost: '1' } },
      none,
      under({ requiredTags: ['cost'] }),
      ['AllocateAddress'],
    ],
    [
      'a required tag is the operator’s',
      {},
      none,
      under({ requiredTags: ['cost'] }, { defaultTags: { cost: '1' } }),
      ['AllocateAddress'],
    ],
    [
      'a required tag is there by somebody else',
      {},
      { address: address({ tags: { ...owned(), cost: '1' } }) },
      under({ requiredTags: ['cost'] }),
      [],
    ],
    ['the Region is allowed', {}, none, under({ allowedRegions: ['eu-central-1'] }), ['AllocateAddress']],
    ['it says nothing of deletion', {}, none, under({ deletionPolicy: 'Retain' }), ['AllocateAddress']],
    ['it may adopt', adopting, theirs, under({ allowAdopt: true }), ['CreateTags']],
    [
      'it may adopt, although the account is not for all namespaces',
      adopting,
      theirs,
      under({ allowAdopt: true }, { restricted: true }),
      ['CreateTags'],
    ],
    ['it has adopted, while it might', adopting, { cameBy: 'adopt' }, under({}), []],
    [
      'its instance has the tags',
      inst,
      { target: fixed(on('a', { tags: ours })) },
      under({ allowedInstances: ours }),
      ['AssociateAddress'],
    ],
    [
      'it is the oldest',
      {},
      none,
      under({ elasticIP: { maxPerNamespace: 1 } }, older('web', 'x')),
      ['AllocateAddress'],
    ],
    [
      'the older ones use another account',
      {},
      none,
      under(
        { elasticIP: { maxPerNamespace: 1 } },
        { siblings: [elsewhere, { name: 'web', accountId: undefined }] },
      ),
      ['AllocateAddress'],
    ],
  ])('%s', (_, spec, found, context, calls) => {
    const plan = diff(object(spec, { status: found === none ? {} : known }), seen(found), context);
    expect(callsOf(plan)).toEqual(calls);
    expect(plan.blocked).toBeUndefined();
  });
});

describe('of selected instances', () => {
  const self = object({ association: bySelector() }, { status: known });
  const rules = under({ allowedInstances: ours });
  const target = selected(on('a', { tags: { role: 'db' } }), on('b', { tags: ours }));

  it('one with the tags gets the address, though another comes before it', () => {
    expect(diff(self, seen({ target }), rules).steps[0]?.input).toMatchObject({
      NetworkInterfaceId: 'eni-b',
    });
  });

  it('one without them loses it', () => {
    const held = seen({ target, address: address({ association: associatedWith(on('a')) }) });
    const remembering = object(
      { association: bySelector() },
      { status: { ...known, association: associatedWith(on('a')) } },
    );
    expect(callsOf(diff(remembering, held, rules))).toEqual(['AssociateAddress']);
  });

  it('those left out are named in a condition, and are no candidates', () => {
    expect(conditionsOf(self, seen({ target }), rules, undefined)).toContainEqual({
      type: 'InstancesForbidden',
      status: 'True',
      reason: 'InstancesForbidden',
      message:
        'guardrails.allowedInstances: instances: i-a is no instance with the tags role=web, which this account asks for',
      warns: true,
    });
    expect(statusOf(self, seen({ target }), rules).candidates).toEqual(['i-b']);
  });
});

describe('deleting an object', () => {
  const gone = (spec: object) => object(spec, { deleting: true, status: known });

  it('that breaks a rule releases its address', () => {
    const rules = under({ requiredTags: ['cost'], allowedRegions: ['us-east-1'] });
    expect(callsOf(diff(gone({}), seen(), rules))).toEqual(['ReleaseAddress']);
  });

  it('retains where the account says so, whatever the manifest says', () => {
    const plan = diff(gone({ deletionPolicy: 'Delete' }), seen(), under({ deletionPolicy: 'Retain' }));
    expect(callsOf(plan)).toEqual(['CreateTags']);
  });

  it('that was not allowed to adopt leaves alone what it names', () => {
    const self = gone({ ...adopting, deletionPolicy: 'Delete' });
    expect(diff(self, seen(theirs), under({}))).toEqual({ steps: [] });
    expect(diff(self, seen(theirs), { ...ctx, restricted: true })).toEqual({ steps: [] });
  });
});

/** Any rules, and any AWS: some instances have the tags, and some have not. */
const rules = fc.record(
  {
    requiredTags: fc.constantFrom(['team'], ['theirs']),
    allowedRegions: fc.constantFrom(['eu-central-1'], ['us-east-1']),
    deletionPolicy: fc.constant('Retain'),
    allowAdopt: fc.boolean(),
    allowedInstances: fc.constant({ team: 'web' }),
    elasticIP: fc.constantFrom({ maxPerNamespace: 1 }, { maxPerNamespace: 2 }),
  },
  { requiredKeys: [] },
);
const guarded = fc
  .record({ situation, rules, restricted: fc.boolean(), place: fc.nat(2), tagged: fc.nat(15) })
  .map(({ situation: { self, world }, rules: drawn, restricted, place, tagged }) => {
    const siblings = ['a', 'b', 'c']
      .toSpliced(place, 0, 'web')
      .map((name) => ({ name, accountId: undefined }));
    return {
      self,
      context: under(drawn, { siblings, ...(restricted ? { restricted } : {}) }),
      world: {
        ...world,
        addresses: [...world.addresses],
        names: new Map(world.names),
        displaced: [],
        instances: world.instances.map((instance, index) => ({
          ...instance,
          tags: { ...instance.tags, ...(tagged & (1 << index) ? { team: 'web' } : {}) },
        })),
      },
    };
  });

/** The controller's loop, told of each step and of AWS as it was before it. */
async function run(
  self: ElasticIP,
  aws: World,
  context: Context,
  each: (step: Step<Seen>, before: World) => void,
): Promise<void> {
  let now = await observe(self, readersOf(aws), context);
  for (let round = 0; round < 12; round++) {
    const plan = diff(self, now, context);
    if (plan.blocked?.reason === 'Forbidden') expect(plan.steps).toEqual([]);
    if (plan.steps.length === 0) return;
    for (const step of plan.steps) {
      const before = { ...aws, addresses: [...aws.addresses] };
      try {
        now = step.fold(now, apply(aws, step));
      } catch (error) {
        const learned = error instanceof AwsError ? step.refused?.(now, error) : undefined;
        if (learned === undefined) return;
        now = learned;
        break;
      }
      each(step, before);
    }
  }
}

describe('from any state of AWS, under any rules, no step', () => {
  const check = (each: (step: Step<Seen>, before: World, self: ElasticIP, context: Context) => void) =>
    fc.assert(
      fc.asyncProperty(guarded, ({ self, world, context }) =>
        run(self, world, context, (step, before) => each(step, before, self, context)),
      ),
      { numRuns: 500 },
    );
  const field = (step: Step<Seen>, name: string): unknown => Reflect.get(step.input, name);

  it('gives an address to an instance without the tags', () =>
    check((step, { instances }, _, { guardrails: its }) => {
      if (step.call !== 'ec2:AssociateAddress' || !its?.allowedInstances) return;
      const at = field(step, 'NetworkInterfaceId');
      const instance = instances.find(({ interfaces }) => interfaces.some(({ id }) => id === at));
      expect(instance?.tags).toMatchObject(its.allowedInstances);
    }));

  it('releases an address where nothing may be deleted, but for a spare one', () =>
    check((step, { addresses }, self, { guardrails: its }) => {
      if (step.call !== 'ec2:ReleaseAddress' || !its?.deletionPolicy) return;
      const released = addresses.find(({ allocationId }) => allocationId === field(step, 'AllocationId'));
      expect(released?.tags['mooring.dev/uid']).toBe(self.uid);
      expect(released?.tags['mooring.dev/creation']).toBeDefined();
      expect(step.why).toContain('second allocation');
    }));

  it('touches an address that nobody’s tags say is ours, where adopting is not allowed', () =>
    check((step, { addresses }, self, { guardrails: its }) => {
      if (its?.allowAdopt || self.spec.adopt === undefined) return;
      const ids = [field(step, 'AllocationId'), field(step, 'Resources')].flat();
      const named = addresses.find(({ allocationId }) => ids.includes(allocationId));
      if (named) expect(Object.keys(named.tags).some((key) => key.startsWith('mooring.dev/'))).toBe(true);
    }));

  it('allocates an address that lacks a tag, is elsewhere, or is one too many', () =>
    check((step, _, self, { guardrails: its, siblings = [], scope }) => {
      if (step.call !== 'ec2:AllocateAddress') return;
      const tags = JSON.stringify(field(step, 'TagSpecifications'));
      for (const key of its?.requiredTags ?? []) expect(tags).toContain(`"${key}"`);
      expect(its?.allowedRegions ?? [scope.region]).toContain(scope.region);
      const place = siblings.findIndex(({ name }) => name === self.identity.name);
      expect(place).toBeLessThan(its?.elasticIP?.maxPerNamespace ?? 9);
    }));
});
