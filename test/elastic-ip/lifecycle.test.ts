import { describe, expect } from 'vitest';
import { condition, isBlocked, isCurrent } from '../support/objects.ts';
import { onTestBed } from '../support/test-bed.ts';

const it = onTestBed('eu-west-1');

describe('an ElasticIP is applied', () => {
  it('and an address is allocated, carrying in the same call who owns it', async ({ bed }) => {
    await bed.start(['--default-tag', 'owner=platform', '--default-tag', 'team=none']);
    const { metadata } = await bed.kube.apply('web', { tags: { team: 'web' } });
    const { status } = await bed.kube.waitReady('web');

    const [address, ...more] = await bed.ec2.ownAddresses();
    expect(more).toEqual([]);
    expect(address?.tags).toEqual({
      'mooring.dev/cluster': bed.namespace,
      'mooring.dev/id': `ElasticIP/${bed.namespace}/web`,
      'mooring.dev/role': 'primary',
      'mooring.dev/uid': metadata.uid,
      'mooring.dev/creation': status?.creation?.token,
      owner: 'platform',
      team: 'web',
    });
    expect(status).toMatchObject({
      allocationId: address?.allocationId,
      publicIp: address?.publicIp,
      arn: `arn:aws:ec2:${bed.region}:123456789012:elastic-ip/${address?.allocationId}`,
      accountId: '123456789012',
      region: bed.region,
      managedTags: ['owner', 'team'],
      lastSyncTime: expect.stringMatching(/^\d{4}-/),
    });
    expect(await bed.writes()).toEqual(['AllocateAddress']);
    expect((await bed.kube.waitEvent('web', 'AllocateAddress')).type).toBe('Normal');
  });

  it('and associated: two writes and one look-up each of address and instance, in all', async ({ bed }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start();
    await bed.kube.apply('web', { association: { instanceId: instance.id } });
    const { status } = await bed.kube.waitReady('web');

    const ec2Calls = (await bed.calls()).filter(({ service }) => service === 'ec2');
    expect(ec2Calls.map(({ operation }) => operation).toSorted()).toEqual([
      'AllocateAddress',
      'AssociateAddress',
      'DescribeAddresses',
      'DescribeInstances',
    ]);
    const [associate] = await bed.calls('AssociateAddress');
    expect(associate?.input).toMatchObject({
      NetworkInterfaceId: instance.networkInterfaceId,
      PrivateIpAddress: instance.privateIpAddress,
      AllowReassociation: 'false',
    });
    expect(status?.association).toMatchObject({
      instanceId: instance.id,
      networkInterfaceId: instance.networkInterfaceId,
      privateIpAddress: instance.privateIpAddress,
      associationId: (await bed.ec2.ownAddresses())[0]?.associationId,
    });
  });

  it('with a network interface and its second private address', async ({ bed }) => {
    const { networkInterfaceId } = await bed.ec2.runInstance();
    const privateIpAddress = await bed.ec2.addPrivateAddress(networkInterfaceId);
    await bed.start();
    await bed.kube.apply('web', { association: { networkInterfaceId, privateIpAddress } });
    await bed.kube.waitReady('web');
    expect(await bed.ec2.ownAddresses()).toMatchObject([{ networkInterfaceId, privateIpAddress }]);
  });

  it('before its instance exists: it says what is missing, and is associated when it is there', async ({
    bed,
  }) => {
    const { id } = await bed.ec2.runInstance();
    await bed.start();
    await bed.kube.apply('web', { association: { instanceId: 'i-0123456789abcdef0' } });
    const waiting = await bed.kube.waitFor('web', isBlocked('DependencyNotReady'));
    expect(condition(waiting, 'Ready')?.message).toBe('i-0123456789abcdef0 does not exist (yet)');
    expect(condition(waiting, 'Associated')?.status).toBe('False');
    expect(waiting.status?.publicIp).toBeDefined();

    await bed.kube.apply('web', { association: { instanceId: id } });
    expect(condition(await bed.kube.waitReady('web'), 'Associated')?.status).toBe('True');
  });

  it('in another region than the operator’s default', async ({ bed }) => {
    await bed.start(['--region', 'eu-west-2']);
    await bed.kube.apply('web', { region: bed.region });
    expect((await bed.kube.waitReady('web')).status?.region).toBe(bed.region);
    expect(await bed.ec2.ownAddresses()).toHaveLength(1);
  });
});

