import { group, version } from '../../core/crd/definition.ts';
import type { AnyKind } from '../../core/kind.ts';
import type { Resource } from '../../core/resource.ts';
import type { CachedKind } from '../informer/cached-kind.ts';
import { createInformer } from '../informer/informer.ts';
import { resourceName, tellReadiness } from '../metrics/readiness.ts';
import { resultOf } from '../metrics/reconciles.ts';
import { createQueue } from '../queue/queue.ts';
import type { Queue } from '../queue/queue-options.ts';
import type { ChildIndex } from '../reconcile/children.ts';
import type { WriteObject } from '../reconcile/object-writes.ts';
import { createObjects } from '../reconcile/objects.ts';
import type { Guards, ReconcilerOptions } from '../reconcile/options.ts';
import { createReconcile } from '../reconcile/reconcile.ts';
import type { ReferenceIndex } from '../reconcile/references.ts';
import { createSecretWrites } from '../reconcile/secret-writes.ts';
import type { SiblingIndex } from '../reconcile/siblings.ts';
import type { SweepResult } from '../sweep/sweep.ts';
import { runSweeper } from '../sweep/sweeper.ts';
import { runController } from './controller.ts';
import type { ManagerOptions } from './manager-options.ts';

export function manageKind(options: ManagerOptions, kind: AnyKind): CachedKind {
  const { transport, namespaces, labelSelector, clock, random, logger, metrics } = options;
  const { kind: name, plural, scope } = kind.definition;
  const informer = createInformer<Resource>({
    transport,
    resource: { group, version, plural },
    namespaces: scope === 'Namespaced' ? namespaces : undefined,
    labelSelector,
    clock,
    random,
    logger,
    onRestart: (reason) => metrics.watchRestarted(name, reason),
  });
  informer.onChange(tellReadiness(metrics.resources, name));
  informer.onChange(({ type, object }) => {
    if (type === 'deleted') metrics.samples.remove(resourceName(name, object));
  });
  if (kind.gauges) metrics.samples.declare(kind.gauges.definitions);
  return { kind, informer };
}

/** What one term of leadership adds to a kind: its queue, its workers and its sweeps. */
export interface Term {
  readonly queue: Queue;
  /** Resolves when all work has ended, after `stop`. */
  readonly done: Promise<unknown>;
  /** Takes nothing new, waits for what runs. True when nothing was left running. */
  stop(graceMs: number): Promise<boolean>;
}

/** What the kinds of one term share. */
export interface Shared {
  readonly guards: Guards;
  readonly references: () => ReferenceIndex;
  readonly children: () => ChildIndex;
  readonly siblings: () => SiblingIndex;
  readonly write: WriteObject;
}

export function beginTerm(options: ManagerOptions, { kind, informer }: CachedKind, shared: Shared): Term {
  const { clock, random, logger, metrics, concurrency } = options;
  const name = kind.definition.kind;
  const controller = name.toLowerCase();
  const queue = createQueue({ clock, random, logger, metrics: metrics.queues.metrics(controller) });
  metrics.queues.watch(controller, queue);
  metrics.reconciles.controller(controller, concurrency);
  metrics.sweeps.begin(name, options.resync / 1_000, clock.now() / 1_000);

  const reconciler = reconcilerOptions(options, { kind, informer }, shared);
  const reconcile = createReconcile(reconciler);
  const sweeping = new AbortController();
  const done = Promise.all([
    runController({
      informer,
      queue,
      reconcile: (key) => {
        metrics.reconciles.started(controller);
        return reconcile(key);
      },
      concurrency,
      clock,
      onReconciled: (requeue, seconds) => metrics.reconciles.ended(controller, resultOf(requeue), seconds),
    }),
    runSweeper(
      {
        reconciler,
        objects: () => informer.list(),
        queue,
        every: options.resync,
        clock,
        random,
        onSwept: (result, seconds) => tellSweep(options, name, { result, seconds, objects: informer.list() }),
      },
      sweeping.signal,
    ),
  ]);
  return {
    queue,
    done,
    stop: (graceMs) => {
      sweeping.abort(new Error('no longer leading'));
      return queue.stop({ drain: true, graceMs }).finally(() => {
        // What was measured is the next leader's to tell.
        metrics.sweeps.end(name);
        metrics.samples.clear(name);
        metrics.conditions(name, new Map());
      });
    },
  };
}

function reconcilerOptions(
  options: ManagerOptions,
  { kind, informer }: CachedKind,
  { guards, references, children, siblings, write }: Shared,
): ReconcilerOptions {
  const { plural } = kind.definition;
  return {
    kind,
    cluster: options.cluster,
    objects: createObjects(options.client, informer, { group, version, plural }),
    cached: (key) => informer.get(key),
    references: (referrer, wanted) => references().resolve(referrer, wanted),
    forgetReferences: (referrer) => references().forget(referrer),
    ...(kind.children ? { offspring: { of: (parent) => children().of(parent), write } } : {}),
    ...(kind.siblings ? { siblings: (of) => siblings().of(of) } : {}),
    ...(kind.deliversSecrets ? { writeSecret: createSecretWrites(options.client) } : {}),
    execute: options.execute,
    resolvePlacement: options.accounts.resolvePlacement,
    mayWrite: () => options.lease.assertLeading(),
    record: (object, event) => options.recorder.record(object, event),
    guards,
    defaultTags: options.defaultTags,
    readOnly: options.readOnly,
    watchesAllOf: (namespace) =>
      options.labelSelector === undefined && (options.namespaces?.includes(namespace) ?? true),
    clock: options.clock,
    newToken: options.newToken,
    logger: options.logger,
    onRepair: (field) => options.metrics.drift(kind.definition.kind, field),
    onMeasured: ({ metadata: { namespace = '', name } }, samples) =>
      options.metrics.samples.set({ kind: kind.definition.kind, namespace, name }, samples),
  };
}

function tellSweep(
  { metrics, clock }: Pick<ManagerOptions, 'metrics' | 'clock'>,
  kind: string,
  swept: { readonly result: SweepResult; readonly seconds: number; readonly objects: Iterable<Resource> },
): void {
  const { listed, orphans } = swept.result;
  metrics.sweeps.done(kind, {
    seconds: swept.seconds,
    resources: listed,
    orphans: orphans.length,
    at: clock.now() / 1_000,
  });
  metrics.conditions(kind, conditionsOf(swept.objects));
}

/** How many objects have each condition beyond the three that all have, such as `Idle`. */
function conditionsOf(objects: Iterable<Resource>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { status } of objects) {
    for (const condition of status?.conditions ?? []) {
      const own = !['Ready', 'Reconciling', 'Stalled'].includes(condition.type);
      if (own)
        counts.set(condition.type, (counts.get(condition.type) ?? 0) + Number(condition.status === 'True'));
    }
  }
  return counts;
}
