import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Queue, QueueMetrics } from '../queue/queue-options.ts';
import { buckets } from './buckets.ts';

/** What a scrape asks of a queue, as it is now. */
export type QueueGauges = Pick<Queue, 'unfinishedWorkSeconds' | 'longestRunningSeconds'>;

export interface QueueInstruments {
  metrics(name: string): QueueMetrics;
  watch(name: string, queue: QueueGauges): void;
}

/**
 * Names and labels as controller-runtime has them, which are client-go's with `controller` beside `name`:
 * sigs.k8s.io/controller-runtime/pkg/metrics/workqueue.go. Of `priority` we have none.
 */
export function queueInstruments(registry: Registry): QueueInstruments {
  const registers = [registry];
  const labelNames = ['name', 'controller'] as const;
  const depth = new Gauge({
    name: 'workqueue_depth',
    help: 'Keys that are ready and not worked on',
    labelNames,
    registers,
  });
  const adds = new Counter({
    name: 'workqueue_adds_total',
    help: 'Keys that became ready',
    labelNames,
    registers,
  });
  const retries = new Counter({
    name: 'workqueue_retries_total',
    help: 'Keys retried after a failure',
    labelNames,
    registers,
  });
  const queueDuration = new Histogram({
    name: 'workqueue_queue_duration_seconds',
    help: 'From ready until worked on',
    labelNames,
    buckets: buckets.work,
    registers,
  });
  const workDuration = new Histogram({
    name: 'workqueue_work_duration_seconds',
    help: 'Working on a key',
    labelNames,
    buckets: buckets.work,
    registers,
  });
  const queues = watchedQueues(registry);
  return {
    metrics(name) {
      const labels = labelsOf(name);
      // There from the start: what comes into being with its first sample has no increase that shows it.
      depth.set(labels, 0);
      for (const counter of [adds, retries]) counter.inc(labels, 0);
      return {
        depth: (keys) => depth.set(labels, keys),
        adds: () => adds.inc(labels),
        retries: () => retries.inc(labels),
        queueDuration: (seconds) => queueDuration.observe(labels, seconds),
        workDuration: (seconds) => workDuration.observe(labels, seconds),
      };
    },
    watch: (name, queue) => void queues.set(name, queue),
  };
}

const labelsOf = (name: string) => ({ name, controller: name });

/** Two gauges that only the moment of the scrape can tell. */
function watchedQueues(registry: Registry): Map<string, QueueGauges> {
  const queues = new Map<string, QueueGauges>();
  const gauge = (name: string, help: string, value: (queue: QueueGauges) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['name', 'controller'],
      registers: [registry],
      collect() {
        for (const [queueName, queue] of queues) this.set(labelsOf(queueName), value(queue));
      },
    });
  gauge(
    'workqueue_unfinished_work_seconds',
    'Seconds of work that is in progress and not yet in work_duration',
    (queue) => queue.unfinishedWorkSeconds,
  );
  gauge(
    'workqueue_longest_running_processor_seconds',
    'Seconds that the longest running worker has taken so far',
    (queue) => queue.longestRunningSeconds,
  );
  return queues;
}
