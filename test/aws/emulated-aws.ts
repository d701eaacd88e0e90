import {
  AllocateAddressCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { type Moto, startMoto } from '../../dev/emulator/moto.ts';
import { type ProxyServer, startProxy } from '../../dev/proxy/proxy.ts';
import { type Aws, createAws, type Readers } from '../../src/aws/index.ts';
import { type Identity, ownershipTags } from '../../src/core/identity.ts';
import type { Clock } from '../../src/core/ports.ts';
import { tagList } from '../../src/core/tags.ts';

export const credentials = { accessKeyId: 'test', secretAccessKey: 'secret' };
export const region = 'eu-central-1';
export const cluster = 'blue';

export const identity = (name: string): Identity => ({ cluster, kind: 'ElasticIP', namespace: 'web', name });

export const realClock: Clock = {
  now: Date.now,
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return { cancel: () => clearTimeout(timer) };
  },
};

export interface EmulatedAws {
  readonly proxy: ProxyServer;
  /** Another user of the same account. */
  readonly ec2: EC2Client;
  readonly aws: Aws;
}

/** The emulator for the suite that calls this: empty before each test, and a failure if it could not answer. */
export function useEmulatedAws(): () => EmulatedAws {
  let moto: Moto | undefined;
  let bed: EmulatedAws | undefined;

  beforeAll(async () => {
    moto = await startMoto();
    const proxy = await startProxy({ upstream: moto.url });
    const ec2 = new EC2Client({ region, endpoint: proxy.url, credentials });
    const aws = createAws({
      clock: realClock,
      random: () => 0.5,
      region,
      endpointUrl: proxy.url,
      credentials,
    });
    bed = { proxy, ec2, aws };
  }, 300_000);

  beforeEach(async () => {
    await moto?.reset();
    await bed?.proxy.control.reset();
  });

  afterEach(async () => expect(await bed?.proxy.control.emulatorFailures()).toEqual([]));

  afterAll(async () => {
    bed?.aws.close();
    bed?.ec2.destroy();
    await bed?.proxy.stop();
    await moto?.stop();
  });

  return () => {
    if (!bed) throw new Error('the emulator has not been started');
    return bed;
  };
}

/** The readers, with no call counted yet. */
export async function readersOf({ aws, proxy }: EmulatedAws): Promise<Readers> {
  const { scope } = await aws.resolvePlacement({ namespace: 'web', spec: {} });
  await proxy.control.resetCounts();
  return aws.in(scope);
}

export async function allocated(
  { ec2 }: EmulatedAws,
  name: string,
  of = cluster,
): Promise<{ id: string; ip: string }> {
  const tags = ownershipTags({ identity: { ...identity(name), cluster: of }, uid: 'u-1', role: 'primary' });
  const { AllocationId: id = '', PublicIp: ip = '' } = await ec2.send(
    new AllocateAddressCommand({
      Domain: 'vpc',
      TagSpecifications: [{ ResourceType: 'elastic-ip', Tags: tagList(tags) }],
    }),
  );
  return { id, ip };
}

/** A subnet's id. */
export async function network({ ec2 }: EmulatedAws): Promise<string> {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock: '10.0.1.0/24' }));
  return Subnet?.SubnetId ?? '';
}

/** The id of an instance that runs. */
export async function instance(
  { ec2 }: EmulatedAws,
  subnet: string,
  tags: Record<string, string>,
): Promise<string> {
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-0abcdef1234567890',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: subnet,
      TagSpecifications: [{ ResourceType: 'instance', Tags: tagList(tags) }],
    }),
  );
  return Instances?.[0]?.InstanceId ?? '';
}
