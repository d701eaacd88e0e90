import type { Aws } from '../../aws/index.ts';
import type { Address } from '../../aws/readers/addresses.ts';
import type { Readers } from '../../aws/readers/index.ts';
import type { NetworkInterface } from '../../aws/readers/interfaces.ts';
import type { ReverseDns } from '../../aws/readers/reverse-dns.ts';
import { AwsError } from '../../core/errors.ts';
import {
  type Candidate,
  type Importer,
  ifUnchanged,
  importableTags,
  importContext,
  type Rendered,
  whoseAlready,
} from '../../core/import.ts';
import type { Scope } from '../../core/scope.ts';
import { diff } from './diff.ts';
import { type Addresses, listedAddresses, observe } from './observe.ts';
import { reverseDNSOf } from './reverse-dns.ts';
import { elasticIPDefinition } from './spec.ts';

export const elasticIPImporter = (aws: Pick<Aws, 'in'>): Importer => ({
  definition: elasticIPDefinition,
  async list(scope, now) {
    const readers = aws.in(scope);
    const all = await readers.allAddresses();
    const listed = listedAddresses(all);
    return all.map((address): Candidate => {
      const { allocationId, publicIp, tags } = address;
      return {
        id: allocationId,
        title: tags.Name,
        names: [allocationId, publicIp, ...(tags.Name ? [tags.Name] : [])],
        tags: async () => tags,
        read: () => read(address, readers, listed, scope, now),
      };
    });
  },
});

async function read(
  address: Address,
  readers: Readers,
  listed: Addresses,
  scope: Scope,
  now: number,
): Promise<Rendered> {
  const { allocationId, networkInterfaceId } = address;
  const [networkInterface, reverseDns] = await Promise.all([
    networkInterfaceId === undefined ? undefined : readers.interfaces.byId(networkInterfaceId),
    nameTold(() => readers.reverseDns(allocationId)),
  ]);
  const rendered = importAddress(address, { networkInterface, reverseDns }, scope);
  const ctx = importContext(scope, now);
  return await ifUnchanged(elasticIPDefinition, rendered, ['ec2:CreateTags'], async (self) =>
    diff(self, await observe(self, readers, ctx, listed), ctx),
  );
}

/** Most addresses have no name, and not every partition and permission lets one look: no reason to import none. */
async function nameTold(look: () => Promise<ReverseDns | undefined>): Promise<Surroundings['reverseDns']> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof AwsError && ['Denied', 'Invalid'].includes(error.class)) return 'not told';
    throw error;
  }
}

/** What else AWS tells of an address. */
export interface Surroundings {
  readonly networkInterface: NetworkInterface | undefined;
  readonly reverseDns: ReverseDns | 'not told' | undefined;
}

/** The spec that adopts an address and keeps it where it is. */
export function importAddress(
  address: Address,
  { networkInterface, reverseDns }: Surroundings,
  { account, region }: Pick<Scope, 'account' | 'region'>,
): Rendered {
  const whose = whoseAlready(address.tags);
  if (whose !== undefined) return { reason: whose };
  const { spec: tags, notes, reason } = importableTags(address.tags);
  if (reason !== undefined) return { reason };
  const association = associationOf(address, networkInterface, account);
  const name = nameOf(reverseDns);
  return {
    spec: {
      adopt: address.allocationId,
      region,
      ...poolOf(address),
      ...(address.networkBorderGroup === undefined || address.networkBorderGroup === region
        ? {}
        : { networkBorderGroup: address.networkBorderGroup }),
      ...(association.spec && { association: association.spec }),
      ...(name.spec && { reverseDNS: name.spec }),
      ...tags,
    },
    notes: [...notes, ...association.notes, ...name.notes],
  };
}

/** Where it would be taken from again if it were lost. */
function poolOf({ publicIpv4Pool = 'amazon', customerOwnedIpv4Pool }: Address) {
  if (customerOwnedIpv4Pool !== undefined) return { customerOwnedIpv4Pool };
  return publicIpv4Pool.startsWith('ipv4pool-ec2-') ? { publicIpv4Pool } : {};
}

interface Part {
  readonly spec?: object;
  readonly notes: readonly string[];
}

/** An association that a manifest does not name is not touched: somebody else made it, and keeps it. */
function associationOf(
  { publicIp, associationId, networkInterfaceId, networkInterfaceOwnerId, privateIpAddress }: Address,
  networkInterface: NetworkInterface | undefined,
  account: string,
): Part {
  if (associationId === undefined) return { notes: [] };
  const left = (why: string): Part => ({
    notes: [
      `${publicIp} is associated with ${networkInterfaceId ?? 'something'}, ${why}: association is left out`,
    ],
  });
  if (networkInterfaceOwnerId !== undefined && networkInterfaceOwnerId !== account)
    return left(`which belongs to ${networkInterfaceOwnerId}`);
  if (!networkInterface) return left('which AWS does not show');
  if (networkInterface.requesterManaged) return left('which an AWS service made and manages');
  const place = networkInterface.privateIpAddresses.find(({ address }) => address === privateIpAddress);
  if (!place) return left(`which does not show ${privateIpAddress ?? 'a private address'} for it`);
  const { id, instanceId, primary } = networkInterface;
  if (instanceId !== undefined && primary && place.primary) return { spec: { instanceId }, notes: [] };
  return {
    spec: { networkInterfaceId: id, ...(place.primary ? {} : { privateIpAddress: place.address }) },
    notes: [],
  };
}

function nameOf(reverseDns: Surroundings['reverseDns']): Part {
  const left = (why: string): Part => ({ notes: [`${why}: reverseDNS is left out, and so left as it is`] });
  if (reverseDns === 'not told') return left('AWS does not tell its reverse DNS');
  const { domainName, pending } = reverseDNSOf(reverseDns?.ptrRecord, reverseDns?.update);
  if (pending) return left(`a change of its reverse DNS is ${pending.status.toLowerCase()}`);
  return domainName === undefined
    ? { notes: [] }
    : { spec: { domainName: domainName.toLowerCase().replace(/\.$/, '') }, notes: [] };
}