describe('its manifest changes', () => {
  it('in its tags: what it no longer names goes, what somebody else set stays', async ({ bed }) => {
    await bed.start();
    await bed.kube.apply('web', { tags: { team: 'web', stage: 'dev' } });
    const { status } = await bed.kube.waitReady('web');
    await bed.ec2.tag(status?.allocationId ?? '', { costs: '4711' });
    await bed.kube.apply('web', { tags: { stage: 'prod', tier: 'front' } });
    await bed.kube.waitReady('web');

    const [address] = await bed.ec2.ownAddresses();
    expect(address?.tags).toMatchObject({ stage: 'prod', tier: 'front', costs: '4711' });
    expect(address?.tags).not.toHaveProperty('team');
    expect(await bed.writes()).toEqual(['AllocateAddress', 'CreateTags', 'DeleteTags']);
  });

  it('in its tags, and one cannot be taken off: it is not forgotten', async ({ bed }) => {
    const error = { code: 'UnauthorizedOperation', message: 'You are not authorized', status: 403 };
    const rule = await bed.inject({ error }, { operation: 'DeleteTags' });
    await bed.start();
    await bed.kube.apply('web', { tags: { team: 'web' } });
    await bed.kube.waitReady('web');
    await bed.kube.apply('web', {});
    const denied = await bed.kube.waitFor('web', isBlocked('AccessDenied'));
    expect(denied.status?.managedTags).toEqual(['team']);
    await bed.proxy.remove(rule);
    const { status } = await bed.kube.lookNow('web');
    expect(status?.managedTags).toEqual([]);
    expect((await bed.ec2.ownAddresses())[0]?.tags).not.toHaveProperty('team');
  });

  it('to another instance: the address moves in one call', async ({ bed }) => {
    const [from, to] = await bed.ec2.runInstances(2, {});
    await bed.start();
    await bed.kube.apply('web', { association: { instanceId: from?.id } });
    await bed.kube.waitReady('web');
    await bed.kube.apply('web', { association: { instanceId: to?.id } });
    await bed.kube.waitReady('web');
    expect(await bed.ec2.ownAddresses()).toMatchObject([{ instanceId: to?.id }]);
    expect(await bed.writes()).toEqual(['AllocateAddress', 'AssociateAddress', 'AssociateAddress']);
  });

  it('to no association: it is disassociated and stays allocated', async ({ bed }) => {
    const { id } = await bed.ec2.runInstance();
    await bed.start();
    await bed.kube.apply('web', { association: { instanceId: id } });
    await bed.kube.waitReady('web');
    await bed.kube.apply('web', {});
    const { status } = await bed.kube.waitReady('web');
    expect(status?.association).toBeUndefined();
    const [address] = await bed.ec2.ownAddresses();
    expect(address).toMatchObject({ allocationId: status?.allocationId, associationId: undefined });
  });
});

describe('it is deleted', () => {
  it('and disassociated and released, then gone', async ({ bed }) => {
    const { id } = await bed.ec2.runInstance();
    await bed.start();
    await bed.kube.apply('web', { association: { instanceId: id } });
    await bed.kube.waitReady('web');
    const before = await bed.mark();
    await bed.kube.deleteAndWait('web');
    expect(await bed.writes(before)).toEqual(['DisassociateAddress', 'ReleaseAddress']);
    expect(await bed.ec2.ownAddresses()).toEqual([]);
  });
});

describe('what a person sees', () => {
  it('conditions as kstatus reads them, from the first moment on', async ({ bed }) => {
    const fresh = await bed.kube.apply('web');
    expect(fresh.status?.observedGeneration).toBe(-1);
    await bed.start();
    const ready = await bed.kube.waitReady('web');
    expect(ready.metadata.finalizers).toEqual(['mooring.dev/finalizer']);
    expect(ready.status?.conditions?.map(({ type, status }) => `${type}=${status}`)).toEqual([
      'Ready=True',
      'Reconciling=False',
      'Stalled=False',
    ]);
    await bed.kube.apply('web', { tags: { team: 'web' } });
    const newer = await bed.kube.waitFor('web', isCurrent);
    expect(newer.status?.observedGeneration).toBe(2);
  });

  it('public IP, instance, ready and age; wide also the allocation and why', async ({ bed }) => {
    const { id } = await bed.ec2.runInstance();
    await bed.start();
    await bed.kube.apply('web', { association: { instanceId: id } });
    const { status } = await bed.kube.waitReady('web');
    const columns = {
      Name: 'web',
      'Public IP': status?.publicIp,
      Instance: id,
      Ready: 'True',
      Age: expect.stringMatching(/^\d+s$/),
    };
    expect(await bed.kube.table()).toEqual([columns]);
    const wide = { Allocation: status?.allocationId, Region: bed.region, Reason: 'Available' };
    expect(await bed.kube.table(true)).toEqual([{ ...columns, ...wide, Status: 'AWS is as declared' }]);
  });
});
