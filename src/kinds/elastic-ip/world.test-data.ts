/**
 * A tiny AWS for properties: addresses, instances and reverse DNS, with what EC2's reference says of each
 * call. It answers `observe` through the readers' own interface, so that what a step's `fold` claims can be
 * held against a look. Not modelled: throttling, eventual consistency, other accounts.
 */

import type { Address } from '../../aws/readers/addresses.ts';
import type { Instance } from '../../aws/readers/instances.ts';
import { AwsError, type ErrorClass } from '../../core/errors.ts';
import { idTag, tagKeys } from '../../core/identity.ts';
import type { Step } from '../../core/plan.ts';
import { tagsOf } from '../../core/tags.ts';
import type { ElasticIPReaders } from './observe.ts';
import type { NameChange } from './reverse-dns.ts';
import type { Seen } from './seen.ts';

export interface World {
  addresses: Address[];
  /** Each with one primary interface `eni-x` that has one address. */
  readonly instances: readonly (Instance & {
    readonly impairedSince?: number | undefined;
    readonly checks: 'ok' | 'impaired' | 'initializing';
  })[];
  /** Reverse DNS in force, by allocation id. */
  readonly names: Map<string, string>;
  /** Changes of it that are under way, or that failed, by allocation id. */
  readonly nameChanges: Map<string, NameChange>;
  /** A change of reverse DNS is under way until it is settled. */
  readonly slowNames: boolean;
  /** Whether AWS gives a released address back. */
  readonly recoverable: boolean;
  allocated: number;
  /** Addresses that lost their place to another without having been asked, by allocation id. */
  readonly displaced: string[];
}

const refuse = (errorClass: ErrorClass, code: string): never => {
  throw new AwsError({ class: errorClass, code, call: 'ec2', message: code, definite: true });
};

/** Applies a step, and answers as EC2 does. Throws the AwsError EC2 would refuse it with. */
export function apply(world: World, { call, input }: Step<Seen>): unknown {
  const value = (name: string): unknown => Reflect.get(input, name);
  const id = String(value('AllocationId'));
  switch (call) {
    case 'ec2:AllocateAddress':
      return allocate(world, value('Address'), tagsIn(value('TagSpecifications')));
    case 'ec2:AssociateAddress':
      return associate(world, id, String(value('NetworkInterfaceId')), value('AllowReassociation') === true);
    case 'ec2:DisassociateAddress':
      for (const address of world.addresses)
        if (address.associationId === value('AssociationId')) put(world, unassociated(address));
      return {};
    case 'ec2:ReleaseAddress': {
      if (find(world, id).associationId !== undefined) refuse('Conflict', 'InvalidIPAddress.InUse');
      if (world.names.has(id) || world.nameChanges.get(id)?.status === 'PENDING')
        refuse('Conflict', 'InvalidAddress.Locked');
      world.addresses = world.addresses.filter(({ allocationId }) => allocationId !== id);
      return {};
    }
    case 'ec2:CreateTags': {
      const address = find(world, named(value('Resources')));
      put(world, { ...address, tags: { ...address.tags, ...tagsOf(pairs(value('Tags'))) } });
      return {};
    }
    case 'ec2:DeleteTags': {
      const address = find(world, named(value('Resources')));
      const gone = new Set(pairs(value('Tags')).map(({ Key }) => Key));
      const tags = Object.fromEntries(Object.entries(address.tags).filter(([key]) => !gone.has(key)));
      put(world, { ...address, tags });
      return {};
    }
    case 'ec2:ModifyAddressAttribute':
      return changeName(world, find(world, id).allocationId, `${value('DomainName')}.`);
    case 'ec2:ResetAddressAttribute':
      return changeName(world, find(world, id).allocationId, undefined);
    default:
      throw new Error(`the model does not know ${call}`);
  }
}

function changeName(world: World, id: string, value: string | undefined) {
  world.nameChanges.set(id, { value, status: 'PENDING' });
  if (!world.slowNames) settleNames(world);
  const { status } = world.nameChanges.get(id) ?? {};
  const update = status === undefined ? {} : { PtrRecordUpdate: { Value: value, Status: status } };
  return { Address: { AllocationId: id, PtrRecord: world.names.get(id), ...update } };
}

/** What was under way is done; what failed stays so. */
export function settleNames({ names, nameChanges }: World): void {
  for (const [id, { value, status }] of nameChanges) {
    if (status !== 'PENDING') continue;
    nameChanges.delete(id);
    if (value === undefined) names.delete(id);
    else names.set(id, value);
  }
}

