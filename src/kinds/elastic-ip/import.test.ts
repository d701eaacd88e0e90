import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeRead } from '../../../test/support/fake-read.ts';
import { VirtualClock } from '../../../test/support/virtual-clock.ts';
import type { Address } from '../../aws/readers/addresses.ts';
import { createReaders } from '../../aws/readers/index.ts';
import type { NetworkInterface } from '../../aws/readers/interfaces.ts';
import type { ReverseDns } from '../../aws/readers/reverse-dns.ts';
import { AwsError } from '../../core/errors.ts';
import { asObject, type Rendered } from '../../core/import.ts';
import { diff } from './diff.ts';
import { elasticIPImporter, importAddress } from './import.ts';
import { listedAddresses, observe } from './observe.ts';
import { ctx, identity, now, tagsOfAnother } from './sample.test-data.ts';
import { elasticIPDefinition } from './spec.ts';

const address = (more: Partial<Address> = {}): Address => ({
  allocationId: 'eipalloc-0000000a',
  publicIp: '203.0.113.1',
  publicIpv4Pool: 'amazon',
  networkBorderGroup: 'eu-central-1',
  tags: {},
  ...more,
});

const on = ({ id, instanceId }: NetworkInterface, privateIpAddress = '10.0.0.1'): Partial<Address> => ({
  associationId: 'eipassoc-1',
  networkInterfaceId: id,
  instanceId,
  privateIpAddress,
  networkInterfaceOwnerId: ctx.scope.account,
});

const networkInterface = (more: Partial<NetworkInterface> = {}): NetworkInterface => ({
  id: 'eni-0000000a',
  instanceId: 'i-0000000a',
  primary: true,
  privateIpAddresses: [
    { address: '10.0.0.1', primary: true },
    { address: '10.0.0.2', primary: false },
  ],
  ...more,
});

const render = (one: Address, eni?: NetworkInterface, reverseDns?: ReverseDns | 'not told'): Rendered =>
  importAddress(one, { networkInterface: eni, reverseDns }, ctx.scope);

const adopting = { adopt: 'eipalloc-0000000a', region: 'eu-central-1' };

describe('an address', () => {
  it.each<[string, Address, NetworkInterface | undefined, ReverseDns | undefined, object]>([
    ['that is idle', address({ tags: { Name: 'web' } }), undefined, {}, { tags: { Name: 'web' } }],
    [
      'on the primary address of an instance',
      address(on(networkInterface())),
      networkInterface(),
      undefined,
      { association: { instanceId: 'i-0000000a' } },
    ],
    [
      'on another address of an instance',
      address(on(networkInterface(), '10.0.0.2')),
      networkInterface(),
      undefined,
      { association: { networkInterfaceId: 'eni-0000000a', privateIpAddress: '10.0.0.2' } },
    ],
    [
      'on another interface of an instance',
      address(on(networkInterface())),
      networkInterface({ primary: false }),
      undefined,
      { association: { networkInterfaceId: 'eni-0000000a' } },
    ],
    [
      'on an interface of no instance',
      address(on(networkInterface({ instanceId: undefined }))),
      networkInterface({ instanceId: undefined, primary: false }),
      undefined,
      { association: { networkInterfaceId: 'eni-0000000a' } },
    ],
    [
      'of a pool and a Local Zone',
      address({ publicIpv4Pool: 'ipv4pool-ec2-1', networkBorderGroup: 'us-west-2-lax-1' }),
      undefined,
      undefined,
      { publicIpv4Pool: 'ipv4pool-ec2-1', networkBorderGroup: 'us-west-2-lax-1' },
    ],
    [
      'of an Outpost',
      address({ customerOwnedIpv4Pool: 'ipv4pool-coip-1' }),
      undefined,
      undefined,
      { customerOwnedIpv4Pool: 'ipv4pool-coip-1' },
    ],
    [
      'with a name',
      address(),
      undefined,
      { ptrRecord: 'Mail.example.com.' },
      { reverseDNS: { domainName: 'mail.example.com' } },
    ],
  ])('%s is adopted as it is', (_, one, eni, reverseDns, spec) => {
    expect(render(one, eni, reverseDns)).toEqual({ spec: { ...adopting, ...spec }, notes: [] });
  });

  it.each<[string, Address, NetworkInterface | undefined, string]>([
    [
      'that an AWS service made',
      address(on(networkInterface())),
      networkInterface({ requesterManaged: true }),
      'which an AWS service made and manages',
    ],
    [
      'of another account',
      address({ ...on(networkInterface()), networkInterfaceOwnerId: 'amazon-elb' }),
      networkInterface(),
      'which belongs to amazon-elb',
    ],
    ['that AWS does not show', address(on(networkInterface())), undefined, 'which AWS does not show'],
    [
      'that has the address no more',
      address(on(networkInterface(), '10.0.0.9')),
      networkInterface(),
      'which does not show 10.0.0.9 for it',
    ],
  ])('on an interface %s is left there, which is told', (_, one, eni, why) => {
    expect(render(one, eni)).toEqual({
      spec: adopting,
      notes: [`203.0.113.1 is associated with eni-0000000a, ${why}: association is left out`],
    });
  });

  it('whose name is being changed is left to that', () => {
    expect(render(address(), undefined, { update: { value: 'a.example.com.', status: 'PENDING' } })).toEqual({
      spec: adopting,
      notes: ['a change of its reverse DNS is pending: reverseDNS is left out, and so left as it is'],
    });
  });

  it('whose name AWS does not tell is left with it, which is told', () => {
    expect(render(address(), undefined, 'not told')).toEqual({
      spec: adopting,
      notes: ['AWS does not tell its reverse DNS: reverseDNS is left out, and so left as it is'],
    });
  });

  it.each(['Denied', 'Invalid'] as const)(
    'is adopted although the look for its name was %s, as where AWS has no such look',
    async (errorClass) => {
      const refused = { code: 'x', call: 'ec2:DescribeAddressesAttribute', message: 'x', definite: true };
      const all = fakeRead({
        'ec2:DescribeAddresses': () => ({
          Addresses: [{ AllocationId: 'eipalloc-0000000a', PublicIp: '203.0.113.1' }],
        }),
        'ec2:DescribeAddressesAttribute': () => {
          throw new AwsError({ class: errorClass, ...refused });
        },
      });
      const clock = new VirtualClock();
      const readers = createReaders(ctx.scope, { read: all, clock });
      const [candidate] = await elasticIPImporter({ in: () => readers }).list(ctx.scope, now);
      const [rendered] = await Promise.all([candidate?.read(), clock.advance(100)]);
      expect(rendered).toMatchObject({ spec: adopting, notes: [expect.stringContaining('does not tell')] });
    },
  );

  it('that is an object’s is left out', () => {
    expect(render(address({ tags: tagsOfAnother }))).toEqual({
      reason: expect.stringContaining('it belongs to ElasticIP/shop/mail of cluster prod-eu'),
    });
  });
});

