import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Queue, QueueMetrics } from '../queue/queue-options.ts';
import { buckets } from './buckets.ts';

/** What a scrape asks of a queue, as it is now. */
export type QueueGauges = Pick<Queue, 'unfinishedWorkSeconds' | 'longestRunningSeconds'>;

export interface QueueInstruments {
  metrics(name: string): QueueMetrics;
  watch(name: string, queue: QueueGauges): void;
}

/** client-go's names and labels: k8s.io/client-go/util/workqueue. */
export function queueInstruments(registry: Registry): QueueInstruments {
  const registers = [registry];
  const labelNames = ['name'] as const;
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
    metrics: (name) => ({
      depth: (keys) => depth.set({ name }, keys),
      adds: () => adds.inc({ name }),
      retries: () => retries.inc({ name }),
      queueDuration: (seconds) => queueDuration.observe({ name }, seconds),
      workDuration: (seconds) => workDuration.observe({ name }, seconds),
    }),
    watch: (name, queue) => void queues.set(name, queue),
  };
}

/** Two gauges that only the moment of the scrape can tell. */
function watchedQueues(registry: Registry): Map<string, QueueGauges> {
  const queues = new Map<string, QueueGauges>();
  const gauge = (name: string, help: string, value: (queue: QueueGauges) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['name'],
      registers: [registry],
      collect() {
        for (const [queueName, queue] of queues) this.set({ name: queueName }, value(queue));
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
