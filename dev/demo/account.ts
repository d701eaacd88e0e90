/** EC2, as a person with the AWS CLI has it: by the SDK, beside Mooring and not through it. */
import {
  CreateTagsCommand,
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DisassociateAddressCommand,
  EC2Client,
  type Instance,
  RunInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';

export const region = 'us-east-1';
/** The emulator takes any; this one tells our calls from the operator's. */
export const ourAccessKey = 'test';

export const connection = (endpoint: string) => ({
  region,
  endpoint,
  credentials: { accessKeyId: ourAccessKey, secretAccessKey: ourAccessKey },
});

export interface Address {
  readonly allocationId: string;
  readonly publicIp: string;
  readonly associationId: string | undefined;
  readonly instanceId: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Account extends Disposable {
  /** The new instance's id. */
  runInstance(name: string, app: string): Promise<string>;
  stopInstance(id: string): Promise<void>;
  /** Id → state, such as `running`. */
  instanceStates(): Promise<Record<string, string>>;
  addresses(): Promise<Address[]>;
  tag(resource: string, key: string, value: string): Promise<void>;
  disassociate(associationId: string): Promise<void>;
}

export function connectAccount(endpoint: string): Account {
  const ec2 = new EC2Client(connection(endpoint));
  return {
    async runInstance(name, app) {
      const reply = await ec2.send(
        new RunInstancesCommand({
          ImageId: 'ami-0abcdef1234567890',
          MinCount: 1,
          MaxCount: 1,
          TagSpecifications: [{ ResourceType: 'instance', Tags: tagList({ Name: name, app }) }],
        }),
      );
      const id = reply.Instances?.[0]?.InstanceId;
      if (id === undefined) throw new Error(`the emulator started no instance for ${name}`);
      return id;
    },
    async stopInstance(id) {
      await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    },
    async instanceStates() {
      const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand());
      const instances: Instance[] = Reservations.flatMap(({ Instances = [] }) => Instances);
      return Object.fromEntries(
        instances.map(({ InstanceId = '', State }) => [InstanceId, State?.Name ?? 'unknown']),
      );
    },
    async addresses() {
      const { Addresses = [] } = await ec2.send(new DescribeAddressesCommand());
      return Addresses.map(({ AllocationId = '', PublicIp = '', AssociationId, InstanceId, Tags = [] }) => ({
        allocationId: AllocationId,
        publicIp: PublicIp,
        associationId: AssociationId || undefined,
        instanceId: InstanceId || undefined,
        tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
      }));
    },
    async tag(resource, key, value) {
      await ec2.send(new CreateTagsCommand({ Resources: [resource], Tags: tagList({ [key]: value }) }));
    },
    async disassociate(associationId) {
      await ec2.send(new DisassociateAddressCommand({ AssociationId: associationId }));
    },
    [Symbol.dispose]: () => ec2.destroy(),
  };
}

const tagList = (tags: Record<string, string>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
