import { AwsError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import type { Read } from '../execute.ts';
import { text } from './filters.ts';

export interface KeyAliasReaders {
  /** The names (`alias/…`) that stand for a key, sorted. Undefined only after NotFound. */
  of(keyId: string): Promise<readonly string[] | undefined>;
  /** Every name in the account and region that stands for a key → the key's id. */
  all(): Promise<ReadonlyMap<string, string>>;
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html */
const pageSize = 100;

export function createKeyAliasReaders(read: Read, scope: Scope): KeyAliasReaders {
  async function list(KeyId?: string): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    let Marker: string | undefined;
    do {
      const page = await read(scope, 'kms:ListAliases', {
        ...(KeyId === undefined ? {} : { KeyId }),
        Limit: pageSize,
        Marker,
      });
      for (const { AliasName, TargetKeyId } of page.Aliases ?? []) {
        // AWS lists names that it keeps for services and has no key for yet.
        if (AliasName && TargetKeyId) found.set(AliasName, TargetKeyId);
      }
      Marker = page.Truncated ? text(page.NextMarker) : undefined;
    } while (Marker);
    return found;
  }

  return {
    async of(keyId) {
      try {
        return [...(await list(keyId)).keys()].sort();
      } catch (error) {
        if (error instanceof AwsError && error.class === 'NotFound') return undefined;
        throw error;
      }
    },
    all: () => list(),
  };
}
