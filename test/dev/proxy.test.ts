import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  CreateNetworkInterfaceCommand,
  DescribeAddressesAttributeCommand,
  DescribeAddressesCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  DisassociateAddressCommand,
  EC2Client,
  ModifyAddressAttributeCommand,
  ReleaseAddressCommand,
  ResetAddressAttributeCommand,
  RunInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { CreateRoleCommand, GetRoleCommand, IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, DescribeKeyCommand, KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMoto } from '../../dev/emulator/moto.ts';
import { type ProxyServer, startProxy } from '../../dev/proxy/proxy.ts';
import { connectProxy } from '../../dev/proxy/remote-control.ts';

let moto: Awaited<ReturnType<typeof startMoto>>;
let proxy: ProxyServer;
let ec2: EC2Client;
let iam: IAMClient;
let kms: KMSClient;
let region = '';

// A fresh region is empty and costs the emulator milliseconds; a reset or a fresh account costs it seconds.
const REGIONS = [
  ...[
    'us-east-1',
    'us-east-2',
    'us-west-1',
    'us-west-2',
    'ca-central-1',
    'sa-east-1',
    'eu-west-1',
    'eu-west-2',
  ],
  ...['eu-west-3', 'eu-central-1', 'eu-north-1', 'eu-south-1', 'ap-south-1', 'ap-east-1', 'ap-northeast-1'],
  ...['ap-northeast-2', 'ap-northeast-3', 'ap-southeast-1', 'ap-southeast-2', 'me-south-1', 'af-south-1'],
  ...[
    'eu-central-2',
    'eu-south-2',
    'ap-south-2',
    'ap-southeast-3',
    'ap-southeast-4',
    'me-central-1',
    'il-central-1',
  ],
];
let unused: string[] = [];

const options = () => ({
  endpoint: proxy.url,
  region,
  credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
  maxAttempts: 1,
});

async function optionsIn(accountId: string) {
  const RoleArn = `arn:aws:iam::${accountId}:role/operator`;
  const sts = new STSClient(options());
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 's' }));
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  return { ...options(), credentials };
}

beforeAll(async () => {
  moto = await startMoto();
  proxy = await startProxy({ upstream: moto.url });
}, 600_000);

afterAll(async () => {
  await proxy.stop();
  await moto.stop();
});

beforeEach(async () => {
  if (unused.length === 0) {
    await moto.reset();
    unused = [...REGIONS];
  }
  region = unused.shift() ?? '';
  ec2 = new EC2Client(options());
  iam = new IAMClient(options());
  kms = new KMSClient(options());
  await proxy.control.reset();
}, 60_000);

// Every test but the one about it: what the emulator cannot do must not look like AWS refusing.
afterEach(async () => {
  expect(await proxy.control.emulatorFailures()).toEqual([]);
});

async function allocate(input: ConstructorParameters<typeof AllocateAddressCommand>[0] = {}) {
  const { AllocationId = '', PublicIp = '', ...rest } = await ec2.send(new AllocateAddressCommand(input));
  return { AllocationId, PublicIp, ...rest };
}

async function runInstance() {
  const run = new RunInstancesCommand({ ImageId: 'ami-12345678', MinCount: 1, MaxCount: 1 });
  const instance = (await ec2.send(run)).Instances?.[0];
  const network = instance?.NetworkInterfaces?.[0];
  return {
    InstanceId: instance?.InstanceId ?? '',
    NetworkInterfaceId: network?.NetworkInterfaceId ?? '',
    privateIp: network?.PrivateIpAddress ?? '',
  };
}

async function interfaceWithTwoIps() {
  const subnet = (await ec2.send(new DescribeSubnetsCommand({}))).Subnets?.[0];
  const create = { SubnetId: subnet?.SubnetId, SecondaryPrivateIpAddressCount: 1 };
  const created = (await ec2.send(new CreateNetworkInterfaceCommand(create))).NetworkInterface;
  const ips = created?.PrivateIpAddresses ?? [];
  const secondary = ips.find((one) => one.PrivateIpAddress !== created?.PrivateIpAddress)?.PrivateIpAddress;
  return {
    NetworkInterfaceId: created?.NetworkInterfaceId ?? '',
    primary: created?.PrivateIpAddress ?? '',
    secondary: secondary ?? '',
  };
}

