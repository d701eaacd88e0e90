/**
 * What an informer knows: the newest state of each object that has been told, by a list, by the watch or by
 * the reply to a write of our own.
 *
 * Guarantees, for any order in which these three arrive:
 * - An object never goes back to an older resourceVersion. The exception is a list older than what was
 *   known: etcd has been restored, and the list is right.
 * - A deletion always wins over the object it is of, and never over another of the same name made since.
 * - The reply to a write never brings back an object that the watch has already told the end of. The watch
 *   tells changes in the order of their resourceVersions, so that it is past everything up to `version`.
 * - After a list all that it does not have is gone, except what was written after it.
 *
 * resourceVersions are compared as integers, which Kubernetes promises since 1.35 (KEP-5504).
 */
import { type KubernetesObject, keyOf } from '../../core/resource.ts';

export interface Change<T> {
  readonly type: 'added' | 'modified' | 'deleted';
  readonly key: string;
  /** The state now; the last known one of what was deleted. */
  readonly object: T;
  readonly previous?: T;
}

export class ObjectStore<T extends KubernetesObject> {
  readonly #objects = new Map<string, T>();
  readonly #selective: boolean;
  #version = '0';

  /** `selective`: a label selector may exclude what a write of ours returns. */
  constructor({ selective }: { readonly selective: boolean }) {
    this.#selective = selective;
  }

  /** How far the list and the watch have told: where to go on from. */
  get version(): string {
    return this.#version;
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  values(): Iterable<T> {
    return this.#objects.values();
  }

  /** A bookmark: the watch has told everything up to `version`. */
  reach(version: string): void {
    if (compareResourceVersions(version, this.#version) > 0) this.#version = version;
  }

  /** ADDED or MODIFIED; nothing changes when it is older than what is known, or the same. */
  put(object: T): Change<T>[] {
    this.reach(object.metadata.resourceVersion);
    const known = this.#objects.get(keyOf(object.metadata));
    return known && !isNewer(object, known) ? [] : this.#set(object);
  }

  /** DELETED: out of existence, or out of what the label selector selects. */
  remove(object: T): Change<T>[] {
    this.reach(object.metadata.resourceVersion);
    const key = keyOf(object.metadata);
    const known = this.#objects.get(key);
    if (!known || (known.metadata.uid !== object.metadata.uid && isNewer(known, object))) return [];
    return this.#delete(key, known, object);
  }

  /** What a write of our own returned. An object not known yet waits for the watch if it may not be selected. */
  observe(object: T): Change<T>[] {
    const known = this.#objects.get(keyOf(object.metadata));
    if (known) return isNewer(object, known) ? this.#set(object) : [];
    const told = compareResourceVersions(object.metadata.resourceVersion, this.#version) <= 0;
    return told || this.#selective ? [] : this.#set(object);
  }

  /** Takes a list in, page by page, all of which show the state at `version`. */
  list(version: string): ListPass<T> {
    const restored = compareResourceVersions(version, this.#version) < 0;
    const listed = new Set<string>();
    return {
      page: (items) =>
        items.flatMap((object) => {
          const key = keyOf(object.metadata);
          listed.add(key);
          const known = this.#objects.get(key);
          const same = known?.metadata.resourceVersion === object.metadata.resourceVersion;
          if (known && (same || (!restored && !isNewer(object, known)))) return [];
          return this.#set(object);
        }),
      end: () => {
        this.#version = version;
        const gone = [...this.#objects].filter(
          ([key, { metadata }]) =>
            !listed.has(key) && (restored || compareResourceVersions(metadata.resourceVersion, version) <= 0),
        );
        return gone.flatMap(([key, object]) => this.#delete(key, object, object));
      },
    };
  }

  #set(object: T): Change<T>[] {
    const key = keyOf(object.metadata);
    const previous = this.#objects.get(key);
    if (previous && previous.metadata.uid !== object.metadata.uid) {
      return [...this.#delete(key, previous, previous), ...this.#set(object)];
    }
    this.#objects.set(key, object);
    return [previous ? { type: 'modified', key, object, previous } : { type: 'added', key, object }];
  }

  #delete(key: string, previous: T, object: T): Change<T>[] {
    this.#objects.delete(key);
    return [{ type: 'deleted', key, object, previous }];
  }
}

export interface ListPass<T> {
  page(items: readonly T[]): Change<T>[];
  /** What is gone, once all pages are in. */
  end(): Change<T>[];
}

/** Positive when `a` is newer. Decimal integers of any length. */
export function compareResourceVersions(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

const isNewer = (object: KubernetesObject, than: KubernetesObject): boolean =>
  compareResourceVersions(object.metadata.resourceVersion, than.metadata.resourceVersion) > 0;
