import { matchesAny } from '../../core/glob.ts';
import type { Context } from '../../core/kind.ts';
import { blocked, inSync, mergePlans, type Plan, plan } from '../../core/plan.ts';
import { needOf, nextRotation } from './due.ts';
import { lostKey } from './lost.ts';
import { make } from './make.ts';
import { remove } from './remove.ts';
import { retirement } from './retire.ts';
import { deliver, secretConflict } from './secret.ts';
import { keyOf, type Seen } from './seen.ts';
import type { IAMAccessKey } from './self.ts';

const minute = 60_000;

/**
 * What just was made is delivered, before anything else. What got lost on the way is deleted. Then comes a fresh key,
 * where one is needed, and else the retirement of the one before.
 */
export function diff(self: IAMAccessKey, seen: Seen, ctx: Context): Plan<Seen> {
  if (self.deleting) return remove(self, seen, ctx);
  const { userName } = self.spec;
  if (seen.made !== undefined) return plan(deliver(self, seen, seen.made));
  const forbidden = forbiddenUser(userName, ctx);
  if (forbidden !== undefined) return blocked('Forbidden', forbidden);
  const { keys } = seen;
  if (!keys)
    return blocked(
      'NotFound',
      `spec.userName: there is no user ${userName} in account ${ctx.scope.account}`,
      ctx.now + minute,
    );
  const conflict = secretConflict(self, seen);
  if (conflict !== undefined) return blocked('Conflict', conflict, ctx.now + minute);
  const lost = lostKey(self, seen, ctx);
  if (lost !== inSync) return lost;
  const need = needOf(self, seen, ctx);
  if (need) return make(self, keys, seen, need, ctx);
  return mergePlans(retirement(self, seen, ctx), wakeUp(self, seen));
}

/** Where an account has guardrails, keys are made for none but the users they name. */
function forbiddenUser(userName: string, { guardrails }: Context): string | undefined {
  if (!guardrails || matchesAny(guardrails.iamAccessKey?.allowedUserNames ?? [], userName)) return undefined;
  return `guardrails.iamAccessKey.allowedUserNames: the account's guardrails allow no keys of user ${userName}`;
}

function wakeUp(self: IAMAccessKey, seen: Seen): Plan<Seen> {
  const key = keyOf(seen, seen.current);
  const due = key && nextRotation(self, key);
  return due === undefined ? inSync : { steps: [], wakeAt: due };
}
