import { isDeepStrictEqual } from 'node:util';
import { type Reference, type References, referenceKey } from '../../core/context.ts';
import { keyOf, type Resource } from '../../core/resource.ts';
import type { CachedKind } from '../informer/cached-kind.ts';

/**
 * References between objects, resolved from the caches. Guarantees: an object is reconciled again whenever
 * something it refers to appears, changes in status, or goes, however the two were applied.
 */
export interface ReferenceIndex {
  /** What `referrer` needs, as far as it exists; remembered, so that it hears of changes. */
  resolve(referrer: Reference, wanted: readonly Reference[]): References;
  /** It is gone, and hears of nothing any more. */
  forget(referrer: Reference): void;
  /** Hears of nothing any more. */
  close(): void;
}

export function createReferenceIndex(
  watched: readonly CachedKind[],
  requeue: (referrer: Reference) => void,
): ReferenceIndex {
  const informers = new Map(watched.map(({ kind, informer }) => [kind.definition.kind, informer]));
  const referrers = new Map<string, Map<string, Reference>>();
  const wantedBy = new Map<string, readonly Reference[]>();

  const unsubscribe = watched.map(({ kind, informer }) =>
    informer.onChange(({ type, object, previous }) => {
      const { namespace = '', name } = object.metadata;
      const concerned = referrers.get(referenceKey({ kind: kind.definition.kind, namespace, name }));
      if (!concerned || (type === 'modified' && isDeepStrictEqual(object.status, previous?.status))) return;
      for (const referrer of concerned.values()) requeue(referrer);
    }),
  );

  const forget = (referrer: Reference) => {
    const key = referenceKey(referrer);
    for (const target of (wantedBy.get(key) ?? []).map(referenceKey)) {
      const known = referrers.get(target);
      known?.delete(key);
      if (known?.size === 0) referrers.delete(target);
    }
    wantedBy.delete(key);
  };

  return {
    forget,
    close: () => {
      for (const end of unsubscribe) end();
    },
    resolve(referrer, wanted) {
      forget(referrer);
      if (wanted.length > 0) wantedBy.set(referenceKey(referrer), wanted);
      const found = new Map<string, { ready: boolean; status: unknown }>();
      for (const reference of wanted) {
        const target = referenceKey(reference);
        const known = referrers.get(target) ?? new Map<string, Reference>();
        referrers.set(target, known.set(referenceKey(referrer), referrer));
        const object = informers.get(reference.kind)?.get(keyOf(reference));
        if (object) found.set(target, { ready: isReady(object), status: object.status });
      }
      return found;
    },
  };
}

export const isReady = ({ status }: Resource): boolean =>
  status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
