import { describe, expect, it } from 'vitest';
import { widgetOperator } from '../../../test/support/widget-operator.ts';
import { finalizer, tagKeys } from '../../core/identity.ts';

const minute = 60_000;

describe('an object that is applied', () => {
  it('becomes Ready, with what AWS said in its status', async () => {
    const operator = widgetOperator();
    operator.apply({ size: 3 });
    expect(await operator.reconcile()).toEqual({ when: 'changed' });
    expect(operator.aws.callNames).toEqual(['widget:Create']);
    expect(operator.get()?.status).toMatchObject({
      widgetId: 'w-1',
      size: 3,
      observedGeneration: 1,
      accountId: '123456789012',
      region: 'eu-central-1',
    });
    expect(operator.condition('Ready')?.status).toBe('True');
    expect(operator.events).toEqual([
      { type: 'Normal', reason: 'Create', action: 'Create', note: 'there is none' },
    ]);
  });

  it('has its finalizer, its account and the intent before AWS is called, under its resourceVersion', async () => {
    const operator = widgetOperator();
    operator.apply();
    let before: unknown;
    operator.aws.afterCall = () => {
      before = operator.get();
    };
    await operator.reconcile();
    expect(before).toMatchObject({
      metadata: { finalizers: [finalizer] },
      status: { accountId: '123456789012', region: 'eu-central-1', creation: { token: expect.any(String) } },
    });
    const token = operator.get()?.status?.creation?.token;
    expect(operator.aws.widgets.get('w-1')?.tags[tagKeys.creation]).toBe(token);
  });

  it('is not created by one whose intent met a conflict: somebody else leads', async () => {
    const operator = widgetOperator();
    operator.apply();
    operator.objects.beforeWrite = (verb, object) => {
      if (verb === 'status') operator.objects.put(object);
    };
    expect(await operator.reconcile()).toEqual({ when: 'backoff', failed: 'acting' });
    expect(operator.aws.calls).toEqual([]);
  });

  it('costs one look and no write once it is as declared', async () => {
    const operator = widgetOperator();
    operator.apply();
    await operator.reconcile();
    const writes = operator.objects.writes.length;
    const { looks } = operator.aws;
    expect(await operator.reconcile()).toEqual({ when: 'changed' });
    expect(operator.objects.writes).toHaveLength(writes);
    expect(operator.aws.looks).toBe(looks + 1);
    expect(operator.aws.callNames).toEqual(['widget:Create']);
  });

  it('has status written once at the end, whatever was done', async () => {
    const operator = widgetOperator();
    operator.existingWidget('one', 5);
    operator.apply({ size: 3 });
    await operator.reconcile();
    const [pinning, ...rest] = operator.objects.writes.filter(({ verb }) => verb === 'status');
    expect(pinning?.body).toEqual({ accountId: '123456789012', region: 'eu-central-1' });
    expect(rest).toHaveLength(1);
  });

  it('whose manifest its kind refuses waits for another, and says what is wrong', async () => {
    const operator = widgetOperator();
    operator.apply({ size: 'large' });
    expect(await operator.reconcile()).toEqual({ when: 'changed', failed: 'looking' });
    expect(operator.condition('Ready')).toMatchObject({
      reason: 'InvalidSpec',
      message: expect.stringContaining('spec.size'),
    });
    expect(operator.aws.looks).toBe(0);
  });

  it('that waits for something else is looked at again when its plan says', async () => {
    const operator = widgetOperator();
    operator.apply({ size: -1 });
    expect(await operator.reconcile()).toEqual({ when: 'after', milliseconds: 5_000 });
    expect(operator.condition('Reconciling')).toMatchObject({ status: 'True', reason: 'DependencyNotReady' });
  });

  it('that is gone from the cache is done with', async () => {
    const operator = widgetOperator();
    expect(await operator.reconcile()).toEqual({ when: 'changed' });
    expect(operator.aws.looks).toBe(0);
  });
});

describe('what cannot be looked at', () => {
  it('keeps what status says of AWS, and the conditions of its kind', async () => {
    const operator = widgetOperator({
      conditions: () => [{ type: 'Shiny', status: 'True', reason: 'Shiny', message: '' }],
    });
    operator.apply();
    await operator.reconcile();
    const shiny = operator.condition('Shiny');
    await operator.clock.advance(minute);
    operator.aws.failNext('widget:Describe', { class: 'Denied', definite: true });
    expect(await operator.reconcile()).toEqual({
      when: 'after',
      milliseconds: 5 * minute,
      failed: 'looking',
    });
    expect(operator.get()?.status).toMatchObject({ widgetId: 'w-1' });
    expect(operator.condition('Ready')).toMatchObject({ status: 'False', reason: 'AccessDenied' });
    expect(operator.condition('Shiny')).toEqual(shiny);
  });

  it('in the account that was pinned is never made again in another', async () => {
    const operator = widgetOperator();
    operator.apply();
    await operator.reconcile();
    operator.where.scope = { ...operator.where.scope, account: '999999999999' };
    operator.aws.widgets.clear();
    await operator.reconcile();
    expect(operator.condition('Stalled')).toMatchObject({ status: 'True', reason: 'AccountChanged' });
    expect(operator.aws.callNames).toEqual(['widget:Create']);
  });

  it('because of a bug says so, and is logged with its stack', async () => {
    const operator = widgetOperator({
      diff: () => {
        throw new TypeError('a bug');
      },
    });
    operator.apply();
    expect(await operator.reconcile()).toEqual({ when: 'backoff', failed: 'looking' });
    expect(operator.condition('Ready')).toMatchObject({ reason: 'InternalError', message: 'a bug' });
    expect(operator.logger.lines).toContainEqual(expect.objectContaining({ level: 'error' }));
  });
});

describe('what is only observed', () => {
  it('is shown as drift, and not touched', async () => {
    const operator = widgetOperator();
    operator.existingWidget('one', 9);
    operator.apply({ managementPolicy: 'Observe' });
    await operator.reconcile();
    expect(operator.aws.calls).toEqual([]);
    expect(operator.get()?.status?.drift).toEqual([
      { field: 'size', call: 'widget:Resize', why: 'it is 9, not 1' },
    ]);
    expect(operator.condition('Drifted')?.status).toBe('True');
    expect(operator.condition('Ready')?.status).toBe('True');
    expect(operator.get()?.metadata.finalizers).toBeUndefined();
  });

  it('under --read-only says what would be done', async () => {
    const operator = widgetOperator({ readOnly: true });
    operator.apply();
    await operator.reconcile();
    expect(operator.aws.calls).toEqual([]);
    expect(operator.condition('Ready')).toMatchObject({
      reason: 'ReadOnly',
      message: 'started with --read-only: widget:Create not made',
    });
  });

  it('is let go without a call when its object is deleted', async () => {
    const operator = widgetOperator();
    operator.existingWidget();
    operator.apply({ managementPolicy: 'Observe' }, 'one', { finalizers: [finalizer] });
    operator.remove();
    await operator.reconcile();
    expect(operator.get()).toBeUndefined();
    expect(operator.aws.widgets.size).toBe(1);
  });
});

describe('mooring.dev/reconcile-at', () => {
  it('is echoed in status once it was acted on', async () => {
    const operator = widgetOperator();
    operator.apply();
    operator.annotate('reconcileAt', 'now');
    await operator.reconcile();
    expect(operator.get()?.status?.lastHandledReconcileAt).toBe('now');
  });
});
