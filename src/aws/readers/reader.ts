/**
 * Reads that many ask for one by one and AWS answers in pages.
 *
 * Guarantees:
 * - What is asked for within the window is one call a full batch; the same thing asked twice is asked once.
 * - Nothing is remembered: every answer is from a call made after it was asked for.
 * - One bad key fails nobody else: a batch that AWS refuses for what is in it is halved until the culprit
 *   stands alone. A failure that says nothing about the keys (throttled, denied, no reply) fails the batch.
 */
import DataLoader from 'dataloader';
import { AwsError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';

export interface Batching {
  readonly clock: Clock;
  /** How long a batch waits for company, in milliseconds. */
  readonly window: number;
}

export const defaultWindow = 15;

export interface ReaderOptions<Value> extends Batching {
  readonly maxBatch: number;
  /** What there is of `keys`; a key left out of the answer has nothing. */
  read(keys: readonly string[]): Promise<ReadonlyMap<string, Value>>;
}

export function createReader<Value>(
  options: ReaderOptions<Value>,
): (key: string) => Promise<Value | undefined> {
  const { clock, window, maxBatch } = options;
  // The batch's keys are deduplicated here and not by dataloader's cache, which would outlive the batch.
  const waiting = new Map<string, Promise<Value | undefined>>();
  const loader = new DataLoader<string, Value | undefined>(
    (keys) => {
      for (const key of keys) waiting.delete(key);
      return halving(keys, options);
    },
    { cache: false, maxBatchSize: maxBatch, batchScheduleFn: (run) => void clock.after(window, run) },
  );
  return (key) => {
    const asked = waiting.get(key);
    if (asked !== undefined) return asked;
    const answer = loader.load(key);
    waiting.set(key, answer);
    return answer;
  };
}

async function halving<Value>(
  keys: readonly string[],
  options: ReaderOptions<Value>,
): Promise<(Value | undefined | Error)[]> {
  try {
    const found = await options.read(keys);
    return keys.map((key) => found.get(key));
  } catch (error) {
    if (keys.length === 1 || !concernsKeys(error)) return keys.map(() => asError(error));
    const middle = Math.ceil(keys.length / 2);
    const halves = await Promise.all([
      halving(keys.slice(0, middle), options),
      halving(keys.slice(middle), options),
    ]);
    return halves.flat();
  }
}

const concernsKeys = (error: unknown): boolean =>
  error instanceof AwsError && (error.class === 'NotFound' || error.class === 'Invalid');

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
