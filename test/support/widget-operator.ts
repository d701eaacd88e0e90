import { LeadershipLost } from '../../src/core/errors.ts';
import { annotations, finalizer, ownershipTags } from '../../src/core/identity.ts';
import type { AnyKind } from '../../src/core/kind.ts';
import { type CommonStatus, keyOf, type ObjectMeta, type Resource } from '../../src/core/resource.ts';
import type { Scope } from '../../src/core/scope.ts';
import { createDeletions } from '../../src/runtime/guards/deletions.ts';
import { createExclusions } from '../../src/runtime/guards/exclusions.ts';
import { createFights } from '../../src/runtime/guards/fights.ts';
import { createRecreations } from '../../src/runtime/guards/recreations.ts';
import { KubernetesError } from '../../src/runtime/kubernetes/kubernetes.ts';
import type { Objects } from '../../src/runtime/reconcile/objects.ts';
import type { ReconcilerOptions, Record as Tell } from '../../src/runtime/reconcile/options.ts';
import type { Requeue } from '../../src/runtime/reconcile/outcome.ts';
import { createReconcile } from '../../src/runtime/reconcile/reconcile.ts';
import { recordingLogger } from './recording-logger.ts';
import { VirtualClock } from './virtual-clock.ts';
import { WidgetAws, type WidgetOptions, widgetKind } from './widget.ts';

export const scope: Scope = { partition: 'aws', account: '123456789012', region: 'eu-central-1' };

const conflict = () => new KubernetesError({ status: 409, reason: 'Conflict', message: 'changed meanwhile' });

/** The API server as far as a reconcile writes to it: versions, merge patches, finalizers that hold a deletion. */
export class FakeObjects implements Objects {
  readonly stored = new Map<string, Resource>();
  /** Every write that was applied, in order: `patch` or `status`, and what it said. */
  readonly writes: { readonly verb: 'patch' | 'status'; readonly body: object }[] = [];
  terminating = false;
  /** Called before each write, which fails with what this throws. */
  beforeWrite: (verb: 'patch' | 'status', object: Resource) => void = () => {};
  #version = 100;

  put(object: Resource): Resource {
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#version) } };
    this.stored.set(keyOf(object.metadata), stored);
    return stored;
  }

  async patch(object: Resource, patch: object): Promise<Resource> {
    const current = this.#current('patch', object);
    const metadata: ObjectMeta = { ...current.metadata, ...Object(Reflect.get(patch, 'metadata')) };
    this.writes.push({ verb: 'patch', body: patch });
    const after = this.put({ ...current, metadata });
    if (metadata.deletionTimestamp !== undefined && metadata.finalizers?.length === 0)
      this.stored.delete(keyOf(metadata));
    return after;
  }

  async patchStatus(object: Resource, status: object): Promise<Resource> {
    const current = this.#current('status', object);
    this.writes.push({ verb: 'status', body: status });
    return this.put({ ...current, status: merged(current.status ?? {}, status) });
  }

  /** Its rule for conflicts is tried against the real API server (test/runtime). */
  saveStatus(object: Resource, status: object): Promise<Resource> {
    return this.patchStatus(object, status);
  }

  async definitionTerminating(): Promise<boolean> {
    return this.terminating;
  }

  #current(verb: 'patch' | 'status', object: Resource): Resource {
    this.beforeWrite(verb, object);
    const current = this.stored.get(keyOf(object.metadata));
    if (current?.metadata.resourceVersion !== object.metadata.resourceVersion) throw conflict();
    return current;
  }
}

