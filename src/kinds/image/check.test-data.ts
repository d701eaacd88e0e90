import { expect } from 'vitest';
import type { Context } from '../../core/context.ts';
import { callsOf, planned, toldOfCopies } from './sample.test-data.ts';
import type { Seen } from './seen.ts';
import type { ImageObject } from './self.ts';

/** A plan as a table says it. */
export type Case = [
  name: string,
  self: ImageObject,
  seen: Seen,
  expected: { calls?: string[]; blocked?: string; wakeAt?: number },
  more?: Partial<Context>,
];

/** Holds a case's plan against what it expects: nothing that it does not name. */
export const check = ([, self, found, { calls = [], blocked, wakeAt }, more]: Case): void => {
  const plan = planned(self, toldOfCopies(self, found), more);
  expect({ calls: callsOf(plan), blocked: plan.blocked?.reason, wakeAt: plan.wakeAt }).toEqual({
    calls,
    blocked,
    wakeAt,
  });
};
