import type { ConditionDraft } from './conditions.ts';
import type { Ruled } from './guardrails/breach.ts';
import { instanceBreach } from './guardrails/instances.ts';

/**
 * The condition that tells of selected instances that `allowedInstances` leaves out, where others are not. None
 * without the rule.
 */
export function instancesForbidden(
  ctx: Ruled,
  ids: readonly string[],
): (ConditionDraft & { warns?: boolean })[] {
  if (ctx.guardrails?.allowedInstances === undefined) return [];
  return [
    ids.length === 0
      ? { type: 'InstancesForbidden', status: 'False', reason: 'AllAllowed', message: '' }
      : {
          type: 'InstancesForbidden',
          status: 'True',
          reason: 'InstancesForbidden',
          message: instanceBreach(ctx, 'instances', ids),
          warns: true,
        },
  ];
}
