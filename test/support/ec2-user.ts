import {
  type Address,
  AllocateAddressCommand,
  AssignPrivateIpAddressesCommand,
  AssociateAddressCommand,
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeAddressesCommand,
  DescribeNetworkInterfacesCommand,
  DisassociateAddressCommand,
  EC2Client,
  ModifyAddressAttributeCommand,
  ReleaseAddressCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { tagKeys } from '../../src/core/identity.ts';
import { type Tags, tagList, tagsOf } from '../../src/core/tags.ts';

/** Not the operator's, so that the proxy's record tells who called. */
const credentials = { accessKeyId: 'person', secretAccessKey: 'person' };

export interface InstanceMade {
  readonly id: string;
  readonly networkInterfaceId: string;
  readonly privateIpAddress: string;
}

export interface AddressSeen {
  readonly allocationId: string;
  readonly publicIp: string;
  readonly associationId: string | undefined;
  readonly instanceId: string | undefined;
  readonly networkInterfaceId: string | undefined;
  readonly privateIpAddress: string | undefined;
  readonly tags: Tags;
}

/** A person with the AWS CLI, in one region of the operator's account. */
export type Ec2User = ReturnType<typeof ec2User>;

export function ec2User(endpoint: string, region: string, cluster: string) {
  const ec2 = new EC2Client({ endpoint, region, credentials, maxAttempts: 1 });
  const addresses = async (): Promise<AddressSeen[]> =>
    ((await ec2.send(new DescribeAddressesCommand({}))).Addresses ?? []).map(toSeen);
  return {
    /** Running, in the default VPC. */
    async runInstance(tags: Tags = {}): Promise<InstanceMade> {
      const { Instances } = await ec2.send(
        new RunInstancesCommand({
          ImageId: 'ami-0abcdef1234567890',
          MinCount: 1,
          MaxCount: 1,
          ...(Object.keys(tags).length > 0 && {
            TagSpecifications: [{ ResourceType: 'instance', Tags: tagList(tags) }],
          }),
        }),
      );
      const { InstanceId: id = '', NetworkInterfaces = [] } = Instances?.[0] ?? {};
      const { NetworkInterfaceId = '', PrivateIpAddress = '' } = NetworkInterfaces[0] ?? {};
      return { id, networkInterfaceId: NetworkInterfaceId, privateIpAddress: PrivateIpAddress };
    },
    /** Sorted by id: the order in which a selector chooses. */
    async runInstances(count: number, tags: Tags): Promise<InstanceMade[]> {
      const made: InstanceMade[] = [];
      for (let n = 0; n < count; n++) made.push(await this.runInstance(tags));
      return made.sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    stop: (id: string) => ec2.send(new StopInstancesCommand({ InstanceIds: [id] })),
    start: (id: string) => ec2.send(new StartInstancesCommand({ InstanceIds: [id] })),
    terminate: (id: string) => ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] })),
    /** A further private address on an interface. */
    async addPrivateAddress(networkInterfaceId: string): Promise<string> {
      await ec2.send(
        new AssignPrivateIpAddressesCommand({
          NetworkInterfaceId: networkInterfaceId,
          SecondaryPrivateIpAddressCount: 1,
        }),
      );
      const { NetworkInterfaces } = await ec2.send(
        new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [networkInterfaceId] }),
      );
      const secondary = NetworkInterfaces?.[0]?.PrivateIpAddresses?.find(({ Primary }) => !Primary);
      return secondary?.PrivateIpAddress ?? '';
    },
    async allocate(tags: Tags = {}): Promise<{ allocationId: string; publicIp: string }> {
      const { AllocationId: allocationId = '', PublicIp: publicIp = '' } = await ec2.send(
        new AllocateAddressCommand({
          Domain: 'vpc',
          ...(Object.keys(tags).length > 0 && {
            TagSpecifications: [{ ResourceType: 'elastic-ip', Tags: tagList(tags) }],
          }),
        }),
      );
      return { allocationId, publicIp };
    },
    release: (AllocationId: string) => ec2.send(new ReleaseAddressCommand({ AllocationId })),
    associate: (AllocationId: string, { networkInterfaceId, privateIpAddress }: InstanceMade) =>
      ec2.send(
        new AssociateAddressCommand({
          AllocationId,
          NetworkInterfaceId: networkInterfaceId,
          PrivateIpAddress: privateIpAddress,
          AllowReassociation: true,
        }),
      ),
    disassociate: (AssociationId: string) => ec2.send(new DisassociateAddressCommand({ AssociationId })),
    tag: (id: string, tags: Tags) =>
      ec2.send(new CreateTagsCommand({ Resources: [id], Tags: tagList(tags) })),
    untag: (id: string, ...keys: string[]) =>
      ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: keys.map((Key) => ({ Key })) })),
    setReverseDns: (AllocationId: string, DomainName: string) =>
      ec2.send(new ModifyAddressAttributeCommand({ AllocationId, DomainName })),
    addresses,
    /** Undefined: there is none. */
    address: async (allocationId: string) =>
      (await addresses()).find((address) => address.allocationId === allocationId),
    /** For a process's environment: credentials of a role in another account. */
    async credentialsOf(account: string): Promise<Record<string, string>> {
      const sts = new STSClient({ endpoint, region, credentials });
      const role = { RoleArn: `arn:aws:iam::${account}:role/operator`, RoleSessionName: 'suite' };
      const { Credentials } = await sts.send(new AssumeRoleCommand(role));
      sts.destroy();
      return {
        AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId ?? '',
        AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey ?? '',
        AWS_SESSION_TOKEN: Credentials?.SessionToken ?? '',
      };
    },
    /** What carries this suite's cluster's tag. */
    ownAddresses: async () => (await addresses()).filter(({ tags }) => tags[tagKeys.cluster] === cluster),
    close: () => ec2.destroy(),
  };
}

const toSeen = (address: Address): AddressSeen => ({
  allocationId: address.AllocationId ?? '',
  publicIp: address.PublicIp ?? '',
  associationId: address.AssociationId,
  instanceId: address.InstanceId,
  networkInterfaceId: address.NetworkInterfaceId,
  privateIpAddress: address.PrivateIpAddress,
  tags: tagsOf(address.Tags),
});