/** RFC 7386, one object onto another. */
export function merged(target: object, patch: object): CommonStatus {
  const result = new Map<string, unknown>(Object.entries(target));
  for (const [key, value] of Object.entries(patch)) {
    const before = result.get(key);
    if (value === null) result.delete(key);
    else if (isObject(value)) result.set(key, merged(isObject(before) ? before : {}, value));
    else result.set(key, value);
  }
  return Object.fromEntries(result);
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export interface WidgetOperatorOptions extends Partial<Omit<WidgetOptions, 'aws'>> {
  readonly readOnly?: boolean;
  readonly maxDeletions?: number;
  readonly kind?: (aws: WidgetAws) => AnyKind;
}

/** An operator of widgets without its informers: a reconcile, what it writes to, and what it tells. */
export function widgetOperator(options: WidgetOperatorOptions = {}) {
  const { readOnly = false, maxDeletions = 20, ...rest } = options;
  const clock = new VirtualClock();
  const aws = new WidgetAws();
  const objects = new FakeObjects();
  const logger = recordingLogger();
  const events: Parameters<Tell>[1][] = [];
  const repairs: string[] = [];
  const forgotten: string[] = [];
  const leadership = { held: true };
  const where = { scope };
  let tokens = 0;
  const reconciler: ReconcilerOptions = {
    kind: options.kind?.(aws) ?? widgetKind({ aws, ...rest }),
    cluster: 'prod-eu',
    objects,
    cached: (key) => objects.stored.get(key),
    references: () => new Map(),
    forgetReferences: ({ kind, namespace, name }) => void forgotten.push(`${kind}/${namespace}/${name}`),
    execute: aws.execute,
    resolvePlacement: async () => where,
    mayWrite: () => {
      if (!leadership.held) throw new LeadershipLost();
    },
    record: (_, event) => void events.push(event),
    guards: {
      deletions: createDeletions(maxDeletions, clock),
      recreations: createRecreations(),
      fights: createFights(clock),
      exclusions: createExclusions(),
    },
    defaultTags: {},
    readOnly,
    watchesAllOf: () => true,
    clock,
    newToken: () => `t-${++tokens}`,
    logger,
    onRepair: (field) => void repairs.push(field),
  };
  return {
    clock,
    aws,
    objects,
    logger,
    events,
    repairs,
    forgotten,
    leadership,
    where,
    reconciler,
    ...driving(reconciler, objects, aws),
  };
}

function driving(reconciler: ReconcilerOptions, objects: FakeObjects, aws: WidgetAws) {
  const reconcile = createReconcile(reconciler);
  const get = (name = 'one'): Resource | undefined => objects.stored.get(`shop/${name}`);
  const existing = (name = 'one'): Resource => {
    const object = get(name);
    if (!object) throw new Error(`there is no ${name}`);
    return object;
  };
  return {
    get,
    /** As `kubectl apply` does: a changed spec is another generation. */
    apply(spec: object = {}, name = 'one', metadata: Partial<ObjectMeta> = {}): Resource {
      const before = get(name);
      const own = { name, namespace: 'shop', uid: `u-${name}`, resourceVersion: '0' };
      const generation = (before?.metadata.generation ?? 0) + 1;
      return objects.put({
        apiVersion: 'mooring.dev/v1alpha1',
        kind: 'Widget',
        ...before,
        metadata: { ...own, ...before?.metadata, generation, ...metadata },
        spec,
      });
    },
    /** As `kubectl annotate` does. */
    annotate: (key: keyof typeof annotations, value: string, name = 'one') => {
      const object = existing(name);
      const all = { ...object.metadata.annotations, [annotations[key]]: value };
      return objects.put({ ...object, metadata: { ...object.metadata, annotations: all } });
    },
    /** As `kubectl delete` does: it waits for the finalizers. */
    remove(name = 'one'): void {
      const object = existing(name);
      if (!object.metadata.finalizers?.includes(finalizer)) return void objects.stored.delete(`shop/${name}`);
      objects.put({ ...object, metadata: { ...object.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
    },
    reconcile: (name = 'one'): Promise<Requeue> => reconcile(`shop/${name}`),
    condition: (type: string, name = 'one') =>
      get(name)?.status?.conditions?.find((condition) => condition.type === type),
    /** A widget that carries the identity of the object of this name. */
    existingWidget(name = 'one', size = 1, uid = `u-${name}`) {
      const identity = { cluster: 'prod-eu', kind: 'Widget', namespace: 'shop', name };
      const widget = { id: `w-${name}`, size, tags: ownershipTags({ identity, uid, role: 'primary' }) };
      aws.widgets.set(widget.id, widget);
      return widget;
    },
  };
}
