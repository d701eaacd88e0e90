import type { Address, AddressReaders } from '../../aws/readers/addresses.ts';
import type { Readers } from '../../aws/readers/index.ts';
import type { Context } from '../../core/context.ts';
import { idTag, tagKeys } from '../../core/identity.ts';
import { reverseDNSOf } from './reverse-dns.ts';
import type { ReverseDNS, Seen, SeenAddress } from './seen.ts';
import { deletionPolicyOf, type ElasticIP } from './self.ts';
import { observeTarget, type PlaceReaders } from './target.ts';

/** Where addresses are looked up: freshly, or in a listing that the sweep has just read. */
export type Addresses = Pick<AddressReaders, 'byIdentity' | 'byAllocationId' | 'byPublicIp'>;

/** All that an ElasticIP reads. */
export type ElasticIPReaders = PlaceReaders & Pick<Readers, 'addresses' | 'reverseDns'>;

/** The address and the place it should have are looked up at the same time. */
export async function observe(
  self: ElasticIP,
  readers: ElasticIPReaders,
  ctx: Pick<Context, 'guardrails'>,
  addresses: Addresses = readers.addresses,
): Promise<Seen> {
  const tagged = ctx.guardrails?.allowedInstances !== undefined;
  const [found, target] = await Promise.all([
    findAddress(self, addresses),
    self.deleting ? { state: 'none' as const } : observeTarget(self.spec.association, readers, tagged),
  ]);
  const reverseDNS = found.address && (await observeReverseDNS(self, found.address, readers));
  return { ...found, unrecoverable: false, target, reverseDNS };
}

/**
 * By identity in any case: it answers for most objects at once, and shows a second claim. A known id that
 * does not carry our tags (any more) is asked for by itself, and only then is gone.
 */
async function findAddress(
  { identity, spec, status }: ElasticIP,
  addresses: Addresses,
): Promise<Pick<Seen, 'address' | 'claims' | 'cameBy'>> {
  const owned = (await addresses.byIdentity(identity)).map(toSeen);
  const known = status.allocationId;
  if (known !== undefined) {
    const address =
      owned.find(({ allocationId }) => allocationId === known) ?? (await byId(known, addresses));
    // The reply to a replacement may have been lost: the object's identity is on it.
    if (address || owned.length === 0) return { address, claims: others(owned, address), cameBy: 'known id' };
  } else if (spec.adopt !== undefined) {
    const address = await byId(spec.adopt, addresses);
    return { address, claims: others(owned, address), cameBy: 'adopt' };
  }
  const address = owned.length === 1 ? owned[0] : undefined;
  return { address, claims: others(owned, address), cameBy: 'identity' };
}

async function byId(id: string, addresses: Addresses): Promise<SeenAddress | undefined> {
  const found = id.startsWith('eipalloc-')
    ? await addresses.byAllocationId(id)
    : await addresses.byPublicIp(id);
  return found && toSeen(found);
}

const others = (owned: readonly SeenAddress[], chosen: SeenAddress | undefined): SeenAddress[] =>
  owned.filter(({ allocationId }) => allocationId !== chosen?.allocationId);

/**
 * Read only where it matters: most addresses have no name, and it is a call of its own. A name that somebody
 * else gave it locks the release all the same.
 */
async function observeReverseDNS(
  self: ElasticIP,
  address: SeenAddress,
  readers: ElasticIPReaders,
): Promise<ReverseDNS | undefined> {
  const released = self.deleting && deletionPolicyOf(self, address) === 'Delete';
  if (!self.spec.reverseDNS && !self.status.reverseDNS && !released) return undefined;
  const attribute = await readers.reverseDns(address.allocationId);
  if (!attribute) return undefined;
  return reverseDNSOf(attribute.ptrRecord, attribute.update);
}

export function toSeen(address: Address): SeenAddress {
  const { allocationId, publicIp, customerOwnedIp, carrierIp, publicIpv4Pool, networkBorderGroup, tags } =
    address;
  const { associationId, instanceId, networkInterfaceId, privateIpAddress } = address;
  return {
    allocationId,
    publicIp,
    customerOwnedIp,
    carrierIp,
    publicIpv4Pool,
    networkBorderGroup,
    tags,
    association:
      associationId === undefined
        ? undefined
        : { associationId, instanceId, networkInterfaceId, privateIpAddress },
  };
}

/** The sweep's addresses: one listing answers for all, and what it lacks needs a fresh look. */
export function listedAddresses(all: readonly Address[]): Addresses & { lacks(self: ElasticIP): boolean } {
  const byId = new Map(all.map((address) => [address.allocationId, address]));
  const byIp = new Map(all.map((address) => [address.publicIp, address]));
  const byTag = Map.groupBy(all, ({ tags }) => tags[tagKeys.id] ?? '');
  return {
    byIdentity: async (identity) => byTag.get(idTag(identity)) ?? [],
    byAllocationId: async (id) => byId.get(id),
    byPublicIp: async (ip) => byIp.get(ip),
    lacks: ({ status, spec }) => {
      const id = status.allocationId ?? spec.adopt;
      return id === undefined || !(byId.has(id) || byIp.has(id));
    },
  };
}
