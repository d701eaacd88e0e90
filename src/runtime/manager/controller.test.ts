import { describe, expect, it } from 'vitest';
import { recordingLogger } from '../../../test/support/recording-logger.ts';
import { VirtualClock } from '../../../test/support/virtual-clock.ts';
import { annotations } from '../../core/identity.ts';
import { type CommonStatus, keyOf, type ObjectMeta, type Resource } from '../../core/resource.ts';
import type { Informer } from '../informer/informer.ts';
import type { Change } from '../informer/store.ts';
import { createQueue } from '../queue/queue.ts';
import type { Requeue } from '../reconcile/outcome.ts';
import { needsLook, runController } from './controller.ts';

const condition = (type: string, status: 'True' | 'False') => ({
  type,
  status,
  reason: 'X',
  message: '',
  lastTransitionTime: '2026-01-01T00:00:00Z',
});
const ready: CommonStatus = { observedGeneration: 1, conditions: [condition('Ready', 'True')] };

const object = (
  name: string,
  status: CommonStatus = ready,
  metadata: Partial<ObjectMeta> = {},
): Resource => ({
  apiVersion: 'mooring.dev/v1alpha1',
  kind: 'Widget',
  metadata: { name, namespace: 'shop', uid: `u-${name}`, resourceVersion: '1', generation: 1, ...metadata },
  status,
});

const asked = { annotations: { [annotations.reconcileAt]: 'now' } };

describe('at the start an object needs a look', () => {
  it.each<[string, Resource, boolean]>([
    ['when nobody has looked at it', object('a', {}), true],
    ['when nobody has looked at this generation', object('a', ready, { generation: 2 }), true],
    ['when it was not Ready', object('a', { ...ready, conditions: [condition('Ready', 'False')] }), true],
    ['when it is being deleted', object('a', ready, { deletionTimestamp: '2026-01-01T00:00:00Z' }), true],
    ['when it was asked for', object('a', ready, asked), true],
    ['not when that was acted on', object('a', { ...ready, lastHandledReconcileAt: 'now' }, asked), false],
    ['not when it is as declared: the sweep sees to it', object('a'), false],
  ])('%s', (_, it, needed) => {
    expect(needsLook(it)).toBe(needed);
  });
});

/** A controller over a scripted informer. */
async function controlling(
  objects: readonly Resource[],
  outcome: (key: string) => Requeue = () => ({ when: 'changed' }),
) {
  const clock = new VirtualClock();
  const queue = createQueue({ clock, random: () => 1, logger: recordingLogger() });
  const reconciled: string[] = [];
  let tell: (change: Change<Resource>) => void = () => {};
  let subscribed = false;
  const informer: Informer<Resource> = {
    start: () => {},
    stop: async () => {},
    synced: true,
    whenSynced: async () => {},
    get: (key) => objects.find(({ metadata }) => keyOf(metadata) === key),
    list: () => objects,
    size: objects.length,
    observeWrite: () => {},
    onChange(handler) {
      tell = handler;
      subscribed = true;
      return () => {
        subscribed = false;
      };
    },
  };
  const results: string[] = [];
  const done = runController({
    informer,
    queue,
    concurrency: 1,
    clock,
    onReconciled: ({ when }) => void results.push(when),
    reconcile: async (key) => {
      reconciled.push(key);
      return outcome(key);
    },
  });
  await clock.advance(0);
  return {
    clock,
    queue,
    reconciled,
    results,
    done,
    changed: async (after: Resource, before?: Resource) => {
      const change = { key: keyOf(after.metadata), object: after };
      tell(before ? { type: 'modified', ...change, previous: before } : { type: 'added', ...change });
      await clock.advance(0);
    },
    isSubscribed: () => subscribed,
  };
}

describe('a controller', () => {
  it('reconciles at the start only what needs a look', async () => {
    const { reconciled } = await controlling([object('a'), object('b', {}), object('c', ready, asked)]);
    expect(reconciled).toEqual(['shop/b', 'shop/c']);
  });

  it.each<[string, Resource, Resource | undefined, boolean]>([
    ['a new object', object('a', {}), undefined, true],
    ['a changed spec', object('a', ready, { generation: 2 }), object('a'), true],
    ['a changed annotation', object('a', ready, asked), object('a'), true],
    ['an annotation taken off', object('a'), object('a', ready, asked), true],
    ['a deletion', object('a', ready, { deletionTimestamp: 'now' }), object('a'), true],
    ['a status that we wrote', object('a'), object('a', {}), false],
    ['a finalizer that we put on', object('a', ready, { finalizers: ['x'] }), object('a'), false],
    ['a label', object('a', ready, { labels: { a: 'b' } }), object('a'), false],
  ])('follows what a person changed: %s', async (_, after, before, followed) => {
    const { reconciled, changed } = await controlling([]);
    await changed(after, before);
    expect(reconciled).toEqual(followed ? ['shop/a'] : []);
  });

  it('comes back when the outcome says so', async () => {
    const outcomes: Requeue[] = [
      { when: 'after', milliseconds: 5_000 },
      { when: 'backoff' },
      { when: 'changed' },
    ];
    const { reconciled, clock, results } = await controlling(
      [object('a', {})],
      () => outcomes.shift() ?? { when: 'changed' },
    );
    expect(reconciled).toHaveLength(1);
    await clock.advance(4_999);
    expect(reconciled).toHaveLength(1);
    await clock.advance(1);
    expect(reconciled).toHaveLength(2);
    await clock.advance(500);
    expect(reconciled).toHaveLength(3);
    await clock.advance(3_600_000);
    expect(results).toEqual(['after', 'backoff', 'changed']);
  });

  it('hears of nothing any more once its queue is stopped', async () => {
    const { queue, done, isSubscribed } = await controlling([]);
    await queue.stop({ drain: true, graceMs: 0 });
    await done;
    expect(isSubscribed()).toBe(false);
  });
});
