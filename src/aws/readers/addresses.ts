import { AwsError } from '../../core/errors.ts';
import { type Identity, idTag, tagKeys } from '../../core/identity.ts';
import type { Scope } from '../../core/scope.ts';
import { type Tags, tagsOf } from '../../core/tags.ts';
import type { OutputOf } from '../calls/index.ts';
import type { Read } from '../execute.ts';
import { filter, maxFilterValues, text } from './filters.ts';
import { type Batching, createReader } from './reader.ts';

/** An Elastic IP as DescribeAddresses shows it. */
export interface Address {
  readonly allocationId: string;
  readonly publicIp: string;
  readonly associationId?: string | undefined;
  readonly instanceId?: string | undefined;
  readonly networkInterfaceId?: string | undefined;
  /** The account whose interface it is associated with: may be a service's. */
  readonly networkInterfaceOwnerId?: string | undefined;
  readonly privateIpAddress?: string | undefined;
  readonly customerOwnedIp?: string | undefined;
  readonly carrierIp?: string | undefined;
  /** `amazon`, or the pool that was brought along. */
  readonly publicIpv4Pool?: string | undefined;
  readonly customerOwnedIpv4Pool?: string | undefined;
  readonly networkBorderGroup?: string | undefined;
  readonly tags: Tags;
}

export interface AddressReaders {
  /** Those that carry this identity. More than one is a conflict that the caller has to judge. */
  byIdentity(identity: Identity): Promise<readonly Address[]>;
  /** Undefined only after AWS has answered NotFound for this very id. */
  byAllocationId(allocationId: string): Promise<Address | undefined>;
  /** Undefined only after AWS has answered NotFound for this very address. */
  byPublicIp(publicIp: string): Promise<Address | undefined>;
  /** Everything that carries the cluster's tag: one call, for DescribeAddresses has no pages. */
  allOfCluster(cluster: string): Promise<readonly Address[]>;
}

export interface AddressInventory {
  /** Everything there is, whosever: one call. */
  all(): Promise<readonly Address[]>;
}

export function createAddressReaders(
  read: Read,
  scope: Scope,
  batching: Batching,
): AddressReaders & AddressInventory {
  type Query = Parameters<typeof describe>[0];
  const describe = async (query: {
    Filters?: ReturnType<typeof filter>[];
    AllocationIds?: string[];
    PublicIps?: string[];
  }): Promise<Address[]> =>
    ((await read(scope, 'ec2:DescribeAddresses', query)).Addresses ?? []).flatMap(toAddress);

  /** By filter, which an unknown value does not fail; what it does not find is asked for by name. */
  const one = (filterName: string, keyOf: (address: Address) => string, byName: (key: string) => Query) => {
    const listed = createReader({
      ...batching,
      maxBatch: maxFilterValues,
      async read(keys) {
        const found = await describe({ Filters: [filter(filterName, keys)] });
        return new Map(found.map((address) => [keyOf(address), address]));
      },
    });
    return async (key: string) => (await listed(key)) ?? (await named(() => describe(byName(key))));
  };

  const byIdTag = new Map<string, (tag: string) => Promise<readonly Address[] | undefined>>();
  const identified = (cluster: string) => {
    const reader =
      byIdTag.get(cluster) ??
      createReader({
        ...batching,
        maxBatch: maxFilterValues,
        async read(tags: readonly string[]) {
          const found = await describe({
            Filters: [filter(`tag:${tagKeys.cluster}`, [cluster]), filter(`tag:${tagKeys.id}`, tags)],
          });
          return Map.groupBy(found, (address) => address.tags[tagKeys.id] ?? '');
        },
      });
    byIdTag.set(cluster, reader);
    return reader;
  };

  return {
    byIdentity: async (identity) => (await identified(identity.cluster)(idTag(identity))) ?? [],
    byAllocationId: one(
      'allocation-id',
      (address) => address.allocationId,
      (id) => ({ AllocationIds: [id] }),
    ),
    byPublicIp: one(
      'public-ip',
      (address) => address.publicIp,
      (ip) => ({ PublicIps: [ip] }),
    ),
    allOfCluster: (cluster) => describe({ Filters: [filter(`tag:${tagKeys.cluster}`, [cluster])] }),
    all: () => describe({}),
  };
}

async function named(describe: () => Promise<readonly Address[]>): Promise<Address | undefined> {
  try {
    return (await describe())[0];
  } catch (error) {
    if (error instanceof AwsError && error.class === 'NotFound') return undefined;
    throw error;
  }
}

type SdkAddress = NonNullable<OutputOf<'ec2:DescribeAddresses'>['Addresses']>[number];

function toAddress(address: SdkAddress): Address[] {
  const { AllocationId: allocationId } = address;
  // In a Wavelength Zone or on an Outpost there may be no public one.
  const publicIp = text(address.PublicIp) ?? text(address.CarrierIp) ?? text(address.CustomerOwnedIp);
  if (!allocationId || !publicIp) return [];
  return [
    {
      allocationId,
      publicIp,
      associationId: text(address.AssociationId),
      instanceId: text(address.InstanceId),
      networkInterfaceId: text(address.NetworkInterfaceId),
      networkInterfaceOwnerId: text(address.NetworkInterfaceOwnerId),
      privateIpAddress: text(address.PrivateIpAddress),
      customerOwnedIp: text(address.CustomerOwnedIp),
      carrierIp: text(address.CarrierIp),
      publicIpv4Pool: text(address.PublicIpv4Pool),
      customerOwnedIpv4Pool: text(address.CustomerOwnedIpv4Pool),
      networkBorderGroup: text(address.NetworkBorderGroup),
      tags: tagsOf(address.Tags),
    },
  ];
}
