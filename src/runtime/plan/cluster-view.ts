import {
  type Child,
  type Reference,
  type References,
  referenceKey,
  type Sibling,
} from '../../core/context.ts';
import { group, version } from '../../core/crd/definition.ts';
import type { AnyKind } from '../../core/kind.ts';
import { parentLabel } from '../../core/object-step.ts';
import type { Resource } from '../../core/resource.ts';
import { type KubernetesClient, resourcePath } from '../kubernetes/client.ts';
import { childOf } from '../reconcile/children.ts';
import { isReady } from '../reconcile/references.ts';
import { siblingsAmong } from '../reconcile/siblings.ts';

/**
 * The objects of a cluster at one moment, and how they would be if manifests were applied to it.
 * Guarantees: it writes nothing. What is applied is a dry run, in which the API server validates, sets defaults
 * and keeps status, and stores nothing.
 */
export interface ClusterView {
  readonly objects: readonly PlacedObject[];
  references(wanted: readonly Reference[]): References;
  childrenOf(kind: AnyKind, parent: Reference): readonly Child[];
  siblingsOf(one: Reference): readonly Sibling[];
}

export interface PlacedObject {
  readonly kind: AnyKind;
  readonly object: Resource;
}

/** A manifest of one of our kinds, as a person wrote it. */
export interface Manifest {
  readonly kind: AnyKind;
  readonly namespace: string;
  readonly name: string;
  readonly body: object;
}

export interface ViewOptions {
  readonly client: KubernetesClient;
  /** All that may be referred to, and that children may be of. */
  readonly kinds: readonly AnyKind[];
  /** Empty: all. */
  readonly namespaces: readonly string[];
  readonly fieldManager: string;
}

/** Throws KubernetesError. */
export async function viewCluster(
  options: ViewOptions,
  manifests: readonly Manifest[],
): Promise<ClusterView> {
  const found = (await Promise.all(options.kinds.map((kind) => listAll(options, kind)))).flat();
  const applied: PlacedObject[] = [];
  for (const manifest of manifests) applied.push(await dryRun(options, manifest));
  const objects = new Map(
    [...found, ...applied].map((placed) => [referenceKey(referenceTo(placed)), placed]),
  );
  return {
    objects: [...objects.values()],
    references(wanted) {
      const known = wanted.flatMap((reference) => {
        const placed = objects.get(referenceKey(reference));
        const { status } = placed?.object ?? {};
        return placed ? [[referenceKey(reference), { ready: isReady(placed.object), status }] as const] : [];
      });
      return new Map(known);
    },
    childrenOf({ children }, { namespace, name }) {
      if (!children) return [];
      const own = [...objects.values()].filter(
        ({ kind, object: { metadata } }) =>
          kind.definition.kind === children.kind &&
          metadata.namespace === namespace &&
          metadata.labels?.[children.label] === parentLabel(name),
      );
      return own.map(({ object }) => childOf(object)).sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    siblingsOf({ kind: name, namespace }) {
      const all = [...objects.values()].filter(
        ({ kind, object: { metadata } }) => kind.definition.kind === name && metadata.namespace === namespace,
      );
      return siblingsAmong(all.map(({ object }) => object));
    },
  };
}

export const referenceTo = ({ kind, object: { metadata } }: PlacedObject): Reference => ({
  kind: kind.definition.kind,
  namespace: metadata.namespace ?? '',
  name: metadata.name,
});

const pageSize = 500;

async function listAll({ client, namespaces }: ViewOptions, kind: AnyKind): Promise<PlacedObject[]> {
  const { plural, scope } = kind.definition;
  const places = scope === 'Cluster' || namespaces.length === 0 ? [undefined] : namespaces;
  const found: PlacedObject[] = [];
  for (const namespace of places) {
    const path = resourcePath({ group, version, plural, namespace });
    let next: string | undefined;
    do {
      const page = await client.list<Resource>(path, { limit: pageSize, continue: next });
      found.push(...page.items.map((object) => ({ kind, object })));
      next = page.continue;
    } while (next !== undefined);
  }
  return found;
}

async function dryRun({ client, fieldManager }: ViewOptions, manifest: Manifest): Promise<PlacedObject> {
  const { kind, namespace, name, body } = manifest;
  const { plural, scope } = kind.definition;
  const where = scope === 'Cluster' ? {} : { namespace };
  const path = resourcePath({ group, version, plural, ...where, name });
  return {
    kind,
    object: await client.apply<Resource>(path, body, { fieldManager, force: true, dryRun: true }),
  };
}
