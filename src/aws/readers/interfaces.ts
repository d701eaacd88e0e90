import type { Scope } from '../../core/scope.ts';
import type { OutputOf } from '../calls/index.ts';
import type { Read } from '../execute.ts';
import { filter, maxFilterValues, text } from './filters.ts';
import { type Batching, createReader } from './reader.ts';

/** A network interface with what occupies its addresses. */
export interface NetworkInterface {
  readonly id: string;
  /** Where it is attached; absent while it is not. */
  readonly instanceId?: string | undefined;
  readonly deviceIndex?: number | undefined;
  readonly networkCardIndex?: number | undefined;
  /** The instance's first: device 0 of network card 0. */
  readonly primary: boolean;
  readonly sourceDestCheck?: boolean | undefined;
  /** Made by an AWS service (a NAT gateway, a load balancer), which alone changes it; told by DescribeNetworkInterfaces only. */
  readonly requesterManaged?: boolean | undefined;
  readonly availabilityZone?: string | undefined;
  readonly privateIpAddresses: readonly PrivateIpAddress[];
}

export interface PrivateIpAddress {
  readonly address: string;
  readonly primary: boolean;
  /** The public address that is on it now, ours or not. */
  readonly association?: PublicAssociation | undefined;
}

export interface PublicAssociation {
  readonly publicIp: string;
  /** Of an Elastic IP, and told by DescribeNetworkInterfaces only: DescribeInstances leaves both ids out. */
  readonly allocationId?: string | undefined;
  readonly associationId?: string | undefined;
  /** An account, or `amazon`. */
  readonly ownerId?: string | undefined;
}

export interface InterfaceReaders {
  byId(id: string): Promise<NetworkInterface | undefined>;
}

export function createInterfaceReaders(read: Read, scope: Scope, batching: Batching): InterfaceReaders {
  return {
    byId: createReader<NetworkInterface>({
      ...batching,
      maxBatch: maxFilterValues,
      async read(ids) {
        const { NetworkInterfaces = [] } = await read(scope, 'ec2:DescribeNetworkInterfaces', {
          Filters: [filter('network-interface-id', ids)],
        });
        return new Map(NetworkInterfaces.flatMap(toEntry));
      },
    }),
  };
}

type Sdk = NonNullable<OutputOf<'ec2:DescribeNetworkInterfaces'>['NetworkInterfaces']>[number];

function toEntry(found: Sdk): [string, NetworkInterface][] {
  const id = found.NetworkInterfaceId;
  if (!id) return [];
  const {
    DeviceIndex: deviceIndex,
    NetworkCardIndex: networkCardIndex = 0,
    InstanceId,
  } = found.Attachment ?? {};
  const value: NetworkInterface = {
    id,
    instanceId: text(InstanceId),
    deviceIndex,
    networkCardIndex: found.Attachment && networkCardIndex,
    primary: deviceIndex === 0 && networkCardIndex === 0,
    sourceDestCheck: found.SourceDestCheck,
    requesterManaged: found.RequesterManaged,
    availabilityZone: text(found.AvailabilityZone),
    privateIpAddresses: (found.PrivateIpAddresses ?? []).flatMap(toPrivateIpAddress),
  };
  return [[id, value]];
}

/** The members that DescribeInstances and DescribeNetworkInterfaces have in common. */
interface SdkPrivateIpAddress {
  readonly PrivateIpAddress?: string | undefined;
  readonly Primary?: boolean | undefined;
  readonly Association?:
    | {
        readonly PublicIp?: string | undefined;
        readonly AllocationId?: string | undefined;
        readonly AssociationId?: string | undefined;
        readonly IpOwnerId?: string | undefined;
      }
    | undefined;
}

export function toPrivateIpAddress(found: SdkPrivateIpAddress): PrivateIpAddress[] {
  const { PrivateIpAddress: address, Association: association } = found;
  if (!address) return [];
  const publicIp = association?.PublicIp;
  return [
    {
      address,
      primary: found.Primary ?? false,
      ...(publicIp
        ? {
            association: {
              publicIp,
              allocationId: text(association.AllocationId),
              associationId: text(association.AssociationId),
              ownerId: text(association.IpOwnerId),
            },
          }
        : {}),
    },
  ];
}
