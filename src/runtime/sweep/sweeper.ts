import { messageOf } from '../../core/errors.ts';
import { type Clock, jittered, type Random, sleep } from '../../core/ports.ts';
import type { Resource } from '../../core/resource.ts';
import type { Queue } from '../queue/queue-options.ts';
import type { ReconcilerOptions } from '../reconcile/options.ts';
import { type AnyPulse, takePulse } from './pulse.ts';
import { type SweepResult, sweep } from './sweep.ts';

/**
 * Sweeps one kind at the start and then at every jittered interval; of a kind with a pulse some objects are
 * looked at more often. Guarantees: what differs is queued and observed freshly before anything is done, but
 * what AWS has refused not before its time; what is as declared and has a time of its own to be looked at is
 * looked at then; a sweep that fails is logged and the next one comes all the same; where a bulk listing was
 * refused, the objects are spread over the interval.
 */
export interface SweeperOptions {
  readonly reconciler: ReconcilerOptions;
  readonly objects: () => Iterable<Resource>;
  readonly queue: Queue;
  /** Milliseconds. */
  readonly every: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly onSwept: (result: SweepResult, seconds: number) => void;
}

/** Resolves when `signal` is aborted. */
export async function runSweeper(options: SweeperOptions, signal: AbortSignal): Promise<void> {
  const { pulse } = options.reconciler.kind;
  const loops = [loop(options, options.every, () => sweepAll(options), signal)];
  if (pulse) loops.push(loop(options, pulse.every, () => beat(options, pulse), signal, pulse.every));
  await Promise.all(loops);
}

async function loop(
  { clock, random, reconciler }: SweeperOptions,
  every: number,
  work: () => Promise<void>,
  signal: AbortSignal,
  first = 0,
): Promise<void> {
  let wait = first;
  while (!signal.aborted) {
    try {
      await sleep(clock, wait, signal);
    } catch {
      return;
    }
    try {
      await work();
    } catch (error) {
      const { kind } = reconciler.kind.definition;
      reconciler.logger.warn({ kind, err: error, error: messageOf(error) }, 'a sweep failed');
    }
    wait = jittered(every, random);
  }
}

async function sweepAll(options: SweeperOptions): Promise<void> {
  const { clock, random, reconciler, queue, every } = options;
  const started = clock.now();
  const result = await sweep(reconciler, [...options.objects()]);
  for (const { scope, total, keys } of result.missing) {
    reconciler.guards.recreations.swept(scope, reconciler.kind.definition.kind, total, keys);
  }
  const spread = result.unlisted.length > 0;
  for (const { scope, error } of result.unlisted) {
    const { kind } = reconciler.kind.definition;
    reconciler.logger.warn(
      { kind, scope, error: error.message },
      'bulk listing failed: looking at each object by itself',
    );
  }
  if (result.orphans.length > 0) {
    const fields = { kind: reconciler.kind.definition.kind, count: result.orphans.length };
    reconciler.logger.warn(
      { ...fields, ids: result.orphans.slice(0, 20) },
      'resources of this cluster belong to no object',
    );
  }
  for (const key of result.differing) {
    const after = spread ? { after: random() * every * 0.9 } : {};
    queue.add(key, { lane: 'background', patient: true, ...after });
  }
  for (const { key, at } of result.wakes) {
    const after = Math.max(1, at - clock.now());
    // What is further off than the next sweep is for that one to see to.
    if (after <= 2 * every) queue.add(key, { after });
  }
  options.onSwept(result, (clock.now() - started) / 1_000);
}

async function beat({ reconciler, objects, queue }: SweeperOptions, pulse: AnyPulse): Promise<void> {
  const { differing, failures } = await takePulse(reconciler, pulse, objects());
  const [error] = failures;
  if (error) {
    const fields = { kind: reconciler.kind.definition.kind, count: failures.length, error: messageOf(error) };
    reconciler.logger.warn(fields, 'some objects could not be looked at between two sweeps');
  }
  for (const { key, patient } of differing) queue.add(key, { patient });
}
