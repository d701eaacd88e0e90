import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { merged } from '../../../test/support/widget-operator.ts';
import type { CommonStatus, Resource } from '../../core/resource.ts';
import { mergePatch, type StatusDraft, same, statusOf } from './status.ts';

const object = (status?: CommonStatus): Resource => ({
  apiVersion: 'mooring.dev/v1alpha1',
  kind: 'Widget',
  metadata: { name: 'one', namespace: 'shop', uid: 'u-1', resourceVersion: '1', generation: 2 },
  ...(status ? { status } : {}),
});

const draft = (more: Partial<StatusDraft> = {}): StatusDraft => ({
  own: { widgetId: 'w-1' },
  blocked: undefined,
  conditions: [],
  drift: [],
  scope: { partition: 'aws', account: '123456789012', region: 'eu-central-1' },
  creation: undefined,
  reconcileAt: undefined,
  ...more,
});

const t0 = '2026-01-01T00:00:00.000Z';
const t1 = '2026-01-02T00:00:00.000Z';

describe('the status an object is to have', () => {
  const before = statusOf(object(), draft(), t0);

  it('says of what generation it speaks, where the resource is, and when it changed', () => {
    expect(before).toMatchObject({
      observedGeneration: 2,
      accountId: '123456789012',
      region: 'eu-central-1',
      lastSyncTime: t0,
      widgetId: 'w-1',
    });
  });

  it('is the very one it has when nothing changed, however late it is', () => {
    expect(statusOf(object(before), draft(), t1)).toBe(before);
  });

  it.each<[string, Partial<StatusDraft>, object]>([
    ['what the kind says', { own: { widgetId: 'w-2' } }, { widgetId: 'w-2' }],
    ['why it is blocked', { blocked: { reason: 'Pending', message: 'x' } }, { observedGeneration: 2 }],
    ['drift', { drift: [{ call: 'x', why: 'y' }] }, { drift: [{ call: 'x', why: 'y' }] }],
    ['the intent', { creation: { token: 't', time: t0 } }, { creation: { token: 't', time: t0 } }],
    ['the annotation that was acted on', { reconcileAt: 'now' }, { lastHandledReconcileAt: 'now' }],
  ])('is another when %s changes, and tells when', (_, more, expected) => {
    expect(statusOf(object(before), draft(more), t1)).toMatchObject({ ...expected, lastSyncTime: t1 });
  });

  it('drops what the kind says no more', () => {
    expect(statusOf(object(before), draft({ own: {} }), t1)).not.toHaveProperty('widgetId');
  });

  it('keeps all of it where AWS could not be looked at', () => {
    const shiny = { type: 'Shiny', status: 'True', reason: 'Shiny', message: '' } as const;
    const full = statusOf(object(), draft({ conditions: [shiny] }), t0);
    const unseen = {
      own: undefined,
      scope: undefined,
      blocked: { reason: 'Throttled', message: 'x' },
    } as const;
    const after = statusOf(object(full), draft(unseen), t1);
    expect(after).toMatchObject({ widgetId: 'w-1', accountId: '123456789012', region: 'eu-central-1' });
    const kept = full.conditions?.find(({ type }) => type === 'Shiny');
    expect(after.conditions).toContainEqual(kept);
    expect(after.conditions?.map(({ type }) => type)).toEqual(['Ready', 'Reconciling', 'Stalled', 'Shiny']);
  });
});

describe('a merge patch', () => {
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.integer(),
      fc.string(),
      fc.boolean(),
      fc.array(fc.nat(3), { maxLength: 3 }),
      tie('object'),
    ),
    object: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), tie('value')),
  }));
  const record = value.object;

  it('applied to what was there gives what is to be', () => {
    fc.assert(
      fc.property(record, record, (before, after) => {
        expect(merged(before, mergePatch(before, after))).toEqual(after);
      }),
    );
  });

  it('is empty between equal ones', () => {
    fc.assert(
      fc.property(record, (it) => {
        expect(mergePatch(it, structuredClone(it))).toEqual({});
      }),
    );
  });

  it.each<[string, object, object, object]>([
    ['removes what is gone', { a: 1, b: 2 }, { a: 1 }, { b: null }],
    ['takes an undefined member for a gone one', { a: 1 }, { a: undefined }, { a: null }],
    ['says nothing of one that is undefined and was never there', {}, { a: undefined }, {}],
    ['goes into objects', { a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, { a: { c: 3 } }],
    ['replaces lists as a whole', { a: [1, 2] }, { a: [1, 3] }, { a: [1, 3] }],
  ])('%s', (_, before, after, patch) => {
    expect(mergePatch(before, after)).toEqual(patch);
  });

  it('is needed where two statuses differ as JSON, and not otherwise', () => {
    const one: CommonStatus = { observedGeneration: 1 };
    expect(same(one, Object.assign({ region: undefined }, one))).toBe(true);
    expect(same(one, { observedGeneration: 2 })).toBe(false);
  });
});
