/**
 * A cache of one resource that follows the API server, and tells what changes.
 *
 * Guarantees:
 * - It is never left behind: see reflector.ts (restarts after any error) and store.ts (nothing goes back).
 * - `synced` is true once every scope has been listed whole, and stays so: later failures leave the cache
 *   as it was, a little old. Changes told before that are the first list, page by page.
 * - An object our own write returned, given to `observeWrite`, is seen by whoever reads next.
 * - Objects are trimmed (trim.ts) and frozen.
 * - A handler that throws is logged and told the next change like any other; it stops nothing.
 * - After `stop()` has resolved nothing is told and no request is under way.
 */
import { messageOf } from '../../core/errors.ts';
import type { Clock, Logger, Random } from '../../core/ports.ts';
import type { KubernetesObject } from '../../core/resource.ts';
import { type ResourceLocation, resourcePath } from '../kubernetes/client.ts';
import { type KubernetesTransport, trusted } from '../kubernetes/kubernetes.ts';
import { type ReflectorTarget, type RestartReason, reflect } from './reflector.ts';
import { type Change, ObjectStore } from './store.ts';
import { deepFrozen, isKubernetesObject, trimmed } from './trim.ts';

export interface InformerOptions<T extends KubernetesObject> {
  readonly transport: KubernetesTransport;
  readonly resource: Pick<ResourceLocation, 'group' | 'version' | 'plural'>;
  /** One watch each; without any, one watch over the whole cluster (and for cluster-scoped resources). */
  readonly namespaces?: readonly string[] | undefined;
  readonly labelSelector?: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Takes away more than managedFields and kubectl's annotation; must keep the metadata. */
  readonly trim?: (object: T) => T;
  readonly onRestart?: (reason: RestartReason) => void;
}

export interface Informer<T extends KubernetesObject> {
  /** Once; handlers should be there before, for the first list is told as additions. */
  start(): void;
  stop(): Promise<void>;
  readonly synced: boolean;
  /** Rejects with the signal's reason, or when the informer is stopped before. */
  whenSynced(signal?: AbortSignal): Promise<void>;
  /** By `namespace/name`, or the name of a cluster-scoped object (core's `keyOf`). */
  get(key: string): T | undefined;
  list(): Iterable<T>;
  readonly size: number;
  /** Called synchronously for every change, in order. Returns what ends it. */
  onChange(handler: (change: Change<T>) => void): () => void;
  /** What a write returned; it is frozen with the cache's copy, which shares its parts. */
  observeWrite(object: T): void;
}

interface Scope<T extends KubernetesObject> {
  readonly path: string;
  readonly store: ObjectStore<T>;
}

/** The name of the scope that is the whole cluster. */
const EVERYWHERE = '';

export const createInformer = <T extends KubernetesObject>(options: InformerOptions<T>): Informer<T> =>
  new ReflectingInformer(options);

class ReflectingInformer<T extends KubernetesObject> implements Informer<T> {
  readonly #options: InformerOptions<T>;
  readonly #stopping = new AbortController();
  readonly #handlers = new Set<(change: Change<T>) => void>();
  readonly #scopes: ReadonlyMap<string, Scope<T>>;
  readonly #unsynced: Set<string>;
  readonly #synced = Promise.withResolvers<void>();
  #running: Promise<unknown> | undefined;

  constructor(options: InformerOptions<T>) {
    this.#options = options;
    const { resource, namespaces = [], labelSelector } = options;
    const scope = (namespace?: string): Scope<T> => ({
      path: resourcePath({ ...resource, namespace }),
      store: new ObjectStore({ selective: labelSelector !== undefined }),
    });
    this.#scopes = new Map(
      namespaces.length === 0 ? [[EVERYWHERE, scope()]] : namespaces.map((name) => [name, scope(name)]),
    );
    this.#unsynced = new Set(this.#scopes.keys());
    // Nobody need wait for it: a stop before the first list is no unhandled rejection.
    this.#synced.promise.catch(() => undefined);
  }

  start(): void {
    this.#running ??= Promise.all(
      [...this.#scopes].map(([name, scope]) =>
        reflect(this.#target(name, scope), { ...this.#options, path: scope.path }, this.#stopping.signal),
      ),
    );
  }

  async stop(): Promise<void> {
    const reason = new Error(`the informer of ${this.#options.resource.plural} was stopped`);
    this.#stopping.abort(reason);
    this.#synced.reject(reason);
    await this.#running;
  }

  get synced(): boolean {
    return this.#unsynced.size === 0;
  }

  whenSynced(signal?: AbortSignal): Promise<void> {
    return abortable(this.#synced.promise, signal);
  }

  get(key: string): T | undefined {
    return this.#scopeOf(key.slice(0, Math.max(0, key.indexOf('/'))))?.store.get(key);
  }

  *list(): Iterable<T> {
    for (const { store } of this.#scopes.values()) yield* store.values();
  }

  get size(): number {
    return [...this.#scopes.values()].reduce((sum, { store }) => sum + store.size, 0);
  }

  onChange(handler: (change: Change<T>) => void): () => void {
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  observeWrite(object: T): void {
    if (this.#stopping.signal.aborted) return;
    const scope = this.#scopeOf(object.metadata.namespace ?? EVERYWHERE);
    if (scope) this.#emit(scope.store.observe(this.#prepared(object)));
  }

  #scopeOf(namespace: string): Scope<T> | undefined {
    return this.#scopes.get(EVERYWHERE) ?? this.#scopes.get(namespace);
  }

  #target(name: string, { store }: Scope<T>): ReflectorTarget {
    return {
      get version() {
        return store.version;
      },
      listed: (version) => {
        const pass = store.list(version);
        return {
          page: (items) => this.#emit(pass.page(items.map((item) => this.#prepared(item)))),
          end: () => {
            this.#emit(pass.end());
            this.#unsynced.delete(name);
            if (this.synced) this.#synced.resolve();
          },
        };
      },
      changed: (type, raw) => {
        const object = this.#prepared(raw);
        this.#emit(type === 'DELETED' ? store.remove(object) : store.put(object));
      },
      reached: (version) => store.reach(version),
    };
  }

  #prepared(raw: unknown): T {
    if (!isKubernetesObject(raw))
      throw new Error('the API server sent an object without name or resourceVersion');
    const object = trimmed(trusted<T>(raw));
    return deepFrozen(this.#options.trim?.(object) ?? object);
  }

  #emit(changes: readonly Change<T>[]): void {
    for (const change of changes) {
      for (const handler of this.#handlers) this.#tell(handler, change);
    }
  }

  #tell(handler: (change: Change<T>) => void, change: Change<T>): void {
    try {
      handler(change);
    } catch (error) {
      const { logger, resource } = this.#options;
      const fields = { plural: resource.plural, key: change.key, error: messageOf(error) };
      logger.error(fields, 'a handler of the informer threw');
    }
  }
}

function abortable(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return promise;
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
