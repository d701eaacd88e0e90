import { describe, expect, it } from 'vitest';
import { type Condition, type Reason, reasons, summary, transition } from './conditions.ts';

const byType = (conditions: readonly Pick<Condition, 'type' | 'status'>[]) =>
  Object.fromEntries(conditions.map(({ type, status }) => [type, status]));

const reasonsThat = (state: 'reconciling' | 'stalled'): Reason[] =>
  Object.entries(reasons).flatMap(([reason, its]) => (its === state && isReason(reason) ? [reason] : []));
const isReason = (text: string): text is Reason => Object.hasOwn(reasons, text);

describe('the conditions kstatus reads', () => {
  it('say Ready of an object that is as declared', () => {
    expect(byType(summary(undefined))).toEqual({ Ready: 'True', Reconciling: 'False', Stalled: 'False' });
  });

  it.each(reasonsThat('reconciling'))('say Reconciling while %s passes by itself', (reason) => {
    const conditions = summary({ reason, message: 'why' });
    expect(byType(conditions)).toEqual({ Ready: 'False', Reconciling: 'True', Stalled: 'False' });
  });

  it.each(reasonsThat('stalled'))('say Stalled where %s waits for a person', (reason) => {
    const conditions = summary({ reason, message: 'why' });
    expect(byType(conditions)).toEqual({ Ready: 'False', Reconciling: 'False', Stalled: 'True' });
  });

  it('say why on Ready and on the one that is true, and nothing on the third', () => {
    expect(summary({ reason: 'Throttled', message: 'slow down' })).toEqual([
      { type: 'Ready', status: 'False', reason: 'Throttled', message: 'slow down' },
      { type: 'Reconciling', status: 'True', reason: 'Throttled', message: 'slow down' },
      { type: 'Stalled', status: 'False', reason: 'Throttled', message: '' },
    ]);
  });
});

describe('conditions laid over those before', () => {
  const before: Condition[] = [
    { type: 'Ready', status: 'False', reason: 'Pending', message: 'a', lastTransitionTime: 't0' },
    { type: 'Old', status: 'True', reason: 'Old', message: '', lastTransitionTime: 't0' },
  ];
  const ready = { type: 'Ready', status: 'False', reason: 'Throttled', message: 'b' } as const;

  it('keep their time while their status is the same, whatever the reason', () => {
    expect(transition(before, [ready], 't1', 3)).toEqual([
      { ...ready, lastTransitionTime: 't0', observedGeneration: 3 },
    ]);
  });

  it('take the new time when their status changes', () => {
    const [condition] = transition(before, [{ ...ready, status: 'True' }], 't1', 3);
    expect(condition?.lastTransitionTime).toBe('t1');
  });

  it('begin when they are first told, and go when nobody tells them', () => {
    const fresh = { type: 'New', status: 'True', reason: 'New', message: '' } as const;
    expect(transition(before, [fresh], 't1', 1)).toEqual([
      { ...fresh, lastTransitionTime: 't1', observedGeneration: 1 },
    ]);
  });
});