async function described(AllocationId: string) {
  return (await ec2.send(new DescribeAddressesCommand({ AllocationIds: [AllocationId] }))).Addresses?.[0];
}

async function associate(AllocationId: string, target: { NetworkInterfaceId: string }, rest = {}) {
  const { NetworkInterfaceId } = target;
  return ec2.send(new AssociateAddressCommand({ AllocationId, NetworkInterfaceId, ...rest }));
}

/** Private address → public address and its owner, as the instance tells it. */
async function placesOf(InstanceId: string) {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [InstanceId] }));
  const interfaces = Reservations?.[0]?.Instances?.[0]?.NetworkInterfaces ?? [];
  return interfaces.flatMap((one) => one.PrivateIpAddresses ?? []).map((place) => place.Association);
}

describe('counts', () => {
  it('records what was called, by whom and with what result, in this process and over HTTP', async () => {
    const { AllocationId } = await allocate({ Domain: 'vpc' });
    await described(AllocationId);
    await expect(iam.send(new GetRoleCommand({ RoleName: 'none' }))).rejects.toThrow();
    const remote = connectProxy(proxy.url);
    const expected = { 'ec2:AllocateAddress': 1, 'ec2:DescribeAddresses': 1, 'iam:GetRole': 1 };
    expect(await remote.counts()).toEqual(expected);
    expect(await remote.calls()).toEqual(await proxy.control.calls());
    expect(await remote.writes()).toMatchObject([
      {
        operation: 'AllocateAddress',
        region,
        input: { Domain: 'vpc' },
        status: 200,
        applied: true,
      },
    ]);
    expect(await remote.calls({ service: 'iam' })).toMatchObject([
      { status: 404, errorCode: 'NoSuchEntity' },
    ]);
  });

  it('knows the account behind an assumed role', async () => {
    const other = new EC2Client(await optionsIn('222233334444'));
    await other.send(new AllocateAddressCommand({}));
    expect(await proxy.control.calls({ accountId: '222233334444' })).toHaveLength(1);
    expect((await ec2.send(new DescribeAddressesCommand({}))).Addresses).toEqual([]);
  });
});