function allocate(world: World, wanted: unknown, tags: Address['tags']) {
  if (wanted !== undefined && !world.recoverable) refuse('NotFound', 'InvalidAddress.NotFound');
  world.allocated += 1;
  const allocationId = `eipalloc-n${world.allocated}`;
  const publicIp = wanted === undefined ? `192.0.2.${world.allocated}` : String(wanted);
  const place = { publicIpv4Pool: 'amazon', networkBorderGroup: 'eu-central-1' };
  world.addresses.push({ allocationId, publicIp, tags, ...place });
  return {
    AllocationId: allocationId,
    PublicIp: publicIp,
    PublicIpv4Pool: 'amazon',
    NetworkBorderGroup: 'eu-central-1',
  };
}

function associate(world: World, id: string, networkInterfaceId: string, allow: boolean) {
  const address = find(world, id);
  const instance = world.instances.find(({ interfaces: [primary] }) => primary?.id === networkInterfaceId);
  const at = instance?.interfaces[0]?.privateIpAddresses[0]?.address;
  if (!instance || at === undefined) return refuse('NotFound', 'InvalidNetworkInterfaceID.NotFound');
  if (['pending', 'shutting-down', 'terminated'].includes(instance.state))
    refuse('Invalid', 'InvalidInstanceID');
  if (address.associationId !== undefined && !allow) refuse('Conflict', 'Resource.AlreadyAssociated');
  // AWS's flag guards the address only: whatever was on the interface goes without a word.
  for (const other of world.addresses) {
    if (other.networkInterfaceId !== networkInterfaceId || other.allocationId === id) continue;
    world.displaced.push(other.allocationId);
    put(world, unassociated(other));
  }
  const associationId = `eipassoc-${id}-${networkInterfaceId}`;
  put(world, {
    ...address,
    associationId,
    networkInterfaceId,
    instanceId: instance.id,
    privateIpAddress: at,
  });
  return { AssociationId: associationId };
}

const unassociated = ({
  associationId: _1,
  networkInterfaceId: _2,
  instanceId: _3,
  privateIpAddress: _4,
  ...rest
}: Address): Address => rest;

const find = (world: World, id: string): Address =>
  world.addresses.find(({ allocationId }) => allocationId === id) ??
  refuse('NotFound', 'InvalidAllocationID.NotFound');

function put(world: World, address: Address): void {
  world.addresses = world.addresses.map((other) =>
    other.allocationId === address.allocationId ? address : other,
  );
}

type Pair = { readonly Key?: string; readonly Value?: string };
const isPair = (value: unknown): value is Pair =>
  typeof value === 'object' && value !== null && 'Key' in value;
const pairs = (value: unknown): Pair[] => (Array.isArray(value) ? value.filter(isPair) : []);
const named = (value: unknown): string => (Array.isArray(value) ? String(value[0]) : '');
const tagsIn = (value: unknown): Address['tags'] =>
  tagsOf(Array.isArray(value) ? pairs(Reflect.get(Object(value[0]), 'Tags')) : []);

/** What `observe` reads. */
export function readersOf(world: World): ElasticIPReaders {
  const shown = (instance: World['instances'][number]): Instance => ({
    ...instance,
    // Those made with an instance go with it.
    interfaces: (instance.state === 'terminated' ? [] : instance.interfaces).map((networkInterface) => ({
      ...networkInterface,
      privateIpAddresses: networkInterface.privateIpAddresses.map((address) => {
        const carried = world.addresses.find((other) => other.networkInterfaceId === networkInterface.id);
        return carried
          ? { ...address, association: { publicIp: carried.publicIp, ownerId: '123456789012' } }
          : address;
      }),
    })),
  });
  return {
    addresses: {
      byIdentity: async (identity) =>
        world.addresses.filter(
          ({ tags }) => tags[tagKeys.cluster] === identity.cluster && tags[tagKeys.id] === idTag(identity),
        ),
      byAllocationId: async (id) => world.addresses.find(({ allocationId }) => allocationId === id),
      byPublicIp: async (ip) => world.addresses.find(({ publicIp }) => publicIp === ip),
      allOfCluster: async (cluster) =>
        world.addresses.filter(({ tags }) => tags[tagKeys.cluster] === cluster),
    },
    reverseDns: async (id) => ({ ptrRecord: world.names.get(id), update: world.nameChanges.get(id) }),
    instances: {
      byId: async (id) => world.instances.map(shown).find((instance) => instance.id === id),
      byTags: async () => world.instances.map(shown),
    },
    interfaces: {
      byId: async (id) =>
        world.instances
          .map(shown)
          .flatMap(({ interfaces }) => interfaces.find((one) => one.id === id) ?? [])[0],
    },
    // A zone is named after its group.
    borderGroups: async () =>
      new Map(world.instances.flatMap(({ availabilityZone: zone }) => (zone ? [[zone, zone]] : []))),
    health: async (instanceId) => {
      const instance = world.instances.find(({ id }) => id === instanceId);
      const since = instance?.impairedSince;
      return (
        instance && {
          instanceId,
          state: instance.state,
          system: instance.checks,
          instance: 'ok',
          impairedSince: since === undefined ? undefined : new Date(since).toISOString(),
        }
      );
    },
  };
}
