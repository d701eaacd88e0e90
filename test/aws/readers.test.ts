import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  CreateNetworkInterfaceCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
  ReleaseAddressCommand,
  RunInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Moto, startMoto } from '../../dev/emulator/moto.ts';
import { type ProxyServer, startProxy } from '../../dev/proxy/proxy.ts';
import { type Aws, createAws } from '../../src/aws/index.ts';
import { type Identity, idTag, ownershipTags } from '../../src/core/identity.ts';
import type { Clock } from '../../src/core/ports.ts';
import { tagList } from '../../src/core/tags.ts';

vi.setConfig({ testTimeout: 60_000 });

const realClock: Clock = {
  now: Date.now,
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return { cancel: () => clearTimeout(timer) };
  },
};
const credentials = { accessKeyId: 'test', secretAccessKey: 'secret' };
const region = 'eu-central-1';
const cluster = 'blue';
const identity = (name: string): Identity => ({ cluster, kind: 'ElasticIP', namespace: 'web', name });

let moto: Moto;
let proxy: ProxyServer;
let ec2: EC2Client;
let aws: Aws;

beforeAll(async () => {
  moto = await startMoto();
  proxy = await startProxy({ upstream: moto.url });
  ec2 = new EC2Client({ region, endpoint: proxy.url, credentials });
  aws = createAws({ clock: realClock, random: () => 0.5, region, endpointUrl: proxy.url, credentials });
}, 300_000);

beforeEach(async () => {
  await moto.reset();
  await proxy.control.reset();
});

afterEach(async () => expect(await proxy.control.emulatorFailures()).toEqual([]));

afterAll(async () => {
  aws?.close();
  ec2?.destroy();
  await proxy?.stop();
  await moto?.stop();
});

async function readers() {
  const scope = await aws.resolveScope({ namespace: 'web', spec: {} });
  await proxy.control.resetCounts();
  return aws.in(scope);
}

async function allocated(name: string, of = cluster): Promise<{ id: string; ip: string }> {
  const tags = ownershipTags({ identity: { ...identity(name), cluster: of }, uid: 'u-1', role: 'primary' });
  const { AllocationId: id = '', PublicIp: ip = '' } = await ec2.send(
    new AllocateAddressCommand({
      Domain: 'vpc',
      TagSpecifications: [{ ResourceType: 'elastic-ip', Tags: tagList(tags) }],
    }),
  );
  return { id, ip };
}

async function network(): Promise<string> {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock: '10.0.1.0/24' }));
  return Subnet?.SubnetId ?? '';
}

async function instance(SubnetId: string, tags: Record<string, string>): Promise<string> {
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-0abcdef1234567890',
      MinCount: 1,
      MaxCount: 1,
      SubnetId,
      TagSpecifications: [{ ResourceType: 'instance', Tags: tagList(tags) }],
    }),
  );
  return Instances?.[0]?.InstanceId ?? '';
}

describe('scopes', () => {
  it('are the account that the credentials belong to, and the object’s region', async () => {
    const scope = { partition: 'aws', account: '123456789012', region };
    expect(await aws.resolveScope({ namespace: 'web', spec: {} })).toEqual(scope);
    const elsewhere = await aws.resolveScope({ namespace: 'web', spec: { region: 'us-east-1' } });
    expect(elsewhere).toEqual({ ...scope, region: 'us-east-1' });
  });

  it('need a region', async () => {
    const without = createAws({ clock: realClock, random: () => 0.5, endpointUrl: proxy.url, credentials });
    await expect(without.resolveScope({ namespace: 'web', spec: {} })).rejects.toMatchObject({
      name: 'ScopeRefused',
      message: expect.stringContaining('--region'),
    });
  });
});

