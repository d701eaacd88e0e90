import { describe, expect, it } from 'vitest';
import { diff } from './diff.ts';
import { type Case, expectPlan, inst, recorded, sittingOn } from './plan-table.test-data.ts';
import {
  associatedWith,
  bySelector,
  ctx,
  fixed,
  impairedFor,
  known,
  minute,
  now,
  object,
  occupied,
  on,
  seen,
  selected,
} from './sample.test-data.ts';
import type { Seen } from './seen.ts';
import type { ElasticIP } from './self.ts';

describe('association', () => {
  it.each<[string, Case]>([
    [
      'is made where there is none',
      {
        self: object(inst, { status: known }),
        seen: { target: fixed(on('a')) },
        calls: ['AssociateAddress'],
      },
    ],
    [
      'that is as declared is let be',
      { self: object(inst, { status: recorded() }), seen: { address: sittingOn(), target: fixed(on('a')) } },
    ],
    [
      'of ours is moved when the manifest names another place',
      {
        self: object(inst, { status: recorded(on('b')) }),
        seen: { address: sittingOn(on('b')), target: fixed(on('a')) },
        calls: ['AssociateAddress'],
      },
    ],
    [
      'that somebody else made is a conflict that names the holder',
      {
        self: object(inst, { status: known }),
        seen: { address: sittingOn(on('b')), target: fixed(on('a')) },
        blocked: ['Conflict', /^203\.0\.113\.1 is associated with i-b, which mooring did not do/],
      },
    ],
    [
      'that somebody else made is a conflict after status has shown it, too',
      {
        self: object(inst, {
          status: { ...known, association: { ...associatedWith(on('b')), foreign: true } },
        }),
        seen: { address: sittingOn(on('b')), target: fixed(on('a')) },
        blocked: ['Conflict', /i-b/],
      },
    ],
    [
      'would displace another address: a conflict that names it',
      {
        self: object(inst, { status: known }),
        seen: { target: fixed(on('a', occupied)) },
        blocked: ['Conflict', /^10\.0\.0\.97 on eni-a already carries 198\.51\.100\.9 \(eipalloc-9\)/],
      },
    ],
    [
      'displaces it where the spec allows it',
      {
        self: object({ association: { ...inst.association, allowReassociation: true } }, { status: known }),
        seen: { target: fixed(on('a', occupied)) },
        calls: ['AssociateAddress'],
      },
    ],
    [
      'waits for an instance that does not exist yet',
      {
        self: object(inst, { status: known }),
        seen: { target: { state: 'missing', what: 'i-0123abcd does not exist (yet)' } },
        blocked: ['DependencyNotReady', /^i-0123abcd does not exist \(yet\)$/],
        wakeAt: now + 15_000,
      },
    ],
    [
      'waits for one that starts',
      {
        self: object(inst, { status: known }),
        seen: { target: fixed(on('a', { state: 'pending' })) },
        blocked: ['DependencyNotReady', 'i-a is pending'],
        wakeAt: now + 15_000,
      },
    ],
    [
      'does not go to a terminated one',
      {
        self: object(inst, { status: known }),
        seen: { target: fixed(on('a', { state: 'terminated' })) },
        blocked: ['DependencyNotReady', 'i-a is terminated'],
      },
    ],
    [
      'goes to a stopped one that the manifest names',
      {
        self: object(inst, { status: known }),
        seen: { target: fixed(on('a', { state: 'stopped' })) },
        calls: ['AssociateAddress'],
      },
    ],
    [
      'of ours that the manifest no longer wants is taken off',
      {
        self: object({}, { status: recorded() }),
        seen: { address: sittingOn() },
        calls: ['DisassociateAddress'],
      },
    ],
    ['of somebody else’s that the manifest never wanted is left', { seen: { address: sittingOn() } }],
    [
      'with a selector that finds nothing waits',
      {
        self: object({ association: bySelector() }, { status: known }),
        seen: { target: selected() },
        blocked: ['NoHealthyInstance', /no selected instance is running/],
        wakeAt: now + 15_000,
      },
    ],
    [
      'stays where no other instance is healthy, and says so',
      {
        self: object({ association: bySelector() }, { status: recorded() }),
        seen: { address: sittingOn(), target: selected(on('a', { state: 'stopped' })) },
        blocked: ['NoHealthyInstance', /^i-a is stopped, and no other/],
      },
    ],
    [
      'fails over',
      {
        self: object({ association: bySelector() }, { status: recorded() }),
        seen: { address: sittingOn(), target: selected(on('a', { state: 'stopped' }), on('b')) },
        calls: ['AssociateAddress'],
      },
    ],
    [
      'waits for unhealthyAfter, and wakes then',
      {
        self: object(
          { association: bySelector(), failover: { unhealthyAfter: '2m' } },
          { status: recorded() },
        ),
        seen: { address: sittingOn(), target: selected(on('a', impairedFor(minute)), on('b')) },
        wakeAt: now + minute,
      },
    ],
  ])('%s', (_, test) => expectPlan(test));

  it.each<[string, ElasticIP, Partial<Seen>, boolean]>([
    [
      'false for an address that is nowhere',
      object(inst, { status: known }),
      { target: fixed(on('a')) },
      false,
    ],
    [
      'true for one that is where we put it',
      object(inst, { status: recorded(on('b')) }),
      { address: sittingOn(on('b')), target: fixed(on('a')) },
      true,
    ],
    [
      'true where the spec allows it',
      object({ association: { ...inst.association, allowReassociation: true } }, { status: known }),
      { target: fixed(on('a')) },
      true,
    ],
  ])('names interface and private address; AllowReassociation is %s', (_, self, found, allowed) => {
    const [step] = diff(self, seen(found), ctx).steps;
    expect(step?.input).toEqual({
      AllocationId: 'eipalloc-1',
      NetworkInterfaceId: 'eni-a',
      PrivateIpAddress: '10.0.0.97',
      AllowReassociation: allowed,
    });
    expect(step?.exclusive).toBe('eni-a/10.0.0.97');
  });

  it('comes before its tags where it says whose it is, and is kept by the step that sets them', () => {
    const self = object({ ...inst, tags: { team: 'web' } }, { status: known });
    const before = seen({ target: fixed(on('a')) });
    const { steps } = diff(self, before, ctx);
    expect(steps.map(({ call }) => call)).toEqual(['ec2:AssociateAddress', 'ec2:CreateTags']);
    const [associate, retag] = steps;
    const after = retag?.fold(associate?.fold(before, { AssociationId: 'eipassoc-1' }) ?? before, {});
    expect(after?.address).toMatchObject({
      tags: { team: 'web' },
      association: { associationId: 'eipassoc-1' },
    });
  });
});
