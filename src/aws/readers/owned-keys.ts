/**
 * Keys by the tags they carry.
 *
 * Guarantees: `byIdentity` and `allOfCluster` read the index of tags, which is a page for a hundred keys and
 * may lag behind; `inFull` asks each key of the account and region for its tags, which costs a call a key
 * and lags behind nothing but KMS itself.
 */
import { AwsError } from '../../core/errors.ts';
import { type Identity, idTag, tagKeys } from '../../core/identity.ts';
import type { Scope } from '../../core/scope.ts';
import { type Tags, tagsOf } from '../../core/tags.ts';
import type { InputOf } from '../calls/index.ts';
import type { Read } from '../execute.ts';
import { text } from './filters.ts';
import { readTags } from './keys.ts';
import { type Batching, createReader } from './reader.ts';

/** A primary or single-Region key, by its tags. Replicas are found through their primary. */
export interface OwnedKey {
  readonly keyId: string;
  readonly tags: Tags;
}

export interface OwnedKeyReaders {
  /** Those that carry this identity. More than one is a conflict that the caller has to judge. */
  byIdentity(identity: Identity): Promise<readonly OwnedKey[]>;
  /** Everything that carries the cluster's tag, replicas included. */
  allOfCluster(cluster: string): Promise<readonly OwnedKey[]>;
  /** As `byIdentity`, past the index. */
  inFull(identity: Identity): Promise<readonly OwnedKey[]>;
}

/** https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html */
const maxTagValues = 20;
const pageSize = 100;

export function createOwnedKeyReaders(read: Read, scope: Scope, batching: Batching): OwnedKeyReaders {
  async function byTags(TagFilters: NonNullable<InputOf<'tag:GetResources'>['TagFilters']>) {
    const found: OwnedKey[] = [];
    let PaginationToken: string | undefined;
    do {
      const page = await read(scope, 'tag:GetResources', {
        ResourceTypeFilters: ['kms:key'],
        TagFilters,
        ResourcesPerPage: pageSize,
        PaginationToken,
      });
      for (const { ResourceARN, Tags: list } of page.ResourceTagMappingList ?? []) {
        const keyId = ResourceARN?.split(':key/')[1];
        if (keyId) found.push({ keyId, tags: tagsOf(list) });
      }
      PaginationToken = text(page.PaginationToken);
    } while (PaginationToken);
    return found;
  }

  const clusterIs = (cluster: string) => ({ Key: tagKeys.cluster, Values: [cluster] });
  const byIdTag = new Map<string, (tag: string) => Promise<readonly OwnedKey[] | undefined>>();
  const identified = (cluster: string) => {
    const reader =
      byIdTag.get(cluster) ??
      createReader<readonly OwnedKey[]>({
        ...batching,
        maxBatch: maxTagValues,
        async read(tags) {
          const found = await byTags([clusterIs(cluster), { Key: tagKeys.id, Values: [...tags] }]);
          return Map.groupBy(found.filter(isPrimary), (key) => key.tags[tagKeys.id] ?? '');
        },
      });
    byIdTag.set(cluster, reader);
    return reader;
  };

  /** The keys of the account with their tags, read once for all who ask at the same time. */
  const scan = createReader<readonly OwnedKey[]>({
    ...batching,
    maxBatch: 1,
    read: async ([what = '']) => new Map([[what, await readAll(read, scope)]]),
  });

  return {
    byIdentity: async (identity) => (await identified(identity.cluster)(idTag(identity))) ?? [],
    allOfCluster: (cluster) => byTags([clusterIs(cluster)]),
    async inFull({ cluster, ...identity }) {
      const id = idTag(identity);
      const carries = ({ tags }: OwnedKey) => tags[tagKeys.cluster] === cluster && tags[tagKeys.id] === id;
      return ((await scan('keys')) ?? []).filter((key) => carries(key) && isPrimary(key));
    },
  };
}

/** A key whose role tag was taken off counts as primary: that tag alone makes a replica one. */
export const isPrimary = ({ tags }: Pick<OwnedKey, 'tags'>): boolean => tags[tagKeys.role] !== 'replica';

/** The ids of all keys of the account and Region, whosever, AWS's own included. */
export async function allKeyIds(read: Read, scope: Scope): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const ids of pagesOfIds(read, scope)) found.push(...ids);
  return found;
}

async function* pagesOfIds(read: Read, scope: Scope): AsyncGenerator<readonly string[]> {
  let Marker: string | undefined;
  do {
    const page = await read(scope, 'kms:ListKeys', { Limit: 1_000, Marker });
    yield (page.Keys ?? []).flatMap(({ KeyId }) => KeyId ?? []);
    Marker = page.Truncated ? text(page.NextMarker) : undefined;
  } while (Marker);
}

async function readAll(read: Read, scope: Scope): Promise<OwnedKey[]> {
  const found: OwnedKey[] = [];
  for await (const ids of pagesOfIds(read, scope)) {
    const keys = await Promise.all(
      ids.map(async (keyId) => ({ keyId, tags: await tagsOrNone(read, scope, keyId) })),
    );
    found.push(...keys);
  }
  return found;
}

/** A key that is gone by now, or whose policy shuts us out, is none that this process has just made. */
async function tagsOrNone(read: Read, scope: Scope, keyId: string): Promise<Tags> {
  try {
    return await readTags(read, scope, keyId);
  } catch (error) {
    if (error instanceof AwsError && (error.class === 'NotFound' || error.class === 'Denied')) return {};
    throw error;
  }
}
