import { describe, expect, it } from 'vitest';
import { widgetOperator } from '../../../test/support/widget-operator.ts';

const minute = 60_000;

describe('an operator that no longer leads', () => {
  it('calls nothing, and writes nothing', async () => {
    const operator = widgetOperator();
    operator.apply();
    operator.leadership.held = false;
    expect(await operator.reconcile()).toEqual({ when: 'changed' });
    expect(operator.aws.calls).toEqual([]);
    expect(operator.objects.writes).toEqual([]);
  });

  it('writes nothing either when it was frozen between its own writes and the call', async () => {
    const operator = widgetOperator();
    operator.existingWidget('one', 9);
    operator.apply();
    operator.objects.beforeWrite = (verb) => {
      if (verb === 'status') operator.leadership.held = false;
    };
    expect(await operator.reconcile()).toEqual({ when: 'changed' });
    expect(operator.aws.calls).toEqual([]);
    expect(operator.condition('Ready')).toBeUndefined();
  });

  it('does not take a finalizer off', async () => {
    const operator = widgetOperator();
    operator.apply();
    await operator.reconcile();
    operator.aws.widgets.clear();
    await operator.clock.advance(2 * minute);
    operator.remove();
    operator.leadership.held = false;
    await operator.reconcile();
    expect(operator.get()).toBeDefined();
  });

  it('does not tell what it sees', async () => {
    const operator = widgetOperator();
    operator.existingWidget();
    operator.apply({ managementPolicy: 'Observe' });
    operator.leadership.held = false;
    await operator.reconcile();
    expect(operator.objects.writes).toEqual([]);
  });
});
