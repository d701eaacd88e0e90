import type { Reference, Sibling } from '../../core/context.ts';
import { keyOf, type Resource } from '../../core/resource.ts';
import type { CachedKind } from '../informer/cached-kind.ts';

/**
 * The objects of one kind in one namespace, for kinds whose objects depend on each other, from the caches.
 * Guarantees: the order is the same for all who ask, and stays when one comes or goes; when one goes, or is
 * found to use another account than was thought, those that were forbidden are looked at again.
 */
export interface SiblingIndex {
  /** Oldest first; of the same age, by name. */
  of(one: Reference): readonly Sibling[];
  /** Hears of nothing any more. */
  close(): void;
}

export function createSiblingIndex(
  watched: readonly CachedKind[],
  requeue: (one: Reference) => void,
): SiblingIndex {
  const families = new Map(
    watched.flatMap((cached) =>
      cached.kind.siblings ? [[cached.kind.definition.kind, createFamily(cached, requeue)]] : [],
    ),
  );
  return {
    of: (one) => families.get(one.kind)?.of(one) ?? [],
    close: () => {
      for (const family of families.values()) family.close();
    },
  };
}

/** By namespace; what was asked for is kept until an object there changes. */
function createFamily({ kind, informer }: CachedKind, requeue: (one: Reference) => void): SiblingIndex {
  const members = new Map<string, Map<string, Resource>>();
  const answers = new Map<string, readonly Sibling[]>();

  const put = (object: Resource) => {
    const { namespace = '', name } = object.metadata;
    const family = members.get(namespace) ?? new Map<string, Resource>();
    members.set(namespace, family.set(name, object));
  };
  for (const object of informer.list()) put(object);

  const unsubscribe = informer.onChange(({ type, object, previous }) => {
    const { namespace = '', name } = object.metadata;
    answers.delete(namespace);
    if (type === 'deleted') members.get(namespace)?.delete(name);
    else put(object);
    if (type !== 'deleted' && object.status?.accountId === previous?.status?.accountId) return;
    for (const other of members.get(namespace)?.values() ?? []) {
      if (isForbidden(other)) requeue({ kind: kind.definition.kind, namespace, name: other.metadata.name });
    }
  });

  return {
    of({ namespace }) {
      const known = answers.get(namespace);
      if (known) return known;
      const answer = siblingsAmong([...(members.get(namespace)?.values() ?? [])]);
      answers.set(namespace, answer);
      return answer;
    },
    close: unsubscribe,
  };
}

/** The objects of one namespace as siblings: oldest first, of the same age by name. */
export const siblingsAmong = (objects: readonly Resource[]): Sibling[] =>
  objects.toSorted(byAge).map(siblingOf);

function byAge(a: Resource, b: Resource): number {
  const [first, second] = [a, b].map(
    ({ metadata }) => `${metadata.creationTimestamp ?? ''} ${keyOf(metadata)}`,
  );
  return (first ?? '') < (second ?? '') ? -1 : 1;
}

const siblingOf = ({ metadata, status }: Resource): Sibling => ({
  name: metadata.name,
  accountId: status?.accountId,
});

const isForbidden = ({ status }: Resource): boolean =>
  status?.conditions?.some(({ type, reason }) => type === 'Ready' && reason === 'Forbidden') ?? false;
