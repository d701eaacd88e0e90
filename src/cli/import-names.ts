import { createHash } from 'node:crypto';

/** What an object is to be named after. */
export interface Named {
  readonly id: string;
  readonly title?: string | undefined;
}

/** As long as a label's value may be, for names become those here and there. */
const longest = 63;

/**
 * The names of objects of one kind, each once: the same for the same resources in any order. Where two would have
 * the same, each has a digest of its id after it.
 */
export function objectNames<Resource extends Named>(
  resources: readonly Resource[],
): ReadonlyMap<Resource, string> {
  const names = new Map<Resource, string>();
  const taken = new Set<string>();
  const groups = [...Map.groupBy(resources, baseOf)].sort(([, a], [, b]) => a.length - b.length);
  for (const [base, alike] of groups) {
    for (const resource of alike.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
      const name = alike.length === 1 && !taken.has(base) ? base : suffixed(base, resource.id, taken);
      taken.add(name);
      names.set(resource, name);
    }
  }
  return names;
}

/** A name whose letters Kubernetes has none of is no name: then the id is. */
const baseOf = ({ id, title = '' }: Named): string =>
  kubernetesName(title) || kubernetesName(id) || 'imported';

/** RFC 1123's labels: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const kubernetesName = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longest)
    .replace(/^-+|-+$/g, '');

function suffixed(base: string, id: string, taken: ReadonlySet<string>): string {
  const digest = createHash('sha256').update(id).digest('hex');
  for (let length = 8; ; length += 1) {
    const suffix = `-${digest.slice(0, length)}`;
    const name = `${base.slice(0, longest - suffix.length).replace(/-+$/, '')}${suffix}`;
    if (!taken.has(name)) return name;
  }
}
