import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Pages } from '../http/http-server.ts';
import { type QueueInstruments, queueInstruments } from './queue.ts';
import { type ReconcileInstruments, reconcileInstruments } from './reconciles.ts';
import { type RequestInstruments, requestInstruments } from './requests.ts';
import { type ResourceInstruments, resourceInstruments } from './resources.ts';
import { type SampleInstruments, sampleInstruments } from './samples.ts';
import { type SweepInstruments, sweepInstruments } from './sweeps.ts';

/**
 * What the operator tells Prometheus. Only this file and metrics/ know prom-client.
 *
 * Guarantees
 * - Names and labels of what every operator has are the ecosystem's (client-go, controller-runtime,
 *   prom-client's own `process_*` and `nodejs_*` with the event loop's lag), so that dashboards fit.
 * - No label holds what grows without bounds (a message, a request's id, a path); series that name single
 *   objects are limited in number, or as many as an object's schema allows.
 * - Two of them in one process share nothing.
 */
export interface Metrics {
  readonly queues: QueueInstruments;
  readonly reconciles: ReconcileInstruments;
  readonly requests: RequestInstruments;
  readonly resources: ResourceInstruments;
  readonly samples: SampleInstruments;
  readonly sweeps: SweepInstruments;
  /** `isLeader` is asked at every scrape. */
  leadership(name: string, isLeader: () => boolean): void;
  /** A field was found changed in AWS and mended. */
  drift(kind: string, field: string): void;
  /** As of the last sweep: how many objects have a condition of their kind's own, such as `Idle`. Nothing: none is told. */
  conditions(kind: string, objects: ReadonlyMap<string, number>): void;
  /** An informer's watch was interrupted. */
  watchRestarted(kind: string, reason: string): void;
  /** Everything, in the text exposition format. */
  render(): Promise<{ readonly contentType: string; readonly body: string }>;
}

export interface MetricsOptions {
  /** Objects that `mooring_resource_ready` names. Default 1,000. */
  readonly namedResources?: number;
  /** `process_*` and `nodejs_*`. Default true. */
  readonly process?: boolean;
  /** Where they are registered. Default: one of its own. */
  readonly registry?: Registry;
}

export function createMetrics({
  namedResources = 1_000,
  process = true,
  registry = new Registry(),
}: MetricsOptions = {}): Metrics {
  if (process) collectDefaultMetrics({ register: registry });
  return {
    queues: queueInstruments(registry),
    reconciles: reconcileInstruments(registry),
    requests: requestInstruments(registry),
    resources: resourceInstruments(registry, namedResources),
    samples: sampleInstruments(registry),
    sweeps: sweepInstruments(registry),
    leadership: leadership(registry),
    ...ofObjects(registry),
    watchRestarted: watchRestarts(registry),
    render: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}

export const metricsPages = (metrics: Pick<Metrics, 'render'>): Pages => ({
  '/metrics': async () => ({ status: 200, ...(await metrics.render()) }),
});

/** k8s.io/client-go/tools/leaderelection. */
function leadership(registry: Registry): Metrics['leadership'] {
  const asked = new Map<string, () => boolean>();
  new Gauge({
    name: 'leader_election_master_status',
    help: '1 where this process leads, else 0',
    labelNames: ['name'],
    registers: [registry],
    collect() {
      for (const [name, isLeader] of asked) this.set({ name }, Number(isLeader()));
    },
  });
  return (name, isLeader) => void asked.set(name, isLeader);
}

function ofObjects(registry: Registry): Pick<Metrics, 'drift' | 'conditions'> {
  const registers = [registry];
  const drift = new Counter({
    name: 'mooring_drift_total',
    help: 'Fields that were found changed in AWS and mended',
    labelNames: ['kind', 'field'],
    registers,
  });
  const conditions = new Map<string, ReadonlyMap<string, number>>();
  new Gauge({
    name: 'mooring_resource_conditions',
    help: 'Objects with a condition of their kind that is True, such as Idle: an address that only costs money',
    labelNames: ['kind', 'type'],
    registers,
    collect() {
      this.reset();
      for (const [kind, objects] of conditions)
        for (const [type, count] of objects) this.set({ kind, type }, count);
    },
  });
  return {
    drift: (kind, field) => drift.inc({ kind, field }),
    conditions: (kind, objects) => void conditions.set(kind, objects),
  };
}

function watchRestarts(registry: Registry): Metrics['watchRestarted'] {
  const restarts = new Counter({
    name: 'mooring_watch_restarts_total',
    help: 'Watches that were interrupted and begun again, by why',
    labelNames: ['kind', 'reason'],
    registers: [registry],
  });
  return (kind, reason) => restarts.inc({ kind, reason });
}
