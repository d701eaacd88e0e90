import type { Context } from '../../core/context.ts';
import { forbidden } from '../../core/guardrails/breach.ts';
import { withEnforcedRetain } from '../../core/guardrails/retain.ts';
import { blocked, inSync, mergePlans, type Plan, plan } from '../../core/plan.ts';
import { needOf, nextRotation } from './due.ts';
import { breaches } from './guardrails.ts';
import { lostKey } from './lost.ts';
import { make } from './make.ts';
import { remove } from './remove.ts';
import { retirement } from './retire.ts';
import { deliver, secretConflict } from './secret.ts';
import { keyOf, type Seen } from './seen.ts';
import type { IAMAccessKey } from './self.ts';

const minute = 60_000;

/**
 * What just was made is delivered, before anything else. Then the account has to allow it. What got lost on the way is deleted. Then comes a fresh key,
 * where one is needed, and else the retirement of the one before.
 */
export function diff(self: IAMAccessKey, seen: Seen, ctx: Context): Plan<Seen> {
  if (self.deleting) return remove(withEnforcedRetain(self, ctx), seen, ctx);
  if (seen.made !== undefined) return plan(deliver(self, seen, seen.made));
  return forbidden(ctx, () => breaches(self, ctx)) ?? declared(self, seen, ctx);
}

function declared(self: IAMAccessKey, seen: Seen, ctx: Context): Plan<Seen> {
  const { userName } = self.spec;
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

function wakeUp(self: IAMAccessKey, seen: Seen): Plan<Seen> {
  const key = keyOf(seen, seen.current);
  const due = key && nextRotation(self, key);
  return due === undefined ? inSync : { steps: [], wakeAt: due };
}
