import type { Aws } from '../../aws/index.ts';
import type { KeyDescription } from '../../aws/readers/keys.ts';
import type { OwnedKey } from '../../aws/readers/owned-keys.ts';
import type { Context } from '../../core/context.ts';
import { tagKeys } from '../../core/identity.ts';
import { type Claim, isPendingDeletion, type Seen, type SeenKey, type SeenRotation } from './seen.ts';
import { type KMSKey, rotates } from './self.ts';
import { freshly, type Sources } from './sources.ts';

type Found = Pick<Seen, 'cameBy' | 'claims'> & { readonly key: SeenKey | undefined };

/** Everything about a key is read at the same time, and its replicas' as soon as it says where they are. */
export async function observe(
  self: KMSKey,
  ctx: Context,
  aws: Pick<Aws, 'in'>,
  sources: Sources = freshly(aws, ctx.scope),
): Promise<Seen> {
  const found = await findKey(self, sources);
  const { key } = found;
  if (!key) return { ...found, replicas: {}, rotation: undefined };
  const regions = key.replicaRegions.filter((region) => region !== ctx.scope.region);
  const [replicas, rotation] = await Promise.all([
    Promise.all(
      regions.map(async (region) => [region, await readReplica(self, region, key.keyId, sources)] as const),
    ),
    readRotation(self, key, sources),
  ]);
  return {
    ...found,
    replicas: Object.fromEntries(replicas.flatMap(([region, one]) => (one ? [[region, one] as const] : []))),
    rotation,
  };
}

/**
 * By identity in any case: it finds the key of a rebuilt cluster, and shows a second claim. A known id is
 * gone only by NotFound on it; then a key counts as its successor only if this object's last intent made it.
 */
async function findKey(self: KMSKey, sources: Sources): Promise<Found> {
  const { identity, spec, status, creation } = self;
  const home = sources.at(undefined);
  const names = self.deleting ? [] : (spec.aliases ?? []);
  if (status.keyId !== undefined) {
    const [key, owned] = await Promise.all([
      readKey(sources, undefined, status.keyId, names),
      home.owned(identity),
    ]);
    const successor = owned.find(
      ({ keyId, tags }) =>
        keyId !== status.keyId && creation?.token !== undefined && tags[tagKeys.creation] === creation.token,
    );
    if (key || !successor)
      return { key, cameBy: 'known id', claims: await claimsOf(owned, status.keyId, sources) };
    const next = await readKey(sources, undefined, successor.keyId, names);
    return { key: next, cameBy: 'identity', claims: await claimsOf(owned, successor.keyId, sources) };
  }
  if (spec.adopt !== undefined) {
    const described = await home.describe(spec.adopt);
    const key = described && (await readKey(sources, undefined, described.keyId, names, described));
    return { key, cameBy: 'adopt', claims: [] };
  }
  return await byIdentity(self, sources, names);
}

/** After an intent the index of tags is not believed when it shows nothing: every key is asked. */
async function byIdentity(self: KMSKey, sources: Sources, names: readonly string[]): Promise<Found> {
  const home = sources.at(undefined);
  const listed = await home.owned(self.identity);
  const owned = listed.length === 0 && self.creation ? await home.ownedInFull(self.identity) : listed;
  const [only, ...more] = owned;
  if (only && more.length === 0) {
    return { key: await readKey(sources, undefined, only.keyId, names), cameBy: 'identity', claims: [] };
  }
  // Of several, those that somebody has scheduled for deletion are out of the question.
  const claims = await claimsOf(owned, undefined, sources);
  const [left, ...others] = claims;
  const key = left && others.length === 0 ? await readKey(sources, undefined, left.keyId, names) : undefined;
  return { key, cameBy: 'identity', claims: key ? [] : claims };
}

async function claimsOf(
  owned: readonly OwnedKey[],
  chosen: string | undefined,
  sources: Sources,
): Promise<Claim[]> {
  const others = owned.filter(({ keyId }) => keyId !== chosen);
  const described = await Promise.all(
    others.map(async (claim) => ({ claim, key: await sources.at(undefined).describe(claim.keyId) })),
  );
  return described.flatMap(({ claim, key }) => (key && !isPendingDeletion(key) ? [claim] : []));
}

async function readReplica(
  self: KMSKey,
  region: string,
  keyId: string,
  sources: Sources,
): Promise<SeenKey | undefined> {
  const declared = self.spec.replicas?.find((replica) => replica.region === region);
  return await readKey(sources, region, keyId, self.deleting ? [] : (declared?.aliases ?? []));
}

async function readKey(
  sources: Sources,
  region: string | undefined,
  keyId: string,
  wanted: readonly string[],
  described?: KeyDescription,
): Promise<SeenKey | undefined> {
  const at = sources.at(region);
  const [description, policy, tags, aliases] = await Promise.all([
    described ?? at.describe(keyId),
    at.policy(keyId),
    at.tags(keyId),
    at.aliases(keyId),
  ]);
  if (!description) return undefined;
  const own = aliases ?? [];
  const missing = wanted.filter((alias) => !own.includes(alias));
  const holders = await Promise.all(missing.map(async (alias) => ({ alias, key: await at.describe(alias) })));
  return {
    ...description,
    policy,
    tags: tags ?? {},
    // The list of aliases may be older than the alias.
    aliases: [...own, ...holders.flatMap(({ alias, key }) => (key?.keyId === keyId ? [alias] : []))].sort(),
    holders: Object.fromEntries(
      holders.flatMap(({ alias, key }) =>
        key && key.keyId !== keyId ? [[alias, { keyId: key.keyId, spec: key.spec, usage: key.usage }]] : [],
      ),
    ),
  };
}

/** On-demand rotations are listed only where one is wanted, or may have been made. */
async function readRotation(self: KMSKey, key: SeenKey, sources: Sources): Promise<SeenRotation | undefined> {
  const { spec, status } = self;
  const wanted =
    spec.rotateNow !== undefined &&
    spec.rotateNow !== status.rotation?.lastToken &&
    status.keyId !== undefined;
  const counts = !self.deleting && (wanted || status.rotation?.attempt !== undefined);
  if (!rotates(self) && !counts) return undefined;
  const home = sources.at(undefined);
  const [rotation, onDemand] = await Promise.all([
    home.rotation(key.keyId),
    counts ? home.onDemandRotations(key.keyId) : undefined,
  ]);
  return rotation && { ...rotation, onDemand };
}
