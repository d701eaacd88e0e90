import { describe, expect, it } from 'vitest';
import { diffWidget } from '../../../test/support/widget.ts';
import { widgetOperator } from '../../../test/support/widget-operator.ts';

const minute = 60_000;

describe('drift', () => {
  const drifting = async () => {
    const operator = widgetOperator();
    operator.apply();
    await operator.reconcile();
    operator.events.length = 0;
    return {
      ...operator,
      drift: async () => {
        for (const widget of operator.aws.widgets.values())
          operator.aws.widgets.set(widget.id, { ...widget, size: 9 });
        return await operator.reconcile();
      },
    };
  };

  it('is repaired, told and counted, and status is not written for it', async () => {
    const operator = await drifting();
    const { length } = operator.objects.writes;
    await operator.drift();
    expect(operator.aws.widgets.get('w-1')?.size).toBe(1);
    expect(operator.repairs).toEqual(['size']);
    expect(operator.events).toEqual([expect.objectContaining({ reason: 'Resize', note: 'it is 9, not 1' })]);
    expect(operator.objects.writes).toHaveLength(length);
  });

  it('that comes back is a fight after three repairs, and repaired hourly from then on', async () => {
    const operator = await drifting();
    for (let round = 0; round < 5; round++) await operator.drift();
    expect(operator.repairs).toHaveLength(3);
    expect(operator.condition('Ready')).toMatchObject({
      reason: 'DriftFight',
      message: expect.stringContaining('size was repaired three times'),
    });
    await operator.clock.advance(60 * minute);
    await operator.drift();
    expect(operator.aws.widgets.get('w-1')?.size).toBe(1);
    await operator.drift();
    expect(operator.aws.widgets.get('w-1')?.size).toBe(9);
  });

  it('that takes several calls is one repair', async () => {
    const operator = widgetOperator({
      diff(self, seen, ctx) {
        const { steps, ...rest } = diffWidget(self, seen, ctx);
        return { steps: steps.flatMap((step) => (step.field ? [step, step, step, step] : [step])), ...rest };
      },
    });
    operator.apply();
    await operator.reconcile();
    for (let round = 0; round < 3; round++) {
      for (const widget of operator.aws.widgets.values())
        operator.aws.widgets.set(widget.id, { ...widget, size: 9 });
      await operator.reconcile();
      expect(operator.condition('Ready')?.status).toBe('True');
    }
    expect(operator.repairs).toHaveLength(12);
  });

  it('that another generation of the manifest made is no fight', async () => {
    const operator = await drifting();
    for (let size = 2; size < 8; size++) {
      operator.apply({ size });
      await operator.reconcile();
    }
    expect(operator.condition('Ready')?.status).toBe('True');
    expect(operator.repairs).toEqual([]);
  });
});
