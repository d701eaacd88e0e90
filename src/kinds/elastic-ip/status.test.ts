import { describe, expect, it } from 'vitest';
import {
  address,
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
  owned,
  seen,
  selected,
} from './sample.test-data.ts';
import type { Candidate, Seen } from './seen.ts';
import { conditionsOf, statusOf } from './status.ts';

/** Carries the address itself. */
const ownAddress: Pick<Candidate, 'occupant'> = {
  occupant: { publicIp: '203.0.113.1', allocationId: 'eipalloc-1', ownerId: '123456789012' },
};

const at = (time: number): string => new Date(time).toISOString();
const day = 24 * 60 * minute;

describe('status', () => {
  it('tells of an address what AWS tells, and its ARN', () => {
    const found = seen({ address: address({ customerOwnedIp: '10.1.1.1', carrierIp: '155.1.1.1' }) });
    expect(statusOf(object(), found, ctx)).toMatchObject({
      allocationId: 'eipalloc-1',
      publicIp: '203.0.113.1',
      customerOwnedIp: '10.1.1.1',
      carrierIp: '155.1.1.1',
      arn: 'arn:aws:ec2:eu-central-1:123456789012:elastic-ip/eipalloc-1',
      managedTags: [],
    });
  });

  it('tells no id of an address that is not taken over yet: the next look may still do it', () => {
    const found = seen({ address: address({ tags: owned('u-0') }), cameBy: 'identity' });
    expect(statusOf(object(), found, ctx)).toMatchObject({ publicIp: '203.0.113.1' });
    expect(statusOf(object(), found, ctx)).not.toHaveProperty('allocationId');
    expect(statusOf(object({}, { status: known }), found, ctx)).toMatchObject(known);
  });

  it('keeps which address was lost, so that AWS can be asked for it again, and nothing else of it', () => {
    const self = object(
      {},
      { status: { ...known, idleSince: at(0), reverseDNS: { domainName: 'a.example.' } } },
    );
    expect(statusOf(self, seen({ address: undefined }), ctx)).toEqual({ ...known, managedTags: [] });
  });

  it('tells since when an association is there: since it was first seen', () => {
    const association = associatedWith(on('a'));
    const found = seen({ address: address({ association }), target: fixed(on('a')) });
    expect(statusOf(object(), found, ctx).association).toEqual({ ...association, since: at(now) });

    const before = object({}, { status: { association: { ...association, since: at(now - minute) } } });
    expect(statusOf(before, found, ctx).association?.since).toBe(at(now - minute));

    const moved = object({}, { status: { association: { associationId: 'eipassoc-0', since: at(0) } } });
    expect(statusOf(moved, found, ctx).association?.since).toBe(at(now));
  });

  it('remembers of an association that somebody else made it, so that showing it makes it not ours', () => {
    const association = associatedWith(on('a'));
    const found = seen({ address: address({ association }), target: fixed(on('b')) });
    const { association: told } = statusOf(object(), found, ctx);
    expect(told).toMatchObject({ associationId: association.associationId, foreign: true });
    const again = statusOf(object({}, { status: { ...known, association: { ...told } } }), found, ctx);
    expect(again.association).toEqual(told);
  });

  it('tells since when an address is idle, until it is associated', () => {
    expect(statusOf(object(), seen(), ctx).idleSince).toBe(at(now));
    const idle = object({}, { status: { idleSince: at(now - day) } });
    expect(statusOf(idle, seen(), ctx).idleSince).toBe(at(now - day));
    const associated = seen({ address: address({ association: associatedWith(on('a')) }) });
    expect(statusOf(idle, associated, ctx)).not.toHaveProperty('idleSince');
  });

  it('lists the healthy candidates of a selector, by id, at most twenty', () => {
    const self = object({ association: bySelector() });
    const target = selected(on('c'), on('b', impairedFor(1)), on('a'), on('d', { state: 'stopped' }));
    expect(statusOf(self, seen({ target }), ctx).candidates).toEqual(['i-a', 'i-c']);
    const fleet = Array.from({ length: 30 }, (_, index) => on(String.fromCharCode(97 + index)));
    expect(statusOf(self, seen({ target: selected(...fleet) }), ctx).candidates).toHaveLength(20);
  });

  it.each<[string, object, Candidate[], string[]]>([
    [
      'none outside the network border group of the address',
      {},
      [on('a', { networkBorderGroup: 'eu-central-1-ham-1' }), on('b')],
      ['i-b'],
    ],
    ['none that carries another address', {}, [on('a', occupied), on('b')], ['i-b']],
    ['the one that carries this address', {}, [on('a', ownAddress), on('b')], ['i-a', 'i-b']],
    [
      'one that carries another after the free ones, where it may be displaced',
      { allowReassociation: true },
      [on('a', occupied), on('b')],
      ['i-b', 'i-a'],
    ],
  ])('lists of the candidates only where the address may go: %s', (_, more, candidates, listed) => {
    const self = object({ association: bySelector(more) });
    expect(statusOf(self, seen({ target: selected(...candidates) }), ctx).candidates).toEqual(listed);
  });

  it('keeps the last failover until there is another', () => {
    const last = { from: 'i-a', to: 'i-b', at: at(0), reason: 'i-a is stopped' };
    const self = object({}, { status: { lastFailover: last } });
    expect(statusOf(self, seen(), ctx).lastFailover).toEqual(last);
    const moved = { ...last, from: 'i-b', to: 'i-c' };
    expect(statusOf(self, seen({ moved }), ctx).lastFailover).toEqual(moved);
  });

  it.each<[string, Seen['reverseDNS'], object | undefined]>([
    ['the name in force', { domainName: 'a.example.' }, { domainName: 'a.example.' }],
    [
      'a change under way',
      { domainName: 'a.example.', pending: { status: 'PENDING', reason: undefined } },
      { domainName: 'a.example.', status: 'PENDING' },
    ],
    [
      'a change that failed, and why',
      { domainName: undefined, pending: { status: 'FAILED', reason: 'no A record' } },
      { status: 'FAILED', reason: 'no A record' },
    ],
    ['nothing where there is no name', { domainName: undefined }, undefined],
  ])('of reverse DNS tells %s', (_, reverseDNS, expected) => {
    expect(statusOf(object(), seen({ reverseDNS }), ctx).reverseDNS).toEqual(expected);
  });

  it('records which tag keys are set for the object', () => {
    const self = object({ tags: { team: 'web', b: '1' } });
    const found = statusOf(self, seen(), { ...ctx, defaultTags: { team: 'none', a: '1' } });
    expect(found.managedTags).toEqual(['a', 'b', 'team']);
  });

  it('is what its own schema takes, and says the same of the same', () => {
    const self = object({ association: bySelector() });
    const found = seen({
      target: selected(on('a')),
      address: address({ association: associatedWith(on('a')) }),
    });
    const status = statusOf(self, found, ctx);
    const later = { ...ctx, now: now + day };
    expect(statusOf({ ...self, status }, found, later)).toEqual(status);
  });
});

