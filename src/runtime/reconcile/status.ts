import { isDeepStrictEqual } from 'node:util';
import {
  type Blocked,
  type Condition,
  type ConditionDraft,
  summary,
  transition,
} from '../../core/conditions.ts';
import type { CreationIntent } from '../../core/kind.ts';
import type { CommonStatus, Drift, Resource } from '../../core/resource.ts';
import type { Scope } from '../../core/scope.ts';

/**
 * What an object's status is to be, and the smallest patch that makes it so.
 * Guarantees: pure; the same state gives the same status, so a reconcile that found nothing new writes
 * nothing; what the kind did not say anew is kept when AWS could not be looked at.
 */
export interface StatusDraft {
  /** The kind's part; undefined where AWS was not seen, which keeps what status says now. */
  readonly own: object | undefined;
  readonly blocked: Blocked | undefined;
  /** What Ready says when it is True; that AWS is as declared, unless said. */
  readonly ready?: string | undefined;
  readonly conditions: readonly ConditionDraft[];
  readonly drift: readonly Drift[];
  readonly scope: Scope | undefined;
  readonly creation: CreationIntent | undefined;
  readonly reconcileAt: string | undefined;
}

/** The status `object` would have. `now` is RFC 3339 and shows only where something changed. */
export function statusOf(object: Resource, draft: StatusDraft, now: string): CommonStatus {
  const before = object.status ?? {};
  const generation = object.metadata.generation ?? 0;
  const common: CommonStatus = {
    observedGeneration: generation,
    conditions: transition(
      before.conditions ?? [],
      [...summary(draft.blocked, draft.ready), ...draft.conditions],
      now,
      generation,
    ).concat(draft.own === undefined ? unsaid(before, draft) : []),
    ...(draft.scope ? { accountId: draft.scope.account, region: draft.scope.region } : pinned(before)),
    ...(draft.creation ? { creation: draft.creation } : {}),
    ...(draft.reconcileAt === undefined ? {} : { lastHandledReconcileAt: draft.reconcileAt }),
    ...(draft.drift.length ? { drift: draft.drift } : {}),
    ...(before.lastSyncTime === undefined ? {} : { lastSyncTime: before.lastSyncTime }),
  };
  const status = draft.own === undefined ? { ...before, ...common } : { ...draft.own, ...common };
  return same(before, status) ? before : { ...status, lastSyncTime: now };
}

/** What the kind last said of an object that could not be looked at now; Paused is over, or nobody would look. */
function unsaid({ conditions = [] }: CommonStatus, draft: StatusDraft): readonly Condition[] {
  const said = new Set([...summary(draft.blocked), ...draft.conditions].map(({ type }) => type));
  return conditions.filter(({ type }) => !said.has(type) && type !== 'Paused');
}

const pinned = ({ accountId, region }: CommonStatus) => ({
  ...(accountId === undefined ? {} : { accountId }),
  ...(region === undefined ? {} : { region }),
});

/** Whether two statuses say the same; undefined members count as absent, as JSON has them. */
export const same = (a: CommonStatus, b: CommonStatus): boolean =>
  isDeepStrictEqual(withoutUndefined(a), withoutUndefined(b));

const withoutUndefined = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** The merge patch (RFC 7386) that turns `before` into `after`: what is gone is set to null. */
export function mergePatch(before: object, after: object): Record<string, unknown> {
  const old = new Map(Object.entries(before));
  const patch: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(after)) {
    const previous = old.get(key);
    old.delete(key);
    if (value === undefined) {
      if (previous !== undefined) patch[key] = null;
    } else if (isRecord(previous) && isRecord(value)) {
      const inner = mergePatch(previous, value);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (!isDeepStrictEqual(previous, value)) {
      patch[key] = value;
    }
  }
  for (const key of old.keys()) patch[key] = null;
  return patch;
}

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
