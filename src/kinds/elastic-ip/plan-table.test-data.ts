/** What the tables over `diff` are made of. */

import { expect } from 'vitest';
import { diff } from './diff.ts';
import { address, associatedWith, callsOf, ctx, known, object, on, seen } from './sample.test-data.ts';
import type { Seen } from './seen.ts';
import type { ElasticIP } from './self.ts';

/** A plan as a table has it: what is seen, what is called, and why it is not enough. */
export interface Case {
  readonly self?: ElasticIP;
  readonly seen: Partial<Seen>;
  readonly calls?: readonly string[];
  readonly blocked?: readonly [reason: string, message: RegExp | string];
  readonly wakeAt?: number;
}

/** Holds `diff` to it. */
export function expectPlan({
  self = object({}, { status: known }),
  seen: found,
  calls = [],
  blocked,
  wakeAt,
}: Case): void {
  const plan = diff(self, seen(found), ctx);
  expect(callsOf(plan)).toEqual(calls);
  expect(plan.blocked?.reason).toBe(blocked?.[0]);
  if (blocked) expect(plan.blocked?.message).toMatch(blocked[1]);
  if (wakeAt !== undefined) expect(plan.wakeAt).toBe(wakeAt);
}

export const none = { address: undefined, cameBy: 'identity' } as const;
export const inst = { association: { instanceId: 'i-0123abcd' } };
export const recorded = (place = on('a')) => ({ ...known, association: associatedWith(place) });
export const sittingOn = (place = on('a')) => address({ association: associatedWith(place) });
