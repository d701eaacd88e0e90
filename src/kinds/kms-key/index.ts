import { type Aws, visibleAfter as published } from '../../aws/index.ts';
import { isPrimary } from '../../aws/readers/owned-keys.ts';
import { AwsError } from '../../core/errors.ts';
import { tagKeys } from '../../core/identity.ts';
import type { Kind } from '../../core/kind.ts';
import { diff } from './diff.ts';
import { observe } from './observe.ts';
import { referencesOf } from './principals.ts';
import { isPendingDeletion, type Seen } from './seen.ts';
import { inPages } from './sources.ts';
import { type KMSKeySpec, type KMSKeyStatus, kmsKeyDefinition } from './spec.ts';
import { conditionsOf, statusOf } from './status.ts';

export interface KMSKeyOptions {
  readonly cluster: string;
  /** How long KMS may hide a new key, in milliseconds; unless said, as AWS publishes it. */
  readonly visibleAfter?: number;
}

export function kmsKey(
  aws: Aws,
  { cluster, visibleAfter = published.kms }: KMSKeyOptions,
): Kind<KMSKeySpec, KMSKeyStatus, Seen> {
  return {
    definition: kmsKeyDefinition,
    visibleAfter,
    knownId: (status) => status.keyId,
    seenId: (seen) => seen.key?.keyId,
    observe: (self, ctx) => observe(self, ctx, aws),
    diff: (self, seen, ctx) => diff(self, seen, ctx, visibleAfter),
    status: statusOf,
    conditions: conditionsOf,
    references: referencesOf,
    async list(scope) {
      const sources = await inPages(aws, scope, cluster);
      return {
        size: sources.owned.length,
        async observe(self, ctx) {
          const id = self.status.keyId;
          if (id === undefined || !sources.has(id)) return undefined;
          return await unlessShutOut(() => observe(self, ctx, aws, sources));
        },
        owned: sources.owned.filter(isPrimary).map(({ keyId, tags }) => ({
          id: keyId,
          idTag: tags[tagKeys.id] ?? '',
          released: tagKeys.released in tags,
        })),
        // A deleted object's key keeps its tags until AWS deletes it, up to thirty days later.
        async goes(id) {
          const key = await aws.in(scope).keys.describe(id);
          return key === undefined || isPendingDeletion(key);
        },
      };
    },
  };
}

/** A key whose policy shuts us out is looked at by itself, and spoils no sweep of the others. */
async function unlessShutOut(look: () => Promise<Seen>): Promise<Seen | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof AwsError && error.class === 'Denied') return undefined;
    throw error;
  }
}
