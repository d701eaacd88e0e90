import { ReleaseAddressCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { createAws } from '../../src/aws/index.ts';
import { idTag } from '../../src/core/identity.ts';
import {
  allocated,
  cluster,
  credentials,
  identity,
  readersOf,
  realClock,
  region,
  useEmulatedAws,
} from './emulated-aws.ts';

const bed = useEmulatedAws();

describe('scopes', () => {
  it('are the account that the credentials belong to, and the object’s region', async () => {
    const scope = { partition: 'aws', account: '123456789012', region };
    expect(await bed().aws.resolvePlacement({ namespace: 'web', spec: {} })).toEqual({ scope });
    const elsewhere = await bed().aws.resolvePlacement({ namespace: 'web', spec: { region: 'us-east-1' } });
    expect(elsewhere).toEqual({ scope: { ...scope, region: 'us-east-1' } });
  });

  it('need a region', async () => {
    const without = createAws({
      clock: realClock,
      random: () => 0.5,
      endpointUrl: bed().proxy.url,
      credentials,
    });
    await expect(without.resolvePlacement({ namespace: 'web', spec: {} })).rejects.toMatchObject({
      name: 'ScopeRefused',
      message: expect.stringContaining('--region'),
    });
  });
});

describe('addresses', () => {
  it('are found by identity in one call, those of another cluster not', async () => {
    const [a, b] = [await allocated(bed(), 'a'), await allocated(bed(), 'b')];
    await allocated(bed(), 'a', 'green');
    const { addresses } = await readersOf(bed());
    const found = await Promise.all(['a', 'b', 'c'].map((name) => addresses.byIdentity(identity(name))));
    expect(found.map((list) => list.map(({ allocationId }) => allocationId))).toEqual([[a.id], [b.id], []]);
    expect(found[0]?.[0]).toMatchObject({ publicIp: a.ip, tags: { 'mooring.dev/id': idTag(identity('a')) } });
    expect(await bed().proxy.control.counts()).toEqual({ 'ec2:DescribeAddresses': 1 });
  });

  it('are found by id and by IP; one that is gone is confirmed by name and fails nobody', async () => {
    const [a, b] = [await allocated(bed(), 'a'), await allocated(bed(), 'b')];
    await bed().ec2.send(new ReleaseAddressCommand({ AllocationId: b.id }));
    const { addresses } = await readersOf(bed());
    const [first, gone, malformed] = await Promise.all([
      addresses.byAllocationId(a.id),
      addresses.byAllocationId(b.id),
      addresses.byAllocationId('eipalloc-0123456789abcdef0'),
    ]);
    expect([first?.publicIp, gone, malformed]).toEqual([a.ip, undefined, undefined]);
    expect(await bed().proxy.control.counts()).toEqual({ 'ec2:DescribeAddresses': 3 });

    const byIp = await Promise.all([addresses.byPublicIp(a.ip), addresses.byPublicIp(b.ip)]);
    expect(byIp.map((address) => address?.allocationId)).toEqual([a.id, undefined]);
  });

  it('are not gone because AWS does not answer', async () => {
    const { addresses } = await readersOf(bed());
    await bed().proxy.control.inject({
      match: { operation: 'DescribeAddresses' },
      fault: { error: { code: 'UnauthorizedOperation', message: 'no', status: 403 } },
    });
    await expect(addresses.byAllocationId('eipalloc-0123456789abcdef0')).rejects.toMatchObject({
      class: 'Denied',
    });
  });

  it('of a cluster are one call', async () => {
    const ids = [await allocated(bed(), 'a'), await allocated(bed(), 'b')].map(({ id }) => id);
    await allocated(bed(), 'c', 'green');
    const { addresses } = await readersOf(bed());
    const listed = await addresses.allOfCluster(cluster);
    expect(listed.map(({ allocationId }) => allocationId).toSorted()).toEqual(ids.toSorted());
    expect(await bed().proxy.control.counts()).toEqual({ 'ec2:DescribeAddresses': 1 });
  });

  it('have their reverse DNS read together, an unknown id failing alone', async () => {
    const a = await allocated(bed(), 'a');
    const { scope } = await bed().aws.resolvePlacement({ namespace: 'web', spec: {} });
    await bed().aws.execute({
      call: 'ec2:ModifyAddressAttribute',
      input: { AllocationId: a.id, DomainName: 'mail.example.com' },
      scope,
      creates: false,
      mayWrite: () => {},
    });
    const { reverseDns } = await readersOf(bed());
    const [own, unknown] = await Promise.allSettled([
      reverseDns(a.id),
      reverseDns('eipalloc-0123456789abcdef0'),
    ]);
    expect(own).toMatchObject({ status: 'fulfilled', value: { ptrRecord: 'mail.example.com.' } });
    expect(unknown).toMatchObject({ status: 'rejected', reason: { class: 'NotFound' } });
  });
});
