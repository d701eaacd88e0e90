import { annotations } from '../../core/identity.ts';
import type { Clock } from '../../core/ports.ts';
import { keyOf, type Resource } from '../../core/resource.ts';
import type { Informer } from '../informer/informer.ts';
import type { Change } from '../informer/store.ts';
import type { Queue } from '../queue/queue-options.ts';
import type { Requeue } from '../reconcile/outcome.ts';

/**
 * Follows one kind's objects and reconciles those that need it, while this process leads.
 * Guarantees: what nobody has looked at yet, or was not as declared when last looked at, is queued at the
 * start; everything else is left to the sweep, which needs no call an object; of later changes those that
 * a person made are queued, those that we made ourselves are not.
 */
export interface ControllerOptions {
  readonly informer: Informer<Resource>;
  readonly queue: Queue;
  readonly reconcile: (key: string) => Promise<Requeue>;
  readonly concurrency: number;
  readonly clock: Clock;
  readonly onReconciled: (requeue: Requeue, seconds: number) => void;
}

/** Runs until the queue is stopped. */
export async function runController(options: ControllerOptions): Promise<void> {
  const { informer, queue, reconcile, concurrency, clock, onReconciled } = options;
  const unsubscribe = informer.onChange((change) => {
    if (concerns(change)) queue.add(change.key);
  });
  for (const object of informer.list()) {
    if (needsLook(object)) queue.add(keyOf(object.metadata));
  }
  try {
    await queue.run(concurrency, async (key) => {
      const started = clock.now();
      const requeue = await reconcile(key);
      onReconciled(requeue, (clock.now() - started) / 1_000);
      const firm = requeue.failed === 'acting';
      if (requeue.when === 'backoff') return void queue.retry(key, { firm });
      queue.forget(key);
      if (requeue.when === 'after') queue.add(key, { after: requeue.milliseconds, firm });
    });
  } finally {
    unsubscribe();
  }
}

/** Never looked at in this generation, not as declared, being deleted, or asked for by annotation. */
export function needsLook({ metadata, status }: Resource): boolean {
  if (metadata.deletionTimestamp !== undefined) return true;
  if (status?.observedGeneration !== metadata.generation) return true;
  if (metadata.annotations?.[annotations.reconcileAt] !== status?.lastHandledReconcileAt) return true;
  return !status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True');
}

/** A change that somebody else made: status is ours, and so are the finalizers we put on. */
function concerns({ type, object, previous }: Change<Resource>): boolean {
  if (type !== 'modified' || !previous) return true;
  const before = previous.metadata;
  const after = object.metadata;
  return (
    after.generation !== before.generation ||
    after.deletionTimestamp !== before.deletionTimestamp ||
    !sameEntries(after.annotations, before.annotations)
  );
}

function sameEntries(
  a: Readonly<Record<string, string>> = {},
  b: Readonly<Record<string, string>> = {},
): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
