import { describe, expect, it } from 'vitest';
import { widgetOperator } from '../../../test/support/widget-operator.ts';

const minute = 60_000;

describe('a creation whose reply was lost', () => {
  const lost = { class: 'Transient', definite: false, applied: true } as const;

  it('is not repeated while AWS may still hide what it made', async () => {
    const operator = widgetOperator();
    operator.apply();
    operator.aws.hidden = true;
    operator.aws.failNext('widget:Create', lost);
    expect(await operator.reconcile()).toEqual({ when: 'backoff', failed: 'acting' });
    await operator.clock.advance(minute / 2);
    expect((await operator.reconcile()).when).toBe('after');
    expect(operator.condition('Ready')).toMatchObject({ reason: 'Pending' });
    expect(operator.aws.callNames).toEqual(['widget:Create']);
  });

  it('is found by its identity, and adopted', async () => {
    const operator = widgetOperator();
    operator.apply();
    operator.aws.failNext('widget:Create', lost);
    await operator.reconcile();
    await operator.reconcile();
    expect(operator.get()?.status).toMatchObject({ widgetId: 'w-1' });
    expect(operator.condition('Ready')?.status).toBe('True');
    expect(operator.aws.callNames).toEqual(['widget:Create']);
  });

  it('is made again once AWS has had the time to show it and did not', async () => {
    const operator = widgetOperator();
    operator.apply();
    operator.aws.failNext('widget:Create', { class: 'Transient', definite: false });
    await operator.reconcile();
    await operator.clock.advance(minute);
    await operator.reconcile();
    expect(operator.aws.callNames).toEqual(['widget:Create', 'widget:Create']);
    expect(operator.aws.widgets.size).toBe(1);
  });

  it('holds the finalizer until AWS shows it, and removes it then', async () => {
    const operator = widgetOperator();
    operator.apply();
    operator.aws.failNext('widget:Create', lost);
    await operator.reconcile();
    operator.aws.hidden = true;
    operator.remove();
    expect((await operator.reconcile()).when).toBe('after');
    expect(operator.get()).toBeDefined();
    expect(operator.condition('Ready')).toMatchObject({ reason: 'Deleting' });
    operator.aws.hidden = false;
    await operator.reconcile();
    expect(operator.get()).toBeUndefined();
    expect(operator.aws.widgets.size).toBe(0);
  });
});

describe('a creation that AWS refused', () => {
  it('leaves nothing to wait for: the next attempt may come at once', async () => {
    const operator = widgetOperator();
    operator.apply();
    operator.aws.failNext('widget:Create', { class: 'Throttled', definite: true });
    expect(await operator.reconcile()).toEqual({ when: 'backoff', failed: 'acting' });
    expect(operator.condition('Ready')).toMatchObject({
      reason: 'Throttled',
      message: 'widget:Create: Throttled it is',
    });
    expect(operator.get()?.status?.creation).toBeUndefined();
    await operator.reconcile();
    expect(operator.condition('Ready')?.status).toBe('True');
  });

  it('for want of a quota is tried again slowly, and told as a Warning once', async () => {
    const operator = widgetOperator();
    operator.apply();
    const full = { class: 'Quota', definite: true } as const;
    operator.aws.failNext('widget:Create', full, full);
    expect(await operator.reconcile()).toEqual({ when: 'after', milliseconds: 5 * minute, failed: 'acting' });
    await operator.reconcile();
    expect(operator.events).toEqual([expect.objectContaining({ type: 'Warning', reason: 'QuotaExceeded' })]);
  });
});

describe('what is gone from AWS', () => {
  it('is made anew', async () => {
    const operator = widgetOperator();
    operator.apply();
    await operator.reconcile();
    await operator.clock.advance(2 * minute);
    operator.aws.widgets.clear();
    await operator.reconcile();
    expect(operator.get()?.status).toMatchObject({ widgetId: 'w-2' });
  });

  it('is not while too much of it is gone at once, unless a person says so', async () => {
    const operator = widgetOperator();
    const names = Array.from({ length: 7 }, (_, index) => `w${index}`);
    for (const name of names) {
      operator.apply({}, name);
      await operator.reconcile(name);
    }
    await operator.clock.advance(2 * minute);
    operator.aws.widgets.clear();
    operator.reconciler.guards.recreations.swept(
      operator.where.scope,
      'Widget',
      names.length,
      names.map((name) => `shop/${name}`),
    );
    for (const name of names) await operator.reconcile(name);
    expect(operator.aws.widgets.size).toBe(0);
    expect(operator.condition('Ready', 'w0')).toMatchObject({ reason: 'RecreationHeld' });
    operator.annotate('allowRecreation', 'true', 'w0');
    await operator.reconcile('w0');
    expect(operator.aws.widgets.size).toBe(1);
  });
});