const tags = fc.dictionary(
  fc.constantFrom('Name', 'team', 'aws:cloudformation:stack-name', 'a (b)', 'Mooring.dev/other'),
  fc.constantFrom('', 'web', 'a, b'),
);
const interfaces = fc.record({
  instanceId: fc.constantFrom('i-0000000a', undefined),
  primary: fc.boolean(),
  requesterManaged: fc.constantFrom(undefined, false, true),
  privateIpAddresses: fc.constantFrom(
    [{ address: '10.0.0.1', primary: true }],
    [
      { address: '10.0.0.2', primary: false },
      { address: '10.0.0.1', primary: true },
    ],
  ),
});
const reverseDns: fc.Arbitrary<ReverseDns> = fc.record({
  ptrRecord: fc.constantFrom(undefined, 'mail.example.com.', 'WWW.example.com'),
  update: fc.constantFrom(
    undefined,
    { value: 'new.example.com.', status: 'PENDING' },
    { value: 'new.example.com.', status: 'FAILED', reason: 'no A record' },
    { value: 'done.example.com.', status: 'SUCCESS' },
    { status: 'PENDING' },
  ),
});

const situation = fc
  .record({
    tags,
    interfaces,
    reverseDns,
    at: fc.constantFrom(undefined, '10.0.0.1', '10.0.0.2', '10.0.0.3'),
    owner: fc.constantFrom(undefined, ctx.scope.account, 'amazon-elb'),
    shown: fc.boolean(),
    pool: fc.constantFrom<Partial<Address>>(
      {},
      { publicIpv4Pool: 'ipv4pool-ec2-0a' },
      { publicIpv4Pool: 'x' },
    ),
    border: fc.constantFrom(undefined, 'eu-central-1', 'eu-central-1-ham-1'),
  })
  .map((drawn) => {
    const eni = networkInterface({ ...drawn.interfaces, primary: drawn.interfaces.primary });
    const association =
      drawn.at === undefined ? {} : { ...on(eni, drawn.at), networkInterfaceOwnerId: drawn.owner };
    const one = address({
      ...association,
      ...drawn.pool,
      networkBorderGroup: drawn.border,
      tags: drawn.tags,
    });
    return { one, eni: drawn.shown ? eni : undefined, reverseDns: drawn.reverseDns };
  });

describe('any address that is nobody’s', () => {
  it('is adopted by its manifest, which changes nothing of it but whose it is', async () => {
    await fc.assert(
      fc.asyncProperty(situation, async ({ one, eni, reverseDns: name }) => {
        const rendered = render(one, eni, name);
        if ('reason' in rendered) return expect.unreachable(rendered.reason);
        const self = asObject(elasticIPDefinition, rendered.spec);
        if (typeof self === 'string') return expect.unreachable(self);
        const carried = one.networkInterfaceId === undefined ? undefined : { publicIp: one.publicIp };
        const shown = eni && {
          ...eni,
          privateIpAddresses: eni.privateIpAddresses.map((place) =>
            place.address === one.privateIpAddress && carried ? { ...place, association: carried } : place,
          ),
        };
        const instance = shown?.instanceId !== undefined && {
          id: shown.instanceId,
          state: 'running',
          tags: {},
          interfaces: [shown],
        };
        const listed = listedAddresses([one]);
        const readers = {
          addresses: { ...listed, allOfCluster: async () => [] },
          reverseDns: async () => name,
          interfaces: { byId: async () => shown },
          instances: { byId: async () => instance || undefined, byTags: async () => [] },
          health: async () => undefined,
          borderGroups: async () => new Map<string, string>(),
        };
        const object = { ...self, identity, uid: 'u-1' };
        const plan = diff(object, await observe(object, readers, {}, listed), ctx);
        expect(plan.blocked).toBeUndefined();
        expect(plan.steps.map(({ call }) => call)).toEqual(['ec2:CreateTags']);
        const keys = JSON.stringify(plan.steps[0]?.input).match(/"Key":"[^"]*"/g) ?? [];
        expect(keys.filter((key) => !key.startsWith('"Key":"mooring.dev/'))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
