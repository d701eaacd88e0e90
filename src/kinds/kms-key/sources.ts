import type { Aws } from '../../aws/index.ts';
import type { KeyReaders } from '../../aws/readers/keys.ts';
import { isPrimary, type OwnedKey } from '../../aws/readers/owned-keys.ts';
import { type Identity, idTag, tagKeys } from '../../core/identity.ts';
import type { Scope } from '../../core/scope.ts';
import type { Tags } from '../../core/tags.ts';

/** Where a key's parts are read in one Region: tags and aliases freshly, or from pages the sweep has read. */
export interface Source extends Pick<KeyReaders, 'describe' | 'policy' | 'rotation' | 'onDemandRotations'> {
  tags(keyId: string): Promise<Tags | undefined>;
  aliases(keyId: string): Promise<readonly string[] | undefined>;
  /** By the index of tags. */
  owned(identity: Identity): Promise<readonly OwnedKey[]>;
  /** Past the index. */
  ownedInFull(identity: Identity): Promise<readonly OwnedKey[]>;
}

export interface Sources {
  /** Undefined: the object's own Region. */
  at(region: string | undefined): Source;
}

export const freshly = (aws: Pick<Aws, 'in'>, scope: Scope): Sources => ({
  at: (region) => sourceOf(aws, region === undefined ? scope : { ...scope, region }),
});

function sourceOf(aws: Pick<Aws, 'in'>, scope: Scope): Source {
  const { keys, keyAliases, ownedKeys } = aws.in(scope);
  return {
    ...keys,
    aliases: keyAliases.of,
    owned: ownedKeys.byIdentity,
    ownedInFull: ownedKeys.inFull,
  };
}

/** What one sweep has read of a Region: a page for a hundred keys, and one for a hundred aliases. */
interface Pages {
  readonly tags: ReadonlyMap<string, Tags>;
  readonly byIdentity: ReadonlyMap<string, readonly OwnedKey[]>;
  readonly aliases: ReadonlyMap<string, readonly string[]>;
}

export interface ListedSources extends Sources {
  readonly owned: readonly OwnedKey[];
  has(keyId: string): boolean;
}

/** The pages of the object's own Region are read at once, those of its replicas' when one is asked about. */
export async function inPages(aws: Pick<Aws, 'in'>, scope: Scope, cluster: string): Promise<ListedSources> {
  const pages = new Map<string, Promise<Pages>>();
  const pagesOf = (where: Scope): Promise<Pages> => {
    const known = pages.get(where.region) ?? readPages(aws, where, cluster);
    pages.set(where.region, known);
    return known;
  };
  const home = await pagesOf(scope);
  return {
    owned: [...home.tags].map(([keyId, tags]) => ({ keyId, tags })),
    has: (keyId) => home.tags.has(keyId),
    at(region) {
      const where = region === undefined ? scope : { ...scope, region };
      const read = () => pagesOf(where);
      return {
        ...sourceOf(aws, where),
        tags: async (keyId) => (await read()).tags.get(keyId),
        aliases: async (keyId) => (await read()).aliases.get(keyId) ?? [],
        owned: async (identity) => (await read()).byIdentity.get(idTag(identity)) ?? [],
      };
    },
  };
}

async function readPages(aws: Pick<Aws, 'in'>, scope: Scope, cluster: string): Promise<Pages> {
  const { keyAliases, ownedKeys } = aws.in(scope);
  const [owned, aliases] = await Promise.all([ownedKeys.allOfCluster(cluster), keyAliases.all()]);
  const names = Map.groupBy(aliases.keys(), (name) => aliases.get(name) ?? '');
  return {
    tags: new Map(owned.map(({ keyId, tags }) => [keyId, tags])),
    byIdentity: Map.groupBy(owned.filter(isPrimary), ({ tags }) => tags[tagKeys.id] ?? ''),
    aliases: new Map([...names].map(([keyId, list]) => [keyId, list.sort()])),
  };
}
