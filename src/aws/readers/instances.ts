import type { Scope } from '../../core/scope.ts';
import { type Tags, tagsOf } from '../../core/tags.ts';
import type { InputOf, OutputOf } from '../calls/index.ts';
import type { Read } from '../execute.ts';
import { filter, maxFilterValues, text } from './filters.ts';
import { type NetworkInterface, toPrivateIpAddress } from './interfaces.ts';
import { type Batching, createReader } from './reader.ts';

/** An EC2 instance with all of its interfaces. */
export interface Instance {
  readonly id: string;
  /** pending, running, stopping, stopped, shutting-down or terminated. */
  readonly state: string;
  readonly availabilityZone?: string | undefined;
  /** RFC 3339. */
  readonly launchTime?: string | undefined;
  readonly tags: Tags;
  readonly interfaces: readonly NetworkInterface[];
}

export interface InstanceReaders {
  byId(id: string): Promise<Instance | undefined>;
  /** Every instance that carries all of these tags, in any state (a terminated one shows for about an hour). No tags: none. */
  byTags(matchTags: Tags): Promise<readonly Instance[]>;
}

/** By name, the values it may have: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html */
export type InstanceFilters = Readonly<Record<string, readonly string[]>>;

export interface InstanceSearch {
  /** Every instance that passes all of AWS's filters. Without any: all. */
  matching(filters: InstanceFilters): Promise<readonly Instance[]>;
}

const pageSize = 1_000;

export function createInstanceReaders(
  read: Read,
  scope: Scope,
  batching: Batching,
): InstanceReaders & InstanceSearch {
  async function describe(Filters: InputOf<'ec2:DescribeInstances'>['Filters']): Promise<Instance[]> {
    const instances: Instance[] = [];
    let NextToken: string | undefined;
    do {
      const page = await read(scope, 'ec2:DescribeInstances', { Filters, MaxResults: pageSize, NextToken });
      const found = (page.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []);
      instances.push(...found.flatMap(toInstance));
      NextToken = text(page.NextToken);
    } while (NextToken);
    return instances;
  }

  /** A selector is a call of its own; equal ones asked for together are one. */
  const bySelector = createReader<readonly Instance[]>({
    ...batching,
    maxBatch: 1,
    async read([selector = '']) {
      const filters = [...Map.groupBy(new URLSearchParams(selector), ([name]) => name)];
      const found = await describe(
        filters.map(([name, pairs]) =>
          filter(
            name,
            pairs.map(([, value]) => value),
          ),
        ),
      );
      return new Map([[selector, found]]);
    },
  });

  return {
    byId: createReader<Instance>({
      ...batching,
      maxBatch: maxFilterValues,
      async read(ids) {
        const found = await describe([filter('instance-id', ids)]);
        return new Map(found.map((instance) => [instance.id, instance]));
      },
    }),
    byTags: async (matchTags) => {
      const filters = Object.entries(matchTags).map(([key, value]) => [`tag:${key}`, [value]] as const);
      return filters.length === 0 ? [] : ((await bySelector(selectorKey(Object.fromEntries(filters)))) ?? []);
    },
    matching: async (filters) => (await bySelector(selectorKey(filters))) ?? [],
  };
}

/** The same text for the same filters in any order, so that equal selectors are one call. */
const selectorKey = (filters: InstanceFilters): string =>
  new URLSearchParams(
    Object.entries(filters)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, values]) => values.toSorted().map((value): [string, string] => [name, value])),
  ).toString();

type SdkReservation = NonNullable<OutputOf<'ec2:DescribeInstances'>['Reservations']>[number];
type SdkInstance = NonNullable<SdkReservation['Instances']>[number];
type SdkInterface = NonNullable<SdkInstance['NetworkInterfaces']>[number];

function toInstance(instance: SdkInstance): Instance[] {
  const { InstanceId: id } = instance;
  if (!id) return [];
  const availabilityZone = text(instance.Placement?.AvailabilityZone);
  return [
    {
      id,
      state: instance.State?.Name ?? 'unknown',
      availabilityZone,
      launchTime: instance.LaunchTime?.toISOString(),
      tags: tagsOf(instance.Tags),
      interfaces: (instance.NetworkInterfaces ?? []).flatMap((found) =>
        toInterface(found, id, availabilityZone),
      ),
    },
  ];
}

function toInterface(
  found: SdkInterface,
  instanceId: string,
  availabilityZone: string | undefined,
): NetworkInterface[] {
  const { NetworkInterfaceId: id, Attachment: attachment } = found;
  if (!id) return [];
  const networkCardIndex = attachment?.NetworkCardIndex ?? 0;
  return [
    {
      id,
      instanceId,
      availabilityZone,
      deviceIndex: attachment?.DeviceIndex,
      networkCardIndex,
      primary: attachment?.DeviceIndex === 0 && networkCardIndex === 0,
      sourceDestCheck: found.SourceDestCheck,
      privateIpAddresses: (found.PrivateIpAddresses ?? []).flatMap(toPrivateIpAddress),
    },
  ];
}
