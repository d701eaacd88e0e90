import { describe, expect, it } from 'vitest';
import { blocked, inSync, mergePlans, type Plan, type Step } from './plan.ts';

const step = (call: string): Step<string> => ({
  effect: 'aws',
  call,
  input: {},
  why: 'it differs',
  fold: (seen) => seen,
});

describe('plans laid together', () => {
  const first: Plan<string> = { steps: [step('a'), step('b')], wakeAt: 30 };
  const second: Plan<string> = {
    steps: [step('c')],
    wakeAt: 20,
    blocked: { reason: 'Pending', message: 'one' },
  };

  it('keep their steps in order, the first reason and the earliest time', () => {
    const merged = mergePlans(first, second, blocked('Conflict', 'two', 10));
    expect(merged.steps.map(({ call }) => call)).toEqual(['a', 'b', 'c']);
    expect(merged.blocked).toEqual({ reason: 'Pending', message: 'one' });
    expect(merged.wakeAt).toBe(10);
  });

  it('are in sync when all of them are', () => {
    expect(mergePlans<string>(inSync, inSync)).toEqual(inSync);
  });
});
