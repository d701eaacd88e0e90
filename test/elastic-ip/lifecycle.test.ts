import { describe, expect } from 'vitest';
import { benched } from '../support/bench.ts';
import { condition, isBlocked, isCurrent } from '../support/elastic-ip.ts';

const it = benched('eu-west-1');

describe('an ElasticIP is applied', () => {
  it('and an address is allocated, carrying in the same call who owns it', async ({ bench }) => {
    await bench.start(['--default-tag', 'owner=platform', '--default-tag', 'team=none']);
    const { metadata } = await bench.kube.apply('web', { tags: { team: 'web' } });
    const { status } = await bench.kube.waitReady('web');

    const [address, ...more] = await bench.ec2.ownAddresses();
    expect(more).toEqual([]);
    expect(address?.tags).toEqual({
      'mooring.dev/cluster': bench.namespace,
      'mooring.dev/id': `ElasticIP/${bench.namespace}/web`,
      'mooring.dev/role': 'primary',
      'mooring.dev/uid': metadata.uid,
      'mooring.dev/creation': status?.creation?.token,
      owner: 'platform',
      team: 'web',
    });
    expect(status).toMatchObject({
      allocationId: address?.allocationId,
      publicIp: address?.publicIp,
      arn: `arn:aws:ec2:${bench.region}:123456789012:elastic-ip/${address?.allocationId}`,
      accountId: '123456789012',
      region: bench.region,
      managedTags: ['owner', 'team'],
      lastSyncTime: expect.stringMatching(/^\d{4}-/),
    });
    expect(await bench.writes()).toEqual(['AllocateAddress']);
    expect((await bench.kube.waitEvent('web', 'AllocateAddress')).type).toBe('Normal');
  });

  it('and associated: two writes and one look-up each of address and instance', async ({ bench }) => {
    const instance = await bench.ec2.runInstance();
    await bench.start();
    await bench.kube.apply('web', { association: { instanceId: instance.id } });
    const { status } = await bench.kube.waitReady('web');

    expect(await bench.writes()).toEqual(['AllocateAddress', 'AssociateAddress']);
    expect((await bench.calls('DescribeAddresses')).length).toBeLessThanOrEqual(1);
    expect((await bench.calls('DescribeInstances')).length).toBeLessThanOrEqual(1);
    const [associate] = await bench.calls('AssociateAddress');
    expect(associate?.input).toMatchObject({
      NetworkInterfaceId: instance.networkInterfaceId,
      PrivateIpAddress: instance.privateIpAddress,
      AllowReassociation: 'false',
    });
    expect(status?.association).toMatchObject({
      instanceId: instance.id,
      networkInterfaceId: instance.networkInterfaceId,
      privateIpAddress: instance.privateIpAddress,
      associationId: (await bench.ec2.ownAddresses())[0]?.associationId,
    });
  });

  it('with a network interface and its second private address', async ({ bench }) => {
    const { networkInterfaceId } = await bench.ec2.runInstance();
    const privateIpAddress = await bench.ec2.addPrivateAddress(networkInterfaceId);
    await bench.start();
    await bench.kube.apply('web', { association: { networkInterfaceId, privateIpAddress } });
    await bench.kube.waitReady('web');
    expect(await bench.ec2.ownAddresses()).toMatchObject([{ networkInterfaceId, privateIpAddress }]);
  });

  it('before its instance exists: it says what is missing, and is associated when it is there', async ({
    bench,
  }) => {
    const { id } = await bench.ec2.runInstance();
    await bench.start();
    await bench.kube.apply('web', { association: { instanceId: 'i-0123456789abcdef0' } });
    const waiting = await bench.kube.waitFor('web', isBlocked('DependencyNotReady'));
    expect(condition(waiting, 'Ready')?.message).toBe('i-0123456789abcdef0 does not exist (yet)');
    expect(condition(waiting, 'Associated')?.status).toBe('False');
    expect(waiting.status?.publicIp).toBeDefined();

    await bench.kube.apply('web', { association: { instanceId: id } });
    expect(condition(await bench.kube.waitReady('web'), 'Associated')?.status).toBe('True');
  });

  it('in another region than the operator’s default', async ({ bench }) => {
    await bench.start(['--region', 'eu-west-2']);
    await bench.kube.apply('web', { region: bench.region });
    expect((await bench.kube.waitReady('web')).status?.region).toBe(bench.region);
    expect(await bench.ec2.ownAddresses()).toHaveLength(1);
  });
});

