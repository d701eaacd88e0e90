import type { Blocked, ConditionDraft } from '../../core/conditions.ts';
import type { Context } from '../../core/context.ts';
import { annotations } from '../../core/identity.ts';
import type { AnyKind, CreationIntent, Self } from '../../core/kind.ts';
import type { Plan } from '../../core/plan.ts';
import type { Drift, Resource } from '../../core/resource.ts';
import type { SharedSpec } from '../../core/shared-spec.ts';
import type { StatusDraft } from './status.ts';

/**
 * Whether the operator acts on an object or only looks: `managementPolicy: Observe`, and `--read-only`
 * for all of them.
 */
export type Mode = 'manage' | 'observe' | 'read-only';

export const modeOf = (readOnly: boolean, { managementPolicy }: SharedSpec): Mode =>
  readOnly ? 'read-only' : managementPolicy === 'Observe' ? 'observe' : 'manage';

/** The status an object should have, from what was seen and what is still to be called. Pure. */
export function assess(
  kind: AnyKind,
  self: Self<unknown, unknown>,
  ctx: Context,
  found: {
    readonly seen: unknown;
    readonly plan: Plan<unknown>;
    readonly mode: Mode;
    readonly creation: CreationIntent | undefined;
    /** Of a creating call of which nobody knows what became: stays in status, whatever the kind says. */
    readonly intent?: object | undefined;
  },
): StatusDraft & { readonly warnings: readonly ConditionDraft[] } {
  const { seen, plan, mode } = found;
  const calls = plan.steps.filter(({ effect }) => effect !== 'status');
  const drift = mode === 'manage' ? [] : calls.map(asDrift);
  const untold = isUntold(kind, self, plan);
  const own = kind.status(self, seen, ctx);
  const conditions = untold ? [] : (kind.conditions?.(self, seen, ctx) ?? []);
  return {
    own: untold ? undefined : { ...(typeof own === 'object' ? own : {}), ...found.intent },
    blocked: plan.blocked ?? observed(kind, seen, mode, drift),
    conditions: [
      ...conditions.map(({ warns: _, ...condition }) => condition),
      ...(mode === 'manage' ? [] : [drifted(drift)]),
    ],
    warnings: conditions.filter(({ warns, status }) => warns && status === 'True'),
    drift,
    scope: ctx.scope,
    creation: found.creation,
    reconcileAt: self.annotations[annotations.reconcileAt],
  };
}

/** What an object was forbidden to take, or to observe, it does not tell either. */
const isUntold = (kind: AnyKind, self: Self<unknown, unknown>, { blocked }: Plan<unknown>): boolean =>
  blocked?.reason === 'Forbidden' && kind.knownId(self.status) === undefined;

/** An observed resource that exists is ready, drifted or not; one that does not exist is not. */
function observed(kind: AnyKind, seen: unknown, mode: Mode, drift: readonly Drift[]): Blocked | undefined {
  if (mode === 'read-only' && drift.length > 0) {
    return { reason: 'ReadOnly', message: `started with --read-only: ${callsIn(drift)} not made` };
  }
  if (mode === 'observe' && kind.seenId(seen) === undefined) {
    return { reason: 'NotFound', message: 'there is nothing in AWS to observe' };
  }
  return undefined;
}

const asDrift = ({ field, call, why }: { field?: string; call: string; why: string }): Drift => ({
  ...(field === undefined ? {} : { field }),
  call,
  why,
});

const drifted = (drift: readonly Drift[]): ConditionDraft =>
  drift.length === 0
    ? { type: 'Drifted', status: 'False', reason: 'InSync', message: '' }
    : {
        type: 'Drifted',
        status: 'True',
        reason: 'DriftDetected',
        message: drift.map(({ why }) => why).join('; '),
      };

const callsIn = (drift: readonly Drift[]): string => drift.map(({ call }) => call).join(', ');

export const isPaused = (object: Resource): boolean =>
  object.metadata.annotations?.[annotations.paused] === 'true';