describe('the condition Associated', () => {
  const { association } = { association: { instanceId: 'i-0123abcd' } };
  it.each<[string, Partial<Seen>, string]>([
    [
      'is True on the place that is named',
      { target: fixed(on('a')), address: address({ association: associatedWith(on('a')) }) },
      'True',
    ],
    [
      'is True on one that is selected',
      { target: selected(on('b'), on('a')), address: address({ association: associatedWith(on('a')) }) },
      'True',
    ],
    [
      'is False elsewhere',
      { target: fixed(on('a')), address: address({ association: associatedWith(on('b')) }) },
      'False',
    ],
    ['is False nowhere', { target: fixed(on('a')) }, 'False'],
    ['is False without an address', { target: fixed(on('a')), address: undefined }, 'False'],
    [
      'is False where the target is missing',
      { target: { state: 'missing', what: 'i-0123abcd does not exist (yet)' } },
      'False',
    ],
  ])('%s', (_, found, status) => {
    expect(conditionsOf(object({ association }), seen(found), ctx, day)).toEqual([
      expect.objectContaining({ type: 'Associated', status }),
    ]);
  });

  it('is not there for a manifest that asks for no association', () => {
    expect(conditionsOf(object(), seen(), ctx, undefined)).toEqual([]);
  });
});

describe('the condition Idle', () => {
  const idleFor = (milliseconds: number) => object({}, { status: { idleSince: at(now - milliseconds) } });

  it('warns of an address that has been idle for a day, naming it', () => {
    expect(conditionsOf(idleFor(day), seen(), ctx, day)).toEqual([
      {
        type: 'Idle',
        status: 'True',
        reason: 'Idle',
        message: '203.0.113.1 has been associated with nothing for a day, and AWS charges for it',
        warns: true,
      },
    ]);
  });

  it.each<[string, ReturnType<typeof object>, Partial<Seen>, number | undefined]>([
    ['before the day is over', idleFor(day - 1), {}, day],
    ['when first seen', object(), {}, day],
    ['when turned off', idleFor(day), {}, undefined],
    [
      'of one that is in use',
      idleFor(day),
      { address: address({ association: associatedWith(on('a')) }) },
      day,
    ],
    ['of one that is lost', idleFor(day), { address: undefined }, day],
  ])('does not warn %s', (_, self, found, idleAfter) => {
    expect(conditionsOf(self, seen(found), ctx, idleAfter)).toEqual([]);
  });
});

describe('of the tags that are set for the object status records', () => {
  it.each<[string, object, Readonly<Record<string, string>>, string[]]>([
    ['those of the manifest', { tags: { team: 'x' } }, { team: 'x' }, ['team']],
    ['one that is taken out of it, until it is gone', {}, { old: 'x' }, ['old']],
    ['none that is gone', {}, {}, []],
    ['none that others put there', {}, { theirs: 'x' }, []],
  ])('%s', (_, spec, tags, keys) => {
    const self = object(spec, { status: { ...known, managedTags: ['old'] } });
    const found = seen({ address: address({ tags: { ...owned(), ...tags } }) });
    expect(statusOf(self, found, ctx).managedTags).toEqual(keys);
  });
});