describe('addresses', () => {
  it('are found by identity in one call, those of another cluster not', async () => {
    const [a, b] = [await allocated('a'), await allocated('b')];
    await allocated('a', 'green');
    const { addresses } = await readers();
    const found = await Promise.all(['a', 'b', 'c'].map((name) => addresses.byIdentity(identity(name))));
    expect(found.map((list) => list.map(({ allocationId }) => allocationId))).toEqual([[a.id], [b.id], []]);
    expect(found[0]?.[0]).toMatchObject({ publicIp: a.ip, tags: { 'mooring.dev/id': idTag(identity('a')) } });
    expect(await proxy.control.counts()).toEqual({ 'ec2:DescribeAddresses': 1 });
  });

  it('are found by id and by IP; one that is gone is confirmed by name and fails nobody', async () => {
    const [a, b] = [await allocated('a'), await allocated('b')];
    await ec2.send(new ReleaseAddressCommand({ AllocationId: b.id }));
    const { addresses } = await readers();
    const [first, gone, malformed] = await Promise.all([
      addresses.byAllocationId(a.id),
      addresses.byAllocationId(b.id),
      addresses.byAllocationId('eipalloc-0123456789abcdef0'),
    ]);
    expect([first?.publicIp, gone, malformed]).toEqual([a.ip, undefined, undefined]);
    expect(await proxy.control.counts()).toEqual({ 'ec2:DescribeAddresses': 3 });

    const byIp = await Promise.all([addresses.byPublicIp(a.ip), addresses.byPublicIp(b.ip)]);
    expect(byIp.map((address) => address?.allocationId)).toEqual([a.id, undefined]);
  });

  it('are not gone because AWS does not answer', async () => {
    const { addresses } = await readers();
    await proxy.control.inject({
      match: { operation: 'DescribeAddresses' },
      fault: { error: { code: 'UnauthorizedOperation', message: 'no', status: 403 } },
    });
    await expect(addresses.byAllocationId('eipalloc-0123456789abcdef0')).rejects.toMatchObject({
      class: 'Denied',
    });
  });

  it('of a cluster are one call', async () => {
    const ids = [await allocated('a'), await allocated('b')].map(({ id }) => id);
    await allocated('c', 'green');
    const { addresses } = await readers();
    const listed = await addresses.allOfCluster(cluster);
    expect(listed.map(({ allocationId }) => allocationId).toSorted()).toEqual(ids.toSorted());
    expect(await proxy.control.counts()).toEqual({ 'ec2:DescribeAddresses': 1 });
  });

  it('have their reverse DNS read together, an unknown id failing alone', async () => {
    const a = await allocated('a');
    const scope = await aws.resolveScope({ namespace: 'web', spec: {} });
    await aws.execute({
      call: 'ec2:ModifyAddressAttribute',
      input: { AllocationId: a.id, DomainName: 'mail.example.com' },
      scope,
      creates: false,
      mayWrite: () => {},
    });
    const { reverseDns } = await readers();
    const [own, unknown] = await Promise.allSettled([
      reverseDns(a.id),
      reverseDns('eipalloc-0123456789abcdef0'),
    ]);
    expect(own).toMatchObject({ status: 'fulfilled', value: { ptrRecord: 'mail.example.com.' } });
    expect(unknown).toMatchObject({ status: 'rejected', reason: { class: 'NotFound' } });
  });
});

describe('instances', () => {
  it('show interfaces, who occupies them, and the border group of their zone', async () => {
    const id = await instance(await network(), { role: 'edge' });
    const address = await allocated('a');
    await ec2.send(
      new AssociateAddressCommand({ AllocationId: address.id, InstanceId: id, AllowReassociation: true }),
    );
    const { instances, interfaces } = await readers();
    const [found, missing] = await Promise.all([instances.byId(id), instances.byId('i-0123456789abcdef0')]);
    expect(missing).toBeUndefined();
    expect(found).toMatchObject({ id, state: 'running', networkBorderGroup: region, tags: { role: 'edge' } });
    const [first] = found?.interfaces ?? [];
    expect(first).toMatchObject({ instanceId: id, deviceIndex: 0, primary: true });
    expect(first?.privateIpAddresses).toMatchObject([
      { primary: true, association: { publicIp: address.ip } },
    ]);
    expect(await proxy.control.counts()).toEqual({
      'ec2:DescribeInstances': 1,
      'ec2:DescribeAvailabilityZones': 1,
    });
    expect(await interfaces.byId(first?.id ?? '')).toMatchObject({
      id: first?.id,
      instanceId: id,
      primary: true,
      privateIpAddresses: [{ association: { publicIp: address.ip, allocationId: address.id } }],
    });
  });

  it('are found by tags, equal selectors in one call', async () => {
    const subnet = await network();
    const edge = await instance(subnet, { role: 'edge', stage: 'prod' });
    await instance(subnet, { role: 'edge', stage: 'test' });
    const { instances } = await readers();
    await proxy.control.resetCounts();
    const found = await Promise.all([
      instances.byTags({ role: 'edge', stage: 'prod' }),
      instances.byTags({ stage: 'prod', role: 'edge' }),
      instances.byTags({ role: 'edge' }),
      instances.byTags({}),
    ]);
    expect(found.map((list) => list.length)).toEqual([1, 1, 2, 0]);
    expect(found[0]?.[0]?.id).toBe(edge);
    expect(await proxy.control.counts()).toMatchObject({ 'ec2:DescribeInstances': 2 });
  });

  it('have their health read together, stopped ones too', async () => {
    const subnet = await network();
    const [ill, stopped] = [await instance(subnet, { a: '1' }), await instance(subnet, { a: '2' })];
    await ec2.send(new StopInstancesCommand({ InstanceIds: [stopped] }));
    await proxy.control.setInstanceStatus(ill, {
      system: 'impaired',
      impairedSince: '2026-01-02T03:04:05.000Z',
    });
    const { health } = await readers();
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
    expect(unknown).toMatchObject({ reason: { class: 'NotFound' } });
  });

  it('do not include an interface that is not attached', async () => {
    const SubnetId = await network();
    const { NetworkInterface } = await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId }));
    const { interfaces } = await readers();
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
