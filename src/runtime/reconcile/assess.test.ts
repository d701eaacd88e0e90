import { describe, expect, it } from 'vitest';
import { WidgetAws, widgetKind } from '../../../test/support/widget.ts';
import { scope } from '../../../test/support/widget-operator.ts';
import type { ConditionDraft } from '../../core/conditions.ts';
import type { Context } from '../../core/context.ts';
import type { Self } from '../../core/kind.ts';
import type { Plan } from '../../core/plan.ts';
import { assess, isPaused, type Mode, modeOf } from './assess.ts';

const self: Self<unknown, unknown> = {
  identity: { cluster: 'prod-eu', kind: 'Widget', namespace: 'shop', name: 'one' },
  uid: 'u-1',
  generation: 1,
  labels: {},
  annotations: {},
  spec: { size: 1 },
  status: {},
  deleting: false,
};
const ctx: Context = {
  scope,
  now: 0,
  creationToken: 't',
  defaultTags: {},
  references: new Map(),
  mayRecreate: false,
};
const widget = { id: 'w-1', size: 9, tags: {} };
const resize: Plan<unknown> = {
  steps: [
    { effect: 'aws', call: 'widget:Resize', input: {}, why: 'it is 9', field: 'size', fold: (seen) => seen },
  ],
};

type Conditions = (ConditionDraft & { warns?: boolean })[];

function assessed(mode: Mode, plan: Plan<unknown>, found: object = { widget }, conditions: Conditions = []) {
  const kind = widgetKind({ aws: new WidgetAws(), conditions: () => conditions });
  return assess(kind, self, ctx, { seen: found, plan, mode, creation: undefined });
}

describe('what status is to say', () => {
  it.each<[string, Mode, Plan<unknown>, object, string | undefined]>([
    ['of what is as declared: nothing is in the way', 'manage', { steps: [] }, { widget }, undefined],
    ['of what is observed, drifted or not: nothing is in the way', 'observe', resize, { widget }, undefined],
    [
      'of what is to be observed and is not there: NotFound',
      'observe',
      resize,
      { widget: undefined },
      'NotFound',
    ],
    ['under --read-only of what differs: ReadOnly', 'read-only', resize, { widget }, 'ReadOnly'],
    [
      'under --read-only of what does not: nothing is in the way',
      'read-only',
      { steps: [] },
      { widget },
      undefined,
    ],
    [
      'of what its plan is blocked by: that, before anything else',
      'read-only',
      { ...resize, blocked: { reason: 'Conflict', message: 'x' } },
      { widget },
      'Conflict',
    ],
  ])('%s', (_, mode, plan, found, reason) => {
    expect(assessed(mode, plan, found).blocked?.reason).toBe(reason);
  });

  it('shows drift and the condition Drifted only where nothing is repaired', () => {
    expect(assessed('manage', resize)).toMatchObject({ drift: [], conditions: [] });
    expect(assessed('observe', resize)).toMatchObject({
      drift: [{ field: 'size', call: 'widget:Resize', why: 'it is 9' }],
      conditions: [{ type: 'Drifted', status: 'True', message: 'it is 9' }],
    });
    expect(assessed('observe', { steps: [] }).conditions).toMatchObject([
      { type: 'Drifted', status: 'False' },
    ]);
  });

  it('has the kind’s own conditions, and warns of those that are true', () => {
    const loud = { type: 'Loud', status: 'True', reason: 'Loud', message: '', warns: true } as const;
    const { conditions, warnings } = assessed('manage', { steps: [] }, { widget }, [
      loud,
      { ...loud, type: 'Quiet', status: 'False' },
    ]);
    expect(conditions.map(({ type }) => type)).toEqual(['Loud', 'Quiet']);
    expect(conditions[0]).not.toHaveProperty('warns');
    expect(warnings.map(({ type }) => type)).toEqual(['Loud']);
  });
});

describe('whether the operator acts', () => {
  it.each<[boolean, 'Manage' | 'Observe', Mode]>([
    [false, 'Manage', 'manage'],
    [false, 'Observe', 'observe'],
    [true, 'Manage', 'read-only'],
    [true, 'Observe', 'read-only'],
  ])('read-only %s, %s: %s', (readOnly, managementPolicy, mode) => {
    expect(modeOf(readOnly, { managementPolicy })).toBe(mode);
  });

  it.each([
    ['true', true],
    ['false', false],
    ['', false],
  ])('mooring.dev/paused %j pauses: %s', (value, paused) => {
    const metadata = {
      name: 'one',
      uid: 'u',
      resourceVersion: '1',
      annotations: { 'mooring.dev/paused': value },
    };
    expect(isPaused({ apiVersion: 'mooring.dev/v1alpha1', kind: 'Widget', metadata })).toBe(paused);
  });
});

describe('what an object was forbidden', () => {
  const refused: Plan<unknown> = { steps: [], blocked: { reason: 'Forbidden', message: 'guardrails.x' } };
  const loud: Conditions = [{ type: 'Loud', status: 'True', reason: 'Loud', message: 'w-1', warns: true }];

  it('to take or to observe is told neither in status nor in conditions', () => {
    const draft = assessed('observe', refused, { widget }, loud);
    expect(draft.own).toBeUndefined();
    expect(draft.warnings).toEqual([]);
    expect(JSON.stringify(draft)).not.toContain('w-1');
    expect(draft.blocked?.reason).toBe('Forbidden');
  });

  it('once it has a resource of its own, is told as ever', () => {
    const kind = widgetKind({ aws: new WidgetAws(), conditions: () => loud });
    const known = { ...self, status: { widgetId: 'w-1' } };
    const draft = assess(kind, known, ctx, {
      seen: { widget },
      plan: refused,
      mode: 'manage',
      creation: undefined,
    });
    expect(draft.own).toMatchObject({ widgetId: 'w-1' });
    expect(draft.warnings).toHaveLength(1);
  });
});