describe('its manifest changes', () => {
  it('in its tags: what it no longer names goes, what somebody else set stays', async ({ bench }) => {
    await bench.start();
    await bench.kube.apply('web', { tags: { team: 'web', stage: 'dev' } });
    const { status } = await bench.kube.waitReady('web');
    await bench.ec2.tag(status?.allocationId ?? '', { costs: '4711' });
    await bench.kube.apply('web', { tags: { stage: 'prod', tier: 'front' } });
    await bench.kube.waitReady('web');

    const [address] = await bench.ec2.ownAddresses();
    expect(address?.tags).toMatchObject({ stage: 'prod', tier: 'front', costs: '4711' });
    expect(address?.tags).not.toHaveProperty('team');
    expect(await bench.writes()).toEqual(['AllocateAddress', 'CreateTags', 'DeleteTags']);
  });

  it('to another instance: the address moves in one call', async ({ bench }) => {
    const [from, to] = await bench.ec2.runInstances(2, {});
    await bench.start();
    await bench.kube.apply('web', { association: { instanceId: from?.id } });
    await bench.kube.waitReady('web');
    await bench.kube.apply('web', { association: { instanceId: to?.id } });
    await bench.kube.waitReady('web');
    expect(await bench.ec2.ownAddresses()).toMatchObject([{ instanceId: to?.id }]);
    expect(await bench.writes()).toEqual(['AllocateAddress', 'AssociateAddress', 'AssociateAddress']);
  });

  it('to no association: it is disassociated and stays allocated', async ({ bench }) => {
    const { id } = await bench.ec2.runInstance();
    await bench.start();
    await bench.kube.apply('web', { association: { instanceId: id } });
    await bench.kube.waitReady('web');
    await bench.kube.apply('web', {});
    const { status } = await bench.kube.waitReady('web');
    expect(status?.association).toBeUndefined();
    const [address] = await bench.ec2.ownAddresses();
    expect(address).toMatchObject({ allocationId: status?.allocationId, associationId: undefined });
  });
});

describe('it is deleted', () => {
  it('and disassociated and released, then gone', async ({ bench }) => {
    const { id } = await bench.ec2.runInstance();
    await bench.start();
    await bench.kube.apply('web', { association: { instanceId: id } });
    await bench.kube.waitReady('web');
    const before = await bench.mark();
    await bench.kube.deleteAndWait('web');
    expect(await bench.writes(before)).toEqual(['DisassociateAddress', 'ReleaseAddress']);
    expect(await bench.ec2.ownAddresses()).toEqual([]);
  });
});

describe('what a person sees', () => {
  it('conditions as kstatus reads them, from the first moment on', async ({ bench }) => {
    const fresh = await bench.kube.apply('web');
    expect(fresh.status?.observedGeneration).toBe(-1);
    await bench.start();
    const ready = await bench.kube.waitReady('web');
    expect(ready.metadata.finalizers).toEqual(['mooring.dev/finalizer']);
    expect(ready.status?.conditions?.map(({ type, status }) => `${type}=${status}`)).toEqual([
      'Ready=True',
      'Reconciling=False',
      'Stalled=False',
    ]);
    await bench.kube.apply('web', { tags: { team: 'web' } });
    const newer = await bench.kube.waitFor('web', isCurrent);
    expect(newer.status?.observedGeneration).toBe(2);
  });

  it('public IP, instance, ready and age; wide also the allocation and why', async ({ bench }) => {
    const { id } = await bench.ec2.runInstance();
    await bench.start();
    await bench.kube.apply('web', { association: { instanceId: id } });
    const { status } = await bench.kube.waitReady('web');
    const columns = {
      Name: 'web',
      'Public IP': status?.publicIp,
      Instance: id,
      Ready: 'True',
      Age: expect.stringMatching(/^\d+s$/),
    };
    expect(await bench.kube.table()).toEqual([columns]);
    const wide = { Allocation: status?.allocationId, Region: bench.region, Reason: 'Available' };
    expect(await bench.kube.table(true)).toEqual([{ ...columns, ...wide, Status: 'AWS is as declared' }]);
  });
});
