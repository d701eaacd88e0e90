import type { Child, Reference } from '../../core/context.ts';
import { parentLabel } from '../../core/object-step.ts';
import { keyOf, type Resource } from '../../core/resource.ts';
import type { CachedKind } from '../informer/cached-kind.ts';

/**
 * The objects that objects of another kind have made, from the caches.
 * Guarantees: a parent is reconciled again whenever a child of it appears, changes or goes, whoever did it;
 * what this process itself wrote is among the children of the very next reconcile.
 */
export interface ChildIndex {
  /** In the order of their names. */
  of(parent: Reference): readonly Child[];
  /** Hears of nothing any more. */
  close(): void;
}

export function createChildIndex(
  watched: readonly CachedKind[],
  requeue: (parent: Reference) => void,
): ChildIndex {
  const families = new Map(
    watched.flatMap(({ kind }) => {
      if (!kind.children) return [];
      const { informer } = managedKind(watched, kind.children.kind);
      const { kind: name } = kind.definition;
      return [[name, createFamily(name, kind.children.label, informer, requeue)]];
    }),
  );
  return {
    of: (parent) => families.get(parent.kind)?.of(parent) ?? [],
    close: () => {
      for (const family of families.values()) family.close();
    },
  };
}

/** Throws where the kind is not among those this operator runs. */
export function managedKind(watched: readonly CachedKind[], kind: string): CachedKind {
  const found = watched.find(({ kind: { definition } }) => definition.kind === kind);
  if (!found) throw new Error(`${kind} is not among the kinds this operator manages`);
  return found;
}

/** One kind's children, by namespace and the value of the label. */
function createFamily(
  parentKind: string,
  label: string,
  informer: CachedKind['informer'],
  requeue: (parent: Reference) => void,
): ChildIndex {
  const members = new Map<string, Map<string, Resource>>();
  /** A long name is cut in the label: whoever has asked under it is who is told. */
  const askedBy = new Map<string, Reference>();

  const placeOf = ({ metadata: { namespace = '', labels } }: Resource) => {
    const value = labels?.[label];
    return value === undefined ? undefined : `${namespace}/${value}`;
  };
  const put = (object: Resource) => {
    const place = placeOf(object);
    if (place === undefined) return;
    const known = members.get(place) ?? new Map<string, Resource>();
    members.set(place, known.set(keyOf(object.metadata), object));
  };
  const take = (object: Resource) => {
    const place = placeOf(object);
    const known = place === undefined ? undefined : members.get(place);
    known?.delete(keyOf(object.metadata));
    if (place !== undefined && known?.size === 0) members.delete(place);
  };
  const tell = (object: Resource) => {
    const place = placeOf(object);
    if (place === undefined) return;
    const [namespace = '', name = ''] = place.split('/');
    requeue(askedBy.get(place) ?? { kind: parentKind, namespace, name });
  };

  for (const object of informer.list()) put(object);
  const unsubscribe = informer.onChange(({ type, object, previous }) => {
    if (previous) take(previous);
    if (type !== 'deleted') put(object);
    if (previous && placeOf(previous) !== placeOf(object)) tell(previous);
    tell(object);
  });
  return {
    of(parent) {
      const place = `${parent.namespace}/${parentLabel(parent.name)}`;
      askedBy.set(place, parent);
      const found = [...(members.get(place)?.values() ?? [])].map(childOf);
      return found.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    close: unsubscribe,
  };
}

export const childOf = ({ metadata, spec, status }: Resource): Child => ({
  name: metadata.name,
  uid: metadata.uid,
  labels: metadata.labels ?? {},
  annotations: metadata.annotations ?? {},
  ...(metadata.creationTimestamp === undefined ? {} : { creationTimestamp: metadata.creationTimestamp }),
  deleting: metadata.deletionTimestamp !== undefined,
  spec,
  status,
});
