import type { Condition } from '../../core/conditions.ts';
import { type Resource, readyOf } from '../../core/resource.ts';
import { sharedSpecOf } from '../../core/shared-spec.ts';
import { assess, modeOf } from '../reconcile/assess.ts';
import type { ReconcilerOptions } from '../reconcile/options.ts';
import { statusOf } from '../reconcile/status.ts';
import type { Member } from './groups.ts';

/** Objects judged without giving way to anything else. */
const chunk = 200;

/** At the same time, so that what each looks up is read together, and not all of them at once. */
export async function forEachMember(
  members: readonly Member[],
  work: (member: Member) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < members.length; start += chunk) {
    await Promise.all(members.slice(start, start + chunk).map(work));
  }
}

export interface Judged {
  /** A reconcile would call AWS, or write another status. */
  readonly differs: boolean;
  /** The call it would begin with. */
  readonly first?: string | undefined;
  /** When it wants to be looked at. */
  readonly wakeAt?: number;
}

export function judge(options: ReconcilerOptions, { object, self, ctx }: Member, seen: unknown): Judged {
  const { kind, clock } = options;
  options.onMeasured?.(object, kind.gauges?.measure(self, seen, ctx) ?? []);
  const plan = kind.diff(self, seen, ctx);
  const mode = modeOf(options.readOnly, sharedSpecOf(self.spec));
  if (mode === 'manage' && plan.steps.length > 0) return { differs: true, first: plan.steps[0]?.call };
  const draft = assess(kind, self, ctx, { seen, plan, mode, creation: self.creation });
  const differs = statusOf(object, draft, new Date(clock.now()).toISOString()) !== (object.status ?? {});
  return { differs, ...(plan.wakeAt === undefined ? {} : { wakeAt: plan.wakeAt }) };
}

/** AWS has refused this very spec: to ask again would change nothing, unless something else comes first by now. */
export function waitsForSpec(object: Resource | undefined, first?: string): boolean {
  const ready = notReadyOf(object);
  return ready?.reason === 'InvalidSpec' && (first === undefined || isRefused(ready, first));
}

/** Whether it is not ready because this very call was refused. */
export function wasRefused(object: Resource, call: string | undefined): boolean {
  const ready = notReadyOf(object);
  return call !== undefined && ready !== undefined && isRefused(ready, call);
}

/** The message begins with the call that it is about (callAndMessage). */
const isRefused = ({ message }: Condition, call: string): boolean => message.startsWith(`${call}: `);

/** Undefined where it is ready, or was said of an earlier generation. */
function notReadyOf(object: Resource | undefined): Condition | undefined {
  const ready = readyOf(object);
  const holds = ready?.status !== 'True' && ready?.observedGeneration === object?.metadata.generation;
  return holds ? ready : undefined;
}
