import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../core/errors.ts';
import { tagKeys } from '../../core/identity.ts';
import { claimOn } from '../../core/ownership.ts';
import type { Plan, Step } from '../../core/plan.ts';
import { situation } from './arbitrary.test-data.ts';
import { diff } from './diff.ts';
import { observe } from './observe.ts';
import { ctx, identity, owned } from './sample.test-data.ts';
import type { Seen } from './seen.ts';
import { deletionPolicyOf, type ElasticIP } from './self.ts';
import { statusOf } from './status.ts';
import { apply, readersOf, settleNames, type World } from './world.test-data.ts';

/** As many rounds as the controller gives a plan before it calls it a bug. */
const maxRounds = 12;

interface Run {
  readonly seen: Seen;
  readonly plan: Plan<Seen>;
  readonly rounds: number;
  /** A failure that no step has an answer for; the controller would look and try again. */
  readonly failed?: unknown;
}

const copyOf = (aws: World): World => ({
  ...aws,
  addresses: [...aws.addresses],
  names: new Map(aws.names),
  nameChanges: new Map(aws.nameChanges),
});

/** Plan, call, fold, plan again: as the controller does, with `each` looking at every call and its fold. */
async function run(
  self: ElasticIP,
  aws: World,
  each: (step: Step<Seen>, before: World, after: Seen) => Promise<void> | void = () => {},
): Promise<Run> {
  let seen = await observe(self, readersOf(aws), ctx);
  for (let rounds = 0; rounds < maxRounds; rounds++) {
    const plan = diff(self, seen, ctx);
    if (plan.steps.length === 0) return { seen, plan, rounds };
    for (const step of plan.steps) {
      const before = copyOf(aws);
      try {
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

const check = (predicate: (self: ElasticIP, aws: World) => Promise<void>) =>
  fc.assert(
    fc.asyncProperty(situation, async ({ self, world: aws }) => {
      await predicate(self, { ...copyOf(aws), displaced: [] });
    }),
    { numRuns: 1_000 },
  );

/** What a look and a fold must agree on; who else carries what is known to a look only. */
const comparable = ({ address, claims, reverseDNS, target }: Seen) => ({
  address: address && JSON.parse(JSON.stringify(address)),
  claims: claims.map(({ allocationId, tags: its }) => [allocationId, its]),
  name: reverseDNS?.domainName,
  places: (target.state === 'fixed'
    ? [target.candidate]
    : target.state === 'selected'
      ? target.candidates
      : []
  ).map(({ networkInterfaceId, occupant }) => [networkInterfaceId, occupant?.publicIp]),
});

const addressNamedBy = ({ input }: Step<Seen>, { addresses }: World) => {
  const id = Reflect.get(input, 'AllocationId') ?? Reflect.get(input, 'Resources')?.[0];
  const association = Reflect.get(input, 'AssociationId');
  return addresses.find(
    (one) => one.allocationId === id || (association && one.associationId === association),
  );
};

describe('from any state of AWS', () => {
  it('the plan ends within the rounds it is given, in nothing to do or in a reason', () =>
    check(async (self, aws) => {
      const { plan, rounds, failed } = await run(self, aws);
      if (failed !== undefined) {
        // A look at an interface does not tell that its instance is still starting.
        expect(failed).toMatchObject({ code: 'InvalidInstanceID' });
        expect(self.spec.association).toHaveProperty('networkInterfaceId');
        return;
      }
      expect(rounds).toBeLessThan(maxRounds);
      expect(plan.steps).toEqual([]);
    }));

  it('settles: once two looks are in status, a third finds nothing to do', () =>
    check(async (self, aws) => {
      let current = self;
      // One is not enough where an address already sits on a selected instance: only status makes it ours.
      for (let look = 0; look < 2; look++) {
        const { seen, failed } = await run(current, aws);
        if (failed !== undefined || (self.deleting && seen.address === undefined)) return;
        current = { ...current, status: statusOf(current, seen, ctx) };
      }
      expect((await run(current, aws)).rounds).toBe(0);
    }));

  it('what a step claims is what a look shows', () =>
    check(async (self, aws) => {
      await run(self, aws, async (_, __, after) => {
        const address = after.address;
        const named = {
          ...self,
          status: { ...self.status, ...(address ? { allocationId: address.allocationId } : {}) },
        };
        if (!address) return;
        expect(comparable(after)).toEqual(comparable(await observe(named, readersOf(aws), ctx)));
      });
    }));

  it('nothing is ever called on an address whose tags say that it is another’s', () =>
    check(async (self, aws) => {
      await run(self, aws, (step, before) => {
        const address = addressNamedBy(step, before);
        if (address) expect(claimOn(address.tags, self)).not.toBe('foreign');
      });
    }));

  it('no address loses its place to this one unless the spec allows it', () =>
    check(async (self, aws) => {
      await run(self, aws);
      if (!self.spec.association?.allowReassociation) expect(aws.displaced).toEqual([]);
    }));

  it('AllowReassociation is sent only where the holder is the one status records, or the spec allows it', () =>
    check(async (self, aws) => {
      await run(self, aws, (step, before) => {
        if (step.call !== 'ec2:AssociateAddress' || !Reflect.get(step.input, 'AllowReassociation')) return;
        const holder = addressNamedBy(step, before)?.associationId;
        if (!self.spec.association?.allowReassociation)
          expect(holder).toBe(self.status.association?.associationId);
      });
    }));

  it('at most one address is allocated, and none for an object that is deleted', () =>
    check(async (self, aws) => {
      await run(self, aws);
      expect(aws.allocated).toBeLessThanOrEqual(self.deleting ? 0 : 1);
    }));
});

describe('deleting an object', () => {
  const deleted = (aws: World, self: ElasticIP): ElasticIP => ({
    ...self,
    deleting: true,
    // Known for what it is, so that nothing here is in dispute.
    status: {
      ...self.status,
      allocationId: aws.addresses[0]?.allocationId ?? 'eipalloc-0',
      reverseDNS: { domainName: 'x' },
    },
  });

  it('leaves no unused address of ours, or the mark of a retained one', () =>
    check(async (self, aws) => {
      const gone = deleted(aws, self);
      const [known] = aws.addresses;
      for (const names of [aws.names, aws.nameChanges])
        for (const id of names.keys()) if (id !== known?.allocationId) names.delete(id);
      let { plan } = await run(gone, aws);
      // A name that is on its way, and then its removal: as often as that AWS may keep the address locked.
      for (let settled = 0; settled < 2 && plan.blocked?.reason === 'Pending'; settled++) {
        settleNames(aws);
        ({ plan } = await run(gone, aws));
      }
      expect(plan.steps).toEqual([]);
      // Whether another address that carries the same identity is meant, only a person can say.
      expect([undefined, 'Conflict']).toContain(plan.blocked?.reason);
      if (!known || claimOn(known.tags, gone) !== 'ours') return;
      const left = aws.addresses.find(({ allocationId }) => allocationId === known.allocationId);
      const retained = deletionPolicyOf(gone, { ...known, association: undefined }) === 'Retain';
      if (retained) expect(left?.tags[tagKeys.released]).toBe('true');
      else expect(left).toBeUndefined();
      const spares = aws.addresses.filter(
        ({ allocationId, tags: its, associationId }) =>
          allocationId !== known.allocationId &&
          associationId === undefined &&
          its[tagKeys.id] === owned()[tagKeys.id] &&
          its[tagKeys.uid] === gone.uid &&
          its[tagKeys.creation] !== undefined &&
          its[tagKeys.creation] !== known.tags[tagKeys.creation],
      );
      expect(spares).toEqual([]);
    }));

  it('touches nothing of others', () =>
    check(async (self, aws) => {
      const others = aws.addresses.filter(
        ({ tags: its }) => claimOn(its, { identity, uid: 'u-1' }) === 'foreign',
      );
      await run(deleted(aws, self), aws);
      for (const other of others) expect(aws.addresses).toContainEqual(other);
    }));
});
