import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Requeue } from '../reconcile/outcome.ts';
import { buckets } from './buckets.ts';

export const reconcileResults = ['success', 'requeue', 'requeue_after', 'error'] as const;
export type ReconcileResult = (typeof reconcileResults)[number];

const results = { changed: 'success', after: 'requeue_after', backoff: 'requeue' } as const;

export const resultOf = ({ when, failed }: Requeue): ReconcileResult => (failed ? 'error' : results[when]);

export interface ReconcileInstruments {
  /** Declares a controller, so that its series are there, at 0, before anything has happened. */
  controller(name: string, concurrency: number): void;
  started(controller: string): void;
  ended(controller: string, result: ReconcileResult, seconds: number): void;
}

/** controller-runtime's names and labels: sigs.k8s.io/controller-runtime/pkg/internal/controller/metrics. */
export function reconcileInstruments(registry: Registry): ReconcileInstruments {
  const registers = [registry];
  const labelNames = ['controller'] as const;
  const total = new Counter({
    name: 'controller_runtime_reconcile_total',
    help: 'Reconciles by result',
    labelNames: ['controller', 'result'],
    registers,
  });
  const errors = new Counter({
    name: 'controller_runtime_reconcile_errors_total',
    help: 'Reconciles that failed',
    labelNames,
    registers,
  });
  const time = new Histogram({
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'Time a reconcile takes',
    labelNames,
    buckets: buckets.work,
    registers,
  });
  const active = new Gauge({
    name: 'controller_runtime_active_workers',
    help: 'Reconciles under way',
    labelNames,
    registers,
  });
  const most = new Gauge({
    name: 'controller_runtime_max_concurrent_reconciles',
    help: 'Reconciles that may be under way at once',
    labelNames,
    registers,
  });
  return {
    controller(controller, concurrency) {
      most.set({ controller }, concurrency);
      active.set({ controller }, 0);
      errors.inc({ controller }, 0);
      for (const result of reconcileResults) total.inc({ controller, result }, 0);
    },
    started: (controller) => active.inc({ controller }),
    ended(controller, result, seconds) {
      active.dec({ controller });
      total.inc({ controller, result });
      if (result === 'error') errors.inc({ controller });
      time.observe({ controller }, seconds);
    },
  };
}
