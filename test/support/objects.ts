import { setTimeout as sleep } from 'node:timers/promises';
import type { Condition } from '../../src/core/conditions.ts';
import type { CommonStatus, Resource } from '../../src/core/resource.ts';
import { type KubernetesClient, resourcePath } from '../../src/runtime/kubernetes/client.ts';
import { isNotFound } from '../../src/runtime/kubernetes/kubernetes.ts';
import { patience } from './patience.ts';

/** An object of one of our kinds as the API server has it. */
export interface StoredObject<Status> extends Resource {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status?: CommonStatus & Status;
}

/** What a person with kubectl does with the objects of one kind in one namespace. */
export interface Objects<Stored> {
  /** `kubectl apply --server-side`. */
  apply(name: string, spec?: object, annotations?: Record<string, string>): Promise<Stored>;
  get(name: string): Promise<Stored>;
  list(): Promise<readonly Stored[]>;
  /** RFC 7386. */
  patch(name: string, patch: object): Promise<Stored>;
  /** Null takes the annotation off. */
  annotate(name: string, annotations: Record<string, string | null>): Promise<Stored>;
  /** `kubectl delete --wait=false`. */
  delete(name: string): Promise<void>;
  /** `kubectl delete`. */
  deleteAndWait(name: string, timeoutMs?: number): Promise<void>;
  waitGone(name: string, timeoutMs?: number): Promise<void>;
  /** As losing etcd does: the object is gone, and nobody was asked. */
  forget(name: string): Promise<void>;
  /** Polls until it is so; the failure tells what it was instead. */
  waitFor(name: string, what: (object: Stored) => boolean, timeoutMs?: number): Promise<Stored>;
  waitReady(name: string, timeoutMs?: number): Promise<Stored>;
  /** Its condition Ready, once that is False for this reason. */
  waitBlocked(name: string, reason: string): Promise<Condition>;
  /** Asks for a look by annotation, and waits until it was taken. */
  lookNow(name: string): Promise<Stored>;
}

export interface ObjectsOptions {
  readonly client: KubernetesClient;
  /** Of a kind that is namespaced. */
  readonly namespace?: string;
  readonly kind: string;
  readonly plural: string;
  /** Added to the message of a wait that failed. */
  readonly context?: () => Promise<string>;
}

let looks = 0;

export function objectsOf<Stored extends StoredObject<unknown>>(options: ObjectsOptions): Objects<Stored> {
  const { client, namespace, kind, plural } = options;
  const path = (name?: string) =>
    resourcePath({ group: 'mooring.dev', version: 'v1alpha1', plural, namespace, name });
  const get = (name: string) => client.get<Stored>(path(name));
  const patch = (name: string, body: object) => client.mergePatch<Stored>(path(name), body);
  const annotate = (name: string, annotations: object) => patch(name, { metadata: { annotations } });
  const remove = (name: string) => client.remove(path(name));

  const waitFor = (name: string, what: (object: Stored) => boolean, timeoutMs = patience) => {
    let last: Stored | undefined;
    return until({
      ask: async () => {
        last = await get(name);
        return what(last) ? last : undefined;
      },
      timeoutMs,
      failure: async () =>
        `${name} is not ${what}; it is ${told(last)}\n${(await options.context?.()) ?? ''}`,
    });
  };
  const waitGone = async (name: string, timeoutMs = patience) => {
    let last: Stored | undefined;
    await until({
      ask: async () => {
        last = await ifThere(get(name));
        return last === undefined ? true : undefined;
      },
      timeoutMs,
      failure: async () => `${name} still exists: ${told(last)}\n${(await options.context?.()) ?? ''}`,
    });
  };

  return {
    get,
    patch,
    annotate,
    waitFor,
    waitGone,
    list: async () => (await client.list<Stored>(path())).items,
    apply: (name, spec, annotations) =>
      client.apply<Stored>(
        path(name),
        {
          apiVersion: 'mooring.dev/v1alpha1',
          kind,
          metadata: { name, ...(annotations && { annotations }) },
          spec: spec ?? {},
        },
        { fieldManager: 'kubectl', force: true },
      ),
    waitReady: (name, timeoutMs) => waitFor(name, isCurrent, timeoutMs),
    async waitBlocked(name, reason) {
      const ready = condition(await waitFor(name, isBlocked(reason)), 'Ready');
      if (!ready) throw new Error(`${name} has no condition Ready`);
      return ready;
    },
    async lookNow(name) {
      looks += 1;
      const asked = `look ${looks}`;
      await annotate(name, { [reconcileAt]: asked });
      return await waitFor(name, ({ status }) => status?.lastHandledReconcileAt === asked);
    },
    delete: async (name) => void (await remove(name)),
    async deleteAndWait(name, timeoutMs) {
      await remove(name);
      await waitGone(name, timeoutMs);
    },
    async forget(name) {
      await patch(name, { metadata: { finalizers: null } });
      await ifThere(remove(name));
      await waitGone(name);
    },
  };
}

/** The annotation that asks for a look now. */
export const reconcileAt = 'mooring.dev/reconcile-at';

/** Polls until there is an answer. */
export async function until<T>({
  ask,
  timeoutMs = patience,
  failure,
}: {
  readonly ask: () => Promise<T | undefined>;
  readonly timeoutMs?: number;
  readonly failure: () => Promise<string>;
}): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`after ${timeoutMs / 1_000} s ${await failure()}`);
    await sleep(50);
  }
}

/** Undefined: there is none. */
export async function ifThere<Value>(answer: Promise<Value>): Promise<Value | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

export const condition = ({ status }: StoredObject<unknown>, type: string): Condition | undefined =>
  status?.conditions?.find((found) => found.type === type);

/** As `kubectl wait` and Argo CD read it (kstatus): of this generation, ready, and nothing under way or stuck. */
export function isCurrent(object: StoredObject<unknown>): boolean {
  const { metadata, status } = object;
  if (metadata.deletionTimestamp !== undefined) return false;
  const is = (type: string, value: string) => condition(object, type)?.status === value;
  return (
    status?.observedGeneration === metadata.generation &&
    is('Ready', 'True') &&
    is('Reconciling', 'False') &&
    is('Stalled', 'False')
  );
}

/** Whether it is not ready, for this reason, and as the present manifest has it. */
export const isBlocked =
  (reason: string) =>
  (object: StoredObject<unknown>): boolean => {
    const ready = condition(object, 'Ready');
    return (
      ready?.status === 'False' &&
      ready.reason === reason &&
      ready.observedGeneration === object.metadata.generation
    );
  };

/** As text, without what a reader of a failure does not look for. */
function told(object: StoredObject<unknown> | undefined): string {
  if (!object) return 'unknown';
  const { metadata, spec, status } = object;
  return JSON.stringify({ metadata: { ...metadata, managedFields: undefined }, spec, status }, null, 1);
}