describe('faults', () => {
  it.each([
    ['ec2', () => ec2.send(new AllocateAddressCommand({}))],
    ['iam', () => iam.send(new ListRolesCommand({}))],
    ['kms', () => kms.send(new ListKeysCommand({}))],
  ])('injects an error in the words of %s, once', async (service, send) => {
    const error = { code: 'UnauthorizedOperation', message: 'not you', status: 403 };
    await proxy.control.inject({ match: { service, times: 1 }, fault: { error } });
    await expect(send()).rejects.toMatchObject({ name: 'UnauthorizedOperation', message: 'not you' });
    await send();
    expect((await proxy.control.calls()).map((call) => call.applied)).toEqual([false, true]);
  });

  it('throttles on demand and by quota', async () => {
    const id = await proxy.control.inject({ match: { service: 'kms' }, fault: { throttle: true } });
    await expect(kms.send(new ListKeysCommand({}))).rejects.toMatchObject({ name: 'ThrottlingException' });
    await proxy.control.remove(id);
    await kms.send(new ListKeysCommand({}));
    await proxy.control.setQuotas({ 'ec2:AllocateAddress': { burst: 2, perSecond: 0 } });
    await allocate();
    await allocate();
    await expect(allocate()).rejects.toMatchObject({ name: 'RequestLimitExceeded' });
  });

  it('cuts the connection before the call was applied', async () => {
    await proxy.control.inject({ match: { operation: 'AllocateAddress' }, fault: { cut: 'before' } });
    await expect(allocate()).rejects.toThrow();
    expect((await ec2.send(new DescribeAddressesCommand({}))).Addresses).toEqual([]);
  });

  it('loses the reply after the call was applied', async () => {
    await proxy.control.inject({ match: { operation: 'AllocateAddress' }, fault: { cut: 'after' } });
    await expect(allocate()).rejects.toThrow();
    expect((await ec2.send(new DescribeAddressesCommand({}))).Addresses).toHaveLength(1);
  });

  it('adds latency', async () => {
    await proxy.control.inject({ match: {}, fault: { latencyMs: 60 } });
    const before = performance.now();
    await allocate();
    expect(performance.now() - before).toBeGreaterThanOrEqual(55);
  });

  it('leaves a call hanging until the client gives up', async () => {
    await proxy.control.inject({ match: {}, fault: { hang: true } });
    const given = AbortSignal.timeout(50);
    await expect(ec2.send(new AllocateAddressCommand({}), { abortSignal: given })).rejects.toThrow();
    await proxy.control.clear();
    expect((await ec2.send(new DescribeAddressesCommand({}))).Addresses).toEqual([]);
  });

  it('holds a call in mid-flight, which is applied on release even when its client has gone', async () => {
    const remote = connectProxy(proxy.url);
    const id = await remote.inject({ match: { operation: 'AllocateAddress' }, fault: { hold: true } });
    const client = new AbortController();
    const sent = ec2.send(new AllocateAddressCommand({}), { abortSignal: client.signal });
    expect(await remote.waitHeld(id)).toMatchObject([{ ruleId: id, clientGone: false }]);
    expect((await ec2.send(new DescribeAddressesCommand({}))).Addresses).toEqual([]);
    client.abort();
    await expect(sent).rejects.toThrow();
    expect(await remote.release(id)).toBe(1);
    await expect
      .poll(async () => (await ec2.send(new DescribeAddressesCommand({}))).Addresses, { timeout: 10_000 })
      .toHaveLength(1);
  });

  it('drops held calls on clear, and holds replies of what is already applied', async () => {
    const id = await proxy.control.inject({
      match: { operation: 'AllocateAddress' },
      fault: { hold: 'after' },
    });
    const sent = expect(allocate()).rejects.toThrow();
    await proxy.control.waitHeld(id);
    expect((await ec2.send(new DescribeAddressesCommand({}))).Addresses).toHaveLength(1);
    await proxy.control.clear();
    await sent;
  });

  it('hides what was just created, from lists and from reads by id', async () => {
    await proxy.control.inject({ match: {}, fault: { delayVisibilityMs: 3_600_000 } });
    const tags = [{ ResourceType: 'elastic-ip' as const, Tags: [{ Key: 'a', Value: 'b' }] }];
    const { AllocationId } = await allocate({ TagSpecifications: tags });
    const byTag = new DescribeAddressesCommand({ Filters: [{ Name: 'tag:a', Values: ['b'] }] });
    await iam.send(new CreateRoleCommand({ RoleName: 'young', AssumeRolePolicyDocument: '{}' }));
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata?.KeyId ?? '';
    expect((await ec2.send(byTag)).Addresses).toEqual([]);
    await expect(described(AllocationId)).rejects.toMatchObject({ name: 'InvalidAllocationID.NotFound' });
    expect((await iam.send(new ListRolesCommand({}))).Roles).toEqual([]);
    await expect(iam.send(new GetRoleCommand({ RoleName: 'young' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
    expect((await kms.send(new ListKeysCommand({}))).Keys).toEqual([]);
    await expect(kms.send(new DescribeKeyCommand({ KeyId }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
    await proxy.control.clear();
    expect((await ec2.send(byTag)).Addresses).toHaveLength(1);
    expect((await iam.send(new ListRolesCommand({}))).Roles).toHaveLength(1);
    expect((await kms.send(new ListKeysCommand({}))).Keys).toHaveLength(1);
  });
});

describe('what the emulator does not implement', () => {
  it('is a failure on record, and for the client an error it does not retry', async () => {
    const patient = new EC2Client({ ...options(), maxAttempts: 3 });
    const unknown = new DescribeAddressesCommand({
      Filters: [{ Name: 'network-interface-owner-id', Values: ['1'] }],
    });
    await allocate();
    await expect(patient.send(unknown)).rejects.toMatchObject({ name: 'EmulatorUnsupported' });
    const failures = await connectProxy(proxy.url).emulatorFailures();
    expect(failures).toMatchObject([{ operation: 'DescribeAddresses', status: 500 }]);
    expect(failures[0]?.firstLines).toContain('doctype html');
    expect(await proxy.control.calls({ operation: 'DescribeAddresses' })).toHaveLength(1);
    await proxy.control.reset();
  });
});

describe('addresses', () => {
  it('tell border group, pool and, associated by interface, the instance', async () => {
    const { AllocationId, NetworkBorderGroup } = await allocate({
      NetworkBorderGroup: 'eu-west-1-wl1-ber-wlz-1',
    });
    expect(NetworkBorderGroup).toBe('eu-west-1-wl1-ber-wlz-1');
    const instance = await runInstance();
    await associate(AllocationId, instance, { PrivateIpAddress: instance.privateIp });
    expect(await described(AllocationId)).toMatchObject({
      NetworkBorderGroup: 'eu-west-1-wl1-ber-wlz-1',
      PublicIpv4Pool: 'amazon',
      InstanceId: instance.InstanceId,
      NetworkInterfaceId: instance.NetworkInterfaceId,
      PrivateIpAddress: instance.privateIp,
    });
    const Filters = [{ Name: 'network-border-group', Values: [region] }];
    expect((await ec2.send(new DescribeAddressesCommand({ Filters }))).Addresses).toEqual([]);
  });

  it('are named by a NotFound only if they are not there', async () => {
    const { AllocationId } = await allocate();
    const both = new DescribeAddressesCommand({ AllocationIds: [AllocationId, 'eipalloc-0'] });
    await expect(ec2.send(both)).rejects.toMatchObject({
      name: 'InvalidAllocationID.NotFound',
      message: "The allocation ID 'eipalloc-0' does not exist",
    });
  });

  it('move on association, unless that is refused, and leave no trace behind', async () => {
    const [address, one, other] = [await allocate(), await runInstance(), await runInstance()];
    await associate(address.AllocationId, one);
    await expect(associate(address.AllocationId, other, { AllowReassociation: false })).rejects.toMatchObject(
      {
        name: 'Resource.AlreadyAssociated',
      },
    );
    await associate(address.AllocationId, other);
    expect((await placesOf(one.InstanceId)).map((place) => place?.PublicIp)).not.toContain(address.PublicIp);
    expect(await placesOf(other.InstanceId)).toMatchObject([
      { PublicIp: address.PublicIp, IpOwnerId: '123456789012' },
    ]);
  });

  it('keep their association id when associated again where they are', async () => {
    const [{ AllocationId }, target] = [await allocate(), await runInstance()];
    const first = await associate(AllocationId, target);
    const again = await associate(AllocationId, target, { AllowReassociation: false });
    expect(again.AssociationId).toBe(first.AssociationId);
  });

  it('are displaced by another address on the same private address', async () => {
    const [one, other, target] = [await allocate(), await allocate(), await runInstance()];
    await associate(one.AllocationId, target);
    await associate(other.AllocationId, target, { AllowReassociation: false });
    expect((await described(one.AllocationId))?.AssociationId).toBeUndefined();
    expect(await placesOf(target.InstanceId)).toMatchObject([{ PublicIp: other.PublicIp }]);
  });

  it('stand side by side on the primary and a secondary private address of an interface', async () => {
    const [one, other, target] = [await allocate(), await allocate(), await interfaceWithTwoIps()];
    await associate(one.AllocationId, target);
    await associate(other.AllocationId, target, { PrivateIpAddress: target.secondary });
    const NetworkInterfaceIds = [target.NetworkInterfaceId];
    const seen = await ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds }));
    const places = seen.NetworkInterfaces?.[0]?.PrivateIpAddresses ?? [];
    expect(new Map(places.map((place) => [place.PrivateIpAddress, place.Association?.AllocationId]))).toEqual(
      new Map([
        [target.primary, one.AllocationId],
        [target.secondary, other.AllocationId],
      ]),
    );
    expect(await described(other.AllocationId)).toMatchObject({ PrivateIpAddress: target.secondary });
    await expect(associate(one.AllocationId, target, { PrivateIpAddress: '10.9.9.9' })).rejects.toMatchObject(
      {
        name: 'InvalidParameterValue',
      },
    );
  });

  it('stay with a stopped instance and leave a terminated one', async () => {
    const [{ AllocationId, PublicIp }, target] = [await allocate(), await runInstance()];
    await associate(AllocationId, target);
    await ec2.send(new StopInstancesCommand({ InstanceIds: [target.InstanceId] }));
    expect(await placesOf(target.InstanceId)).toMatchObject([{ PublicIp }]);
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [target.InstanceId] }));
    expect((await described(AllocationId))?.AssociationId).toBeUndefined();
  });

  it('are not released while associated; what was released can be had back', async () => {
    const [{ AllocationId, PublicIp }, target] = [await allocate(), await runInstance()];
    const { AssociationId } = await associate(AllocationId, target);
    const release = new ReleaseAddressCommand({ AllocationId });
    await expect(ec2.send(release)).rejects.toMatchObject({ name: 'InvalidIPAddress.InUse' });
    await ec2.send(new DisassociateAddressCommand({ AssociationId }));
    await ec2.send(release);
    await expect(ec2.send(release)).rejects.toMatchObject({ name: 'InvalidAllocationID.NotFound' });
    await proxy.control.setRecoverable(PublicIp, false);
    await expect(allocate({ Address: PublicIp })).rejects.toMatchObject({ name: 'InvalidAddress.NotFound' });
    await proxy.control.setRecoverable(PublicIp, true);
    expect((await allocate({ Address: PublicIp })).PublicIp).toBe(PublicIp);
  });

  it('have a quota', async () => {
    await proxy.control.setAddressQuota(1);
    const outcomes = await Promise.allSettled([allocate(), allocate()]);
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    await expect(allocate()).rejects.toMatchObject({ name: 'AddressLimitExceeded' });
  });
});

describe('reverse DNS', () => {
  const attribute = async () => {
    const { Addresses } = await ec2.send(new DescribeAddressesAttributeCommand({ Attribute: 'domain-name' }));
    return Addresses?.[0];
  };

  it('is set, read, locks the release, and is reset', async () => {
    const { AllocationId } = await allocate();
    await ec2.send(new ModifyAddressAttributeCommand({ AllocationId, DomainName: 'a.example.com' }));
    expect(await attribute()).toMatchObject({ AllocationId, PtrRecord: 'a.example.com.' });
    const release = new ReleaseAddressCommand({ AllocationId });
    await expect(ec2.send(release)).rejects.toMatchObject({ name: 'InvalidAddress.Locked' });
    await ec2.send(new ResetAddressAttributeCommand({ AllocationId, Attribute: 'domain-name' }));
    expect((await attribute())?.PtrRecord).toBeUndefined();
    await ec2.send(release);
  });

  it('is pending until it is settled, for better or worse', async () => {
    const { AllocationId } = await allocate();
    await proxy.control.setReverseDnsMode('pending');
    await ec2.send(new ModifyAddressAttributeCommand({ AllocationId, DomainName: 'a.example.com' }));
    expect((await attribute())?.PtrRecordUpdate).toMatchObject({
      Value: 'a.example.com.',
      Status: 'PENDING',
    });
    await proxy.control.settleReverseDns(AllocationId, { ok: false, reason: 'no forward record' });
    expect((await attribute())?.PtrRecordUpdate).toMatchObject({
      Status: 'FAILED',
      Reason: 'no forward record',
    });
    await proxy.control.setReverseDnsMode(1);
    await ec2.send(new ModifyAddressAttributeCommand({ AllocationId, DomainName: 'b.example.com' }));
    expect((await attribute())?.PtrRecord).toBeUndefined();
    expect(await attribute()).toMatchObject({ PtrRecord: 'b.example.com.' });
  });

  it('is read in pages', async () => {
    const ids = [(await allocate()).AllocationId, (await allocate()).AllocationId];
    const page = new DescribeAddressesAttributeCommand({ Attribute: 'domain-name', MaxResults: 1 });
    const { Addresses, NextToken } = await ec2.send(page);
    const next = await ec2.send(new DescribeAddressesAttributeCommand({ ...page.input, NextToken }));
    expect([Addresses?.[0]?.AllocationId, next.Addresses?.[0]?.AllocationId]).toEqual(ids);
    expect(next.NextToken).toBeUndefined();
  });
});

describe('instance status', () => {
  it('is what the test says, and not applicable to what does not run', async () => {
    const { InstanceId } = await runInstance();
    const read = async () => {
      const all = new DescribeInstanceStatusCommand({ InstanceIds: [InstanceId], IncludeAllInstances: true });
      return (await ec2.send(all)).InstanceStatuses?.[0];
    };
    await proxy.control.setInstanceStatus(InstanceId, {
      system: 'impaired',
      impairedSince: '2026-01-01T00:00:00Z',
    });
    expect(await read()).toMatchObject({
      SystemStatus: {
        Status: 'impaired',
        Details: [{ Status: 'failed', ImpairedSince: new Date('2026-01-01') }],
      },
      InstanceStatus: { Status: 'ok' },
    });
    await ec2.send(new StopInstancesCommand({ InstanceIds: [InstanceId] }));
    expect(await read()).toMatchObject({
      InstanceState: { Name: 'stopped' },
      SystemStatus: { Status: 'not-applicable' },
    });
  });
});
