import { describe, expect, it } from 'vitest';
import { AwsError } from '../../core/errors.ts';
import { diff } from './diff.ts';
import { none } from './plan-table.test-data.ts';
import { callsOf, ctx, known, object, owned, seen } from './sample.test-data.ts';
import type { Seen } from './seen.ts';
import type { ElasticIP } from './self.ts';

describe('an allocation', () => {
  const inputOf = (self: ElasticIP, found: Partial<Seen> = {}) =>
    diff(self, seen({ ...none, ...found }), ctx).steps[0];

  it('carries in the one call who owns it and every tag, the manifest’s over the defaults', () => {
    const self = object({ tags: { team: 'web' } });
    const [step] = diff(self, seen(none), { ...ctx, defaultTags: { team: 'none', owner: 'ops' } }).steps;
    expect(step).toMatchObject({ creates: true, why: "no address carries this object's identity" });
    expect(step?.input).toEqual({
      Domain: 'vpc',
      TagSpecifications: [
        {
          ResourceType: 'elastic-ip',
          Tags: Object.entries({ team: 'web', owner: 'ops', ...owned('u-1', 't-new') }).map(
            ([Key, Value]) => ({
              Key,
              Value,
            }),
          ),
        },
      ],
    });
  });

  it.each<[object, object]>([
    [{ address: '198.51.100.7' }, { Address: '198.51.100.7' }],
    [{ publicIpv4Pool: 'ipv4pool-ec2-012' }, { PublicIpv4Pool: 'ipv4pool-ec2-012' }],
    [{ ipamPoolId: 'ipam-pool-0123abcd' }, { IpamPoolId: 'ipam-pool-0123abcd' }],
    [{ customerOwnedIpv4Pool: 'ipv4pool-coip-012' }, { CustomerOwnedIpv4Pool: 'ipv4pool-coip-012' }],
    [{ networkBorderGroup: 'us-west-2-lax-1' }, { NetworkBorderGroup: 'us-west-2-lax-1' }],
  ])('takes %o from the manifest', (spec, input) => {
    expect(inputOf(object(spec))?.input).toMatchObject(input);
  });

  it('tells by its reply all that is known of the address: nothing is read back', () => {
    const step = inputOf(object());
    const after = step?.fold(seen(none), {
      AllocationId: 'eipalloc-7',
      PublicIp: '203.0.113.7',
      PublicIpv4Pool: 'amazon',
    });
    expect(after?.address).toMatchObject({
      allocationId: 'eipalloc-7',
      publicIp: '203.0.113.7',
      tags: owned('u-1', 't-new'),
    });
    expect(callsOf(diff(object(), after ?? seen(none), ctx))).toEqual([]);
  });

  it('without an id in its reply is a failure, not an address without a name', () => {
    expect(() => inputOf(object())?.fold(seen(none), {})).toThrow('without an AllocationId');
  });

  const lost = object({}, { status: known });
  const refusal = (errorClass: AwsError['class'], code: string) =>
    new AwsError({ class: errorClass, code, call: 'ec2:AllocateAddress', message: code, definite: true });

  it('after a loss asks for the same address first, and warns', () => {
    expect(inputOf(lost)).toMatchObject({
      input: { Address: '203.0.113.1' },
      warns: true,
      event: 'AddressRecovered',
    });
  });

  it.each<[string, object, object]>([
    ['own pool', { publicIpv4Pool: 'ipv4pool-ec2-012' }, {}],
    ['customer-owned pool', { customerOwnedIpv4Pool: 'ipv4pool-coip-012' }, {}],
    ['IPAM pool', { ipamPoolId: 'ipam-pool-0123abcd' }, { IpamPoolId: 'ipam-pool-0123abcd' }],
    ['border group', { networkBorderGroup: 'us-west-2-lax-1' }, { NetworkBorderGroup: 'us-west-2-lax-1' }],
  ])(
    'for the same address of its %s names the address, and no pool that AWS would choose from',
    (_, spec, more) => {
      const { TagSpecifications: _tags, ...input } = Object(inputOf(object(spec, { status: known }))?.input);
      expect(input).toEqual({ Domain: 'vpc', Address: '203.0.113.1', ...more });
    },
  );

  it.each([
    ['NotFound', 'InvalidAddress.NotFound'],
    ['Conflict', 'InvalidAddress.InUse'],
    ['Invalid', 'InvalidParameterValue'],
    ['Denied', 'AuthFailure'],
  ] as const)(
    'that AWS refuses with %s %s goes on with any address, and warns that the IP changes',
    (cls, code) => {
      const learned = inputOf(lost)?.refused?.(seen(none), refusal(cls, code));
      expect(learned?.unrecoverable).toBe(true);
      const next = inputOf(lost, learned);
      expect(next?.input).not.toHaveProperty('Address');
      expect(next).toMatchObject({
        warns: true,
        event: 'AddressReplaced',
        why: expect.stringContaining('the public IP changes'),
      });
    },
  );

  it.each([
    ['Quota', 'AddressLimitExceeded'],
    ['Throttled', 'RequestLimitExceeded'],
    ['Denied', 'UnauthorizedOperation'],
  ] as const)('that fails with %s %s gives up nothing: the same address is asked for again', (cls, code) => {
    expect(inputOf(lost)?.refused?.(seen(none), refusal(cls, code))).toBeUndefined();
  });

  it('of an address the manifest names is never replaced by another', () => {
    const self = object({ address: '203.0.113.1' }, { status: known });
    expect(
      inputOf(self)?.refused?.(seen(none), refusal('NotFound', 'InvalidAddress.NotFound')),
    ).toBeUndefined();
  });
});
