import type { Resource } from '../../core/resource.ts';
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

/** Whether a reconcile would call AWS, or write another status; and when it wants to be looked at. */
export function judge(
  options: ReconcilerOptions,
  { object, self, ctx }: Member,
  seen: unknown,
): { readonly differs: boolean; readonly wakeAt?: number } {
  const { kind, clock } = options;
  options.onMeasured?.(object, kind.gauges?.measure(self, seen, ctx) ?? []);
  const plan = kind.diff(self, seen, ctx);
  const mode = modeOf(options.readOnly, sharedSpecOf(self.spec));
  if (mode === 'manage' && plan.steps.length > 0) return { differs: true };
  const draft = assess(kind, self, ctx, { seen, plan, mode, creation: self.creation });
  const differs = statusOf(object, draft, new Date(clock.now()).toISOString()) !== (object.status ?? {});
  return { differs, ...(plan.wakeAt === undefined ? {} : { wakeAt: plan.wakeAt }) };
}

/** AWS has refused this very spec: asking again in every sweep would change nothing. */
export function waitsForSpec(object: Resource | undefined): boolean {
  const ready = object?.status?.conditions?.find(({ type }) => type === 'Ready');
  return ready?.reason === 'InvalidSpec' && ready.observedGeneration === object?.metadata.generation;
}
