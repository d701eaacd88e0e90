import { describe, expect, it } from 'vitest';
import { diffWidget, type SeenWidget } from '../../../test/support/widget.ts';
import { widgetOperator } from '../../../test/support/widget-operator.ts';
import { finalizer } from '../../core/identity.ts';
import type { Plan } from '../../core/plan.ts';

describe('an object that is deleted', () => {
  const ready = async (options: Parameters<typeof widgetOperator>[0] = {}) => {
    /** What is planned instead of the usual, once each. */
    const plans: Plan<SeenWidget>[] = [];
    const operator = widgetOperator({
      diff: (self, seen, ctx) => plans.shift() ?? diffWidget(self, seen, ctx),
      ...options,
    });
    operator.apply();
    await operator.reconcile();
    operator.events.length = 0;
    return { ...operator, plans };
  };

  it('goes once AWS has let its resource go', async () => {
    const operator = await ready();
    operator.remove();
    expect(await operator.reconcile()).toEqual({ when: 'changed' });
    expect(operator.aws.widgets.size).toBe(0);
    expect(operator.get()).toBeUndefined();
    expect(operator.forgotten).toEqual([]);
    await operator.reconcile();
    expect(operator.forgotten).toEqual(['Widget/shop/one']);
  });

  it('keeps its finalizer while that fails', async () => {
    const operator = await ready();
    operator.remove();
    operator.aws.failNext('widget:Delete', { class: 'Conflict', definite: true });
    expect(await operator.reconcile()).toEqual({ when: 'backoff', failed: 'acting' });
    expect(operator.get()?.metadata.finalizers).toEqual([finalizer]);
    expect(operator.condition('Ready')).toMatchObject({ reason: 'Conflict' });
  });

  const conflict = { steps: [], blocked: { reason: 'Conflict', message: 'two claim it' } } as const;
  it.each<[string, (operator: Awaited<ReturnType<typeof ready>>) => void, string]>([
    [
      'AWS calls invalid',
      ({ aws }) => aws.failNext('widget:Delete', { class: 'Invalid', definite: true }),
      'InvalidSpec',
    ],
    ['a conflict holds up', ({ plans }) => plans.push(conflict), 'Conflict'],
    ['its kind cannot parse (any more)', ({ apply }) => apply({ size: 'large' }), 'InvalidSpec'],
  ])('and %s is looked at again, slowly: nobody changes its manifest any more', async (_, hinder, reason) => {
    const operator = await ready();
    operator.remove();
    hinder(operator);
    expect(await operator.reconcile()).toMatchObject({ when: 'after', milliseconds: 5 * 60_000 });
    expect(operator.condition('Ready')).toMatchObject({ reason });
    operator.apply({ size: 1 });
    expect(await operator.reconcile()).toEqual({ when: 'changed' });
    expect(operator.get()).toBeUndefined();
    expect(operator.aws.widgets.size).toBe(0);
  });

  it('leaves other finalizers where they are', async () => {
    const operator = await ready();
    const object = operator.get();
    if (object)
      operator.objects.put({
        ...object,
        metadata: { ...object.metadata, finalizers: ['theirs', finalizer] },
      });
    operator.remove();
    await operator.reconcile();
    expect(operator.get()?.metadata.finalizers).toEqual(['theirs']);
    expect(await operator.reconcile()).toEqual({ when: 'changed' });
  });

  it('waits its turn past --max-deletions, or for the annotation', async () => {
    const operator = await ready({ maxDeletions: 0 });
    operator.remove();
    await operator.reconcile();
    expect(operator.aws.widgets.size).toBe(1);
    expect(operator.condition('Ready')).toMatchObject({
      reason: 'DeletionHeld',
      message: expect.stringContaining('mooring.dev/allow-deletion'),
    });
    operator.annotate('allowDeletion', 'true');
    await operator.reconcile();
    expect(operator.get()).toBeUndefined();
  });

  it('with its CRD leaves AWS alone, and says so', async () => {
    const operator = await ready();
    operator.remove();
    operator.objects.terminating = true;
    await operator.reconcile();
    expect(operator.get()).toBeUndefined();
    expect(operator.aws.widgets.size).toBe(1);
    expect(operator.events).toEqual([expect.objectContaining({ type: 'Warning', reason: 'Abandoned' })]);
  });

  it('while it is paused stays as it is', async () => {
    const operator = await ready();
    operator.annotate('paused', 'true');
    operator.remove();
    expect(await operator.reconcile()).toEqual({ when: 'changed' });
    expect(operator.aws.widgets.size).toBe(1);
    expect(operator.condition('Paused')?.status).toBe('True');
    const { length } = operator.objects.writes;
    await operator.reconcile();
    expect(operator.objects.writes).toHaveLength(length);
  });
});
