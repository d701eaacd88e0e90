import { describe, expect, it } from 'vitest';
import { widgetOperator } from '../../../test/support/widget-operator.ts';
import type { Resource } from '../../core/resource.ts';
import type { Informer } from '../informer/informer.ts';
import { createQueue } from '../queue/queue.ts';
import { createReconcile } from '../reconcile/reconcile.ts';
import { runSweeper } from '../sweep/sweeper.ts';
import { runController } from './controller.ts';

const second = 1_000;
const minute = 60 * second;

/** A controller and a sweeper over one queue, as a term has them; health is looked at every 15 seconds. */
async function running(setUp: (operator: ReturnType<typeof widgetOperator>) => void) {
  const operator = widgetOperator({ pulse: { every: 15 * second, concerns: () => true } });
  const { clock, logger, objects, reconciler } = operator;
  setUp(operator);
  const queue = createQueue({ clock, random: () => 0.5, logger });
  const informer: Informer<Resource> = {
    start: () => {},
    stop: async () => {},
    synced: true,
    whenSynced: async () => {},
    get: (key) => objects.stored.get(key),
    list: () => objects.stored.values(),
    size: 1,
    observeWrite: () => {},
    onChange: () => () => {},
  };
  const stop = new AbortController();
  void runController({
    informer,
    queue,
    reconcile: createReconcile(reconciler),
    concurrency: 1,
    clock,
    onReconciled: () => {},
  });
  void runSweeper(
    {
      reconciler,
      objects: () => objects.stored.values(),
      queue,
      every: 2 * minute,
      clock,
      random: () => 0.5,
      onSwept: () => {},
    },
    stop.signal,
  );
  await clock.advance(0);
  return operator;
}

describe('an object that is looked at every 15 seconds', () => {
  it('does not ask again before its time for what a full quota refused', async () => {
    const full = Array.from({ length: 100 }, () => ({ class: 'Quota', definite: true }) as const);
    const { aws, clock } = await running((operator) => {
      operator.aws.failNext('widget:Create', ...full);
      operator.apply();
    });
    await clock.advance(5 * minute - second);
    expect(aws.callNames).toEqual(['widget:Create']);
    await clock.advance(second);
    expect(aws.callNames).toEqual(['widget:Create', 'widget:Create']);
  });

  it('nor before its backoff for what was throttled, though it differs in every look', async () => {
    const throttled = Array.from({ length: 100 }, () => ({ class: 'Throttled', definite: true }) as const);
    const { aws, clock } = await running((operator) => {
      operator.existingWidget('one', 9);
      operator.aws.failNext('widget:Resize', ...throttled);
      operator.apply();
    });
    await clock.advance(20 * minute);
    // 0.375 s doubling to 225 s: ten in the first six minutes or so, and every four minutes from then on.
    expect(aws.calls.length).toBeLessThanOrEqual(15);
  });

  it('is mended at once when it is healthy and something changes', async () => {
    const { aws, clock, condition } = await running((operator) => operator.apply());
    expect(condition('Ready')).toMatchObject({ status: 'True' });
    const [widget] = aws.widgets.values();
    if (widget) aws.widgets.set(widget.id, { ...widget, size: 9 });
    await clock.advance(15 * second);
    expect(aws.callNames).toEqual(['widget:Create', 'widget:Resize']);
  });

  it('is mended as soon as AWS can be looked at again, however long it could not', async () => {
    const operator = await running((one) => one.apply());
    const { aws, clock } = operator;
    const [widget] = aws.widgets.values();
    if (widget) aws.widgets.set(widget.id, { ...widget, size: 9 });
    const down = Array.from({ length: 100 }, () => ({ class: 'Transient', definite: true }) as const);
    aws.failNext('widget:Describe', ...down);
    // The look of the 15th second finds the change, and from then on AWS answers nothing for long.
    await clock.advance(15 * second);
    aws.failNext('widget:List', ...down);
    await clock.advance(10 * minute);
    expect(operator.condition('Ready')).toMatchObject({ reason: 'AwsUnavailable' });
    expect(aws.looks).toBeLessThan(30);
    aws.faults.clear();
    await clock.advance(15 * second);
    expect(aws.callNames).toEqual(['widget:Create', 'widget:Resize']);
  });
});
