import type { Clock, Logger, Random } from '../../core/ports.ts';
import type { Backoff } from './backoff.ts';

/** `background` is for what nobody waits for, a resync; new and deleted objects go before it. */
export type Lane = 'normal' | 'background';

export interface AddOptions {
  /** Milliseconds from now; 0 unless said. */
  readonly after?: number;
  readonly lane?: Lane;
  /** This wait is for what AWS has refused: an add that is `patient` does not cut it short. */
  readonly firm?: boolean;
  /** Nothing new is known of the key: where it waits firmly, that is soon enough. */
  readonly patient?: boolean;
}

/** What the metrics of client-go's workqueue_* are fed from. Seconds. */
export interface QueueMetrics {
  /** workqueue_depth: keys that are ready and not worked on. */
  depth(keys: number): void;
  /** workqueue_adds_total: keys that became ready. */
  adds(): void;
  /** workqueue_retries_total */
  retries(): void;
  /** workqueue_queue_duration_seconds: ready until worked on. */
  queueDuration(seconds: number): void;
  /** workqueue_work_duration_seconds */
  workDuration(seconds: number): void;
}

export interface QueueOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Of `retry`: 500 ms doubling to 5 min unless said. */
  readonly backoff?: Backoff;
  readonly metrics?: QueueMetrics;
}

export interface StopOptions {
  /** Wait for the workers that run. */
  readonly drain: boolean;
  /** For so long at most, in milliseconds. */
  readonly graceMs: number;
}

/** Works on one key; what it throws is logged and the key retried. */
export type Worker = (key: string) => Promise<void>;

export interface Queue {
  add(key: string, options?: AddOptions): void;
  /** Adds the key after its backoff, which grows with every retry until `forget`. Returns the wait in ms. */
  retry(key: string, wait?: Pick<AddOptions, 'firm'>): number;
  /** The key's next retry is its first. */
  forget(key: string): void;
  /** Retries since the last `forget`. */
  retriesOf(key: string): number;
  /** Works until stopped; resolves when no worker runs any more. Once. */
  run(concurrency: number, worker: Worker): Promise<void>;
  /** Drops what waits, takes nothing more. True when no worker was left running. */
  stop(options: StopOptions): Promise<boolean>;
  /** Keys that are ready and not worked on. */
  readonly depth: number;
  /** Keys worked on now. */
  readonly running: number;
  /** workqueue_unfinished_work_seconds: the time all running workers have taken so far, together. */
  readonly unfinishedWorkSeconds: number;
  /** workqueue_longest_running_processor_seconds */
  readonly longestRunningSeconds: number;
}
