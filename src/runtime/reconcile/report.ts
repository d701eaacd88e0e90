import { type ConditionDraft, reasons } from '../../core/conditions.ts';
import { annotations } from '../../core/identity.ts';
import { type Resource, readyOf } from '../../core/resource.ts';
import type { ReconcilerOptions } from './options.ts';
import { mergePatch, type StatusDraft, statusOf } from './status.ts';

/**
 * What a reconcile tells: status, once and only if it changed, and Warnings for what just became wrong, or
 * is wrong in another way than before.
 * Nothing is told by a process that no longer leads: LeadershipLost is thrown instead.
 */
type Reporting = Pick<ReconcilerOptions, 'objects' | 'clock' | 'record' | 'mayWrite'>;

export async function writeStatus(
  options: Reporting,
  object: Resource,
  draft: StatusDraft & { readonly warnings?: readonly ConditionDraft[] },
): Promise<void> {
  const before = object.status ?? {};
  const status = statusOf(object, draft, new Date(options.clock.now()).toISOString());
  if (status === before) return;
  options.mayWrite();
  await options.objects.saveStatus(object, mergePatch(before, status));
  tellBlocked(options, object, draft);
  for (const { type, reason, message } of draft.warnings ?? []) {
    const was = before.conditions?.find((condition) => condition.type === type);
    if (was?.status !== 'True' || was.message !== message) warn(options, object, reason, message);
  }
}

/** A Warning when an object stalls, or for another reason than before; what passes by itself is for conditions alone. */
function tellBlocked(options: Reporting, object: Resource, { blocked }: StatusDraft): void {
  if (!blocked || (reasons[blocked.reason] !== 'stalled' && blocked.reason !== 'NoHealthyInstance')) return;
  const ready = readyOf(object);
  if (ready?.reason === blocked.reason && ready.message === blocked.message) return;
  warn(options, object, blocked.reason, blocked.message);
}

const warn = ({ record }: Reporting, object: Resource, reason: string, note: string): void =>
  record(object, { type: 'Warning', reason, action: 'Reconcile', note });

/** A condition beside the others, which keep what they last said. */
export async function tellPaused({ objects, clock, mayWrite }: Reporting, object: Resource): Promise<void> {
  const conditions = object.status?.conditions ?? [];
  if (conditions.some(({ type, status }) => type === 'Paused' && status === 'True')) return;
  const paused = {
    type: 'Paused',
    status: 'True',
    reason: 'Paused',
    message: `nothing is done, deletion included, while ${annotations.paused} is "true"`,
    lastTransitionTime: new Date(clock.now()).toISOString(),
  };
  mayWrite();
  await objects.patchStatus(object, { conditions: [...conditions, paused] });
}
