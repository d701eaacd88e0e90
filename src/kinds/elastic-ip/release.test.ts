import { describe, expect, it } from 'vitest';
import { AwsError } from '../../core/errors.ts';
import { tagKeys } from '../../core/identity.ts';
import { diff } from './diff.ts';
import {
  address,
  associatedWith,
  callsOf,
  ctx,
  known,
  object,
  on,
  owned,
  seen,
  tagsOfAnother,
} from './sample.test-data.ts';
import type { Seen } from './seen.ts';

const deleting = (spec: object = {}, status = known) => object(spec, { deleting: true, status });
const spare = address({ allocationId: 'eipalloc-2', publicIp: '203.0.113.2', tags: owned('u-1', 't-lost') });

describe('deleting the object', () => {
  it.each<[string, object, Partial<Seen>, readonly string[]]>([
    ['releases the address', {}, {}, ['ReleaseAddress']],
    [
      'takes it off first',
      {},
      { address: address({ association: associatedWith(on('a')) }) },
      ['DisassociateAddress', 'ReleaseAddress'],
    ],
    [
      'resets reverse DNS before, which locks the release',
      {},
      { reverseDNS: { domainName: 'a.example.' } },
      ['ResetAddressAttribute'],
    ],
    [
      'has nothing to reset where AWS refused the name and none is in force',
      {},
      {
        reverseDNS: {
          domainName: undefined,
          pending: { status: 'FAILED', reason: 'FORWARD_DNS_NOT_FOUND' },
          refused: 'a.example.',
        },
      },
      ['ReleaseAddress'],
    ],
    [
      'nor where AWS refused to remove a name that is gone',
      {},
      { reverseDNS: { domainName: undefined, pending: { status: 'FAILED', reason: undefined } } },
      ['ReleaseAddress'],
    ],
    [
      'resets the name in force where AWS refused another',
      {},
      {
        reverseDNS: {
          domainName: 'a.example.',
          pending: { status: 'FAILED', reason: 'FORWARD_DNS_NOT_FOUND' },
          refused: 'b.example.',
        },
      },
      ['ResetAddressAttribute'],
    ],
    ['does nothing where there is no address', {}, { address: undefined }, []],
    ['leaves what another object has', {}, { address: address({ tags: tagsOfAnother }) }, []],
    [
      'leaves what an object with another uid took over',
      {},
      { address: address({ tags: owned('u-0') }) },
      [],
    ],
    ['only marks a retained one', { deletionPolicy: 'Retain' }, {}, ['CreateTags']],
    ['retains an adopted one by default', { adopt: '203.0.113.1' }, {}, ['CreateTags']],
    ['retains one that the manifest names by default', { address: '203.0.113.1' }, {}, ['CreateTags']],
    [
      'retains one of an own range by default',
      {},
      { address: address({ publicIpv4Pool: 'ipv4pool-ec2-1' }) },
      ['CreateTags'],
    ],
    [
      'releases one of an own range where the manifest says so',
      { deletionPolicy: 'Delete' },
      { address: address({ publicIpv4Pool: 'ipv4pool-ec2-1' }) },
      ['ReleaseAddress'],
    ],
    [
      'marks once',
      { deletionPolicy: 'Retain' },
      { address: address({ tags: { ...owned(), [tagKeys.released]: 'true' } }) },
      [],
    ],
    ['releases a spare one too', {}, { claims: [spare] }, ['ReleaseAddress', 'ReleaseAddress']],
    [
      'releases a spare one of a retained one, too',
      { deletionPolicy: 'Retain' },
      { claims: [spare] },
      ['CreateTags', 'ReleaseAddress'],
    ],
    [
      'releases no second one that something uses',
      {},
      { claims: [{ ...spare, association: associatedWith(on('z')) }] },
      ['ReleaseAddress'],
    ],
  ])('%s', (_, spec, found, calls) => {
    const plan = diff(deleting(spec), seen(found), ctx);
    expect(callsOf(plan)).toEqual(calls);
    expect(plan.blocked).toBeUndefined();
  });

  const associated = { address: address({ association: associatedWith(on('a')) }) };
  it.each<[string, Partial<Seen>, readonly string[]]>([
    ['one in use', associated, ['DisassociateAddress', 'ReleaseAddress']],
    ['one with a name', { reverseDNS: { domainName: 'a.example.' } }, ['ResetAddressAttribute']],
    ['one with a spare', { claims: [spare] }, ['ReleaseAddress', 'ReleaseAddress']],
  ])('is held as a whole by the rules against accidents: %s', (_, found, calls) => {
    const { steps } = diff(deleting(), seen(found), ctx);
    expect(steps.map(({ call, destroys }) => `${call} ${destroys}`)).toEqual(
      calls.map((call) => `ec2:${call} true`),
    );
  });

  it('is no destruction of an address that is retained: it is only marked', () => {
    const { steps } = diff(deleting({ deletionPolicy: 'Retain' }), seen(associated), ctx);
    expect(steps.map(({ call, destroys }) => [call, destroys])).toEqual([['ec2:CreateTags', undefined]]);
  });

  it('waits while reverse DNS is being removed', () => {
    const pending = { domainName: undefined, pending: { status: 'PENDING', reason: undefined } };
    const plan = diff(deleting(), seen({ reverseDNS: pending }), ctx);
    expect(callsOf(plan)).toEqual([]);
    expect(plan.blocked).toEqual({ reason: 'Pending', message: 'reverse DNS is pending' });
  });

  it('never picks from two that claim to be its address, and forgets neither', () => {
    const two = seen({ address: undefined, cameBy: 'identity', claims: [address(), spare] });
    const plan = diff(deleting({}, {}), two, ctx);
    expect(callsOf(plan)).toEqual([]);
    expect(plan.blocked?.reason).toBe('Conflict');
    expect(plan.blocked?.message).toContain('eipalloc-1 (203.0.113.1) and eipalloc-2 (203.0.113.2)');
  });

  it('is not held up by claims of former objects that it never made', () => {
    const former = { tags: owned('u-0', 't-0') };
    const claims = [address(former), address({ ...former, allocationId: 'eipalloc-2' })];
    expect(diff(deleting({}, {}), seen({ address: undefined, cameBy: 'identity', claims }), ctx)).toEqual({
      steps: [],
    });
  });

  it('says of every release that it destroys, and takes NotFound for done', () => {
    const [step] = diff(deleting(), seen(), ctx).steps;
    expect(step?.destroys).toBe(true);
    const error = (errorClass: 'NotFound' | 'Conflict') =>
      new AwsError({
        class: errorClass,
        code: 'x',
        call: 'ec2:ReleaseAddress',
        message: 'x',
        definite: true,
      });
    expect(step?.refused?.(seen(), error('NotFound'))?.address).toBeUndefined();
    expect(step?.refused?.(seen(), error('NotFound'))).toBeDefined();
    expect(step?.refused?.(seen(), error('Conflict'))).toBeUndefined();
  });

  it('resets a name that was taken for refused, once AWS says that it locks the address', () => {
    const reverseDNS = { domainName: undefined, pending: { status: 'FAILED', reason: undefined } };
    const found = seen({ reverseDNS: { ...reverseDNS, refused: 'a.example.' } });
    const [step] = diff(deleting(), found, ctx).steps;
    const locked = {
      class: 'Conflict',
      code: 'InvalidAddress.Locked',
      call: 'ec2:ReleaseAddress',
      message: 'locked',
      definite: true,
    } as const;
    const learned = step?.refused?.(found, new AwsError(locked));
    expect(callsOf(diff(deleting(), learned ?? found, ctx))).toEqual(['ResetAddressAttribute']);
    expect(step?.refused?.(seen(), new AwsError(locked))).toBeUndefined();
  });

  it('names the border group of an address in a Local Zone', () => {
    const [step] = diff(
      deleting(),
      seen({ address: address({ networkBorderGroup: 'us-west-2-lax-1' }) }),
      ctx,
    ).steps;
    expect(step?.input).toEqual({ AllocationId: 'eipalloc-1', NetworkBorderGroup: 'us-west-2-lax-1' });
  });
});
