import {
  AssociateAddressCommand,
  CreateNetworkInterfaceCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { allocated, instance, network, readersOf, region, useEmulatedAws } from './emulated-aws.ts';

const bed = useEmulatedAws();

describe('instances', () => {
  it('show interfaces, who occupies them, and their zone, whose border group is known', async () => {
    const id = await instance(bed(), await network(bed()), { role: 'edge' });
    const address = await allocated(bed(), 'a');
    await bed().ec2.send(
      new AssociateAddressCommand({ AllocationId: address.id, InstanceId: id, AllowReassociation: true }),
    );
    const { instances, interfaces, borderGroups } = await readersOf(bed());
    const [found, missing] = await Promise.all([instances.byId(id), instances.byId('i-0123456789abcdef0')]);
    expect(missing).toBeUndefined();
    expect(found).toMatchObject({ id, state: 'running', tags: { role: 'edge' } });
    const [first] = found?.interfaces ?? [];
    expect(first).toMatchObject({ instanceId: id, deviceIndex: 0, primary: true });
    expect(first?.privateIpAddresses).toMatchObject([
      { primary: true, association: { publicIp: address.ip } },
    ]);
    expect(await bed().proxy.control.counts()).toEqual({ 'ec2:DescribeInstances': 1 });
    expect((await borderGroups()).get(found?.availabilityZone ?? '')).toBe(region);
    expect(await interfaces.byId(first?.id ?? '')).toMatchObject({
      id: first?.id,
      instanceId: id,
      primary: true,
      privateIpAddresses: [{ association: { publicIp: address.ip, allocationId: address.id } }],
    });
  });

  it('are found by tags, equal selectors in one call', async () => {
    const subnet = await network(bed());
    const edge = await instance(bed(), subnet, { role: 'edge', stage: 'prod' });
    await instance(bed(), subnet, { role: 'edge', stage: 'test' });
    const { instances } = await readersOf(bed());
    await bed().proxy.control.resetCounts();
    const found = await Promise.all([
      instances.byTags({ role: 'edge', stage: 'prod' }),
      instances.byTags({ stage: 'prod', role: 'edge' }),
      instances.byTags({ role: 'edge' }),
      instances.byTags({}),
    ]);
    expect(found.map((list) => list.length)).toEqual([1, 1, 2, 0]);
    expect(found[0]?.[0]?.id).toBe(edge);
    expect(await bed().proxy.control.counts()).toMatchObject({ 'ec2:DescribeInstances': 2 });
  });

  it('have their health read together, stopped ones too', async () => {
    const subnet = await network(bed());
    const [ill, stopped] = [
      await instance(bed(), subnet, { a: '1' }),
      await instance(bed(), subnet, { a: '2' }),
    ];
    await bed().ec2.send(new StopInstancesCommand({ InstanceIds: [stopped] }));
    await bed().proxy.control.setInstanceStatus(ill, {
      system: 'impaired',
      impairedSince: '2026-01-02T03:04:05.000Z',
    });
    const { health } = await readersOf(bed());
    const [first, second, unknown] = await Promise.allSettled(
      [ill, stopped, 'i-0123456789abcdef0'].map(health),
    );
    expect(first).toMatchObject({
      value: {
        state: 'running',
        system: 'impaired',
        instance: 'ok',
        impairedSince: '2026-01-02T03:04:05.000Z',
      },
    });
    expect(second).toMatchObject({ value: { state: 'stopped' } });
    expect(unknown).toEqual({ status: 'fulfilled', value: undefined });
  });

  it('do not include an interface that is not attached', async () => {
    const SubnetId = await network(bed());
    const { NetworkInterface } = await bed().ec2.send(new CreateNetworkInterfaceCommand({ SubnetId }));
    const { interfaces } = await readersOf(bed());
    const id = NetworkInterface?.NetworkInterfaceId ?? '';
    const [found, missing] = await Promise.all([
      interfaces.byId(id),
      interfaces.byId('eni-0123456789abcdef0'),
    ]);
    expect(found).toMatchObject({ id, primary: false });
    expect(found?.instanceId).toBeUndefined();
    expect(missing).toBeUndefined();
  });
});
