import type { Context } from '../../core/context.ts';
import { blocked, inSync, type Plan, plan } from '../../core/plan.ts';
import { strays } from './claims.ts';
import { retireStep } from './retire.ts';
import type { Seen } from './seen.ts';
import type { IAMAccessKey } from './self.ts';

const minute = 60_000;

/**
 * What came of an attempt and did not get as far as the Secret: its other half was shown once, and is lost. One such
 * key is deleted, so that there is room for a fresh one; of two nobody can tell which it is.
 */
export function lostKey(self: IAMAccessKey, seen: Seen, ctx: Context): Plan<Seen> {
  const found = strays(seen);
  const [key] = found;
  if (!key) return inSync;
  if (found.length > 1) {
    const ids = found.map(({ id }) => id).join(' and ');
    return blocked(
      'Conflict',
      `${ids} appeared on user ${self.spec.userName} since a key was asked for, and only one of them can be this object's: neither is touched. Delete the one that nobody uses`,
      ctx.now + minute,
    );
  }
  const { fold, refused, ...rest } = retireStep(
    self,
    key.id,
    `${key.id} was made for this object and its secret half was lost on the way`,
  );
  const closed = (after: Seen): Seen => ({ ...after, attempt: undefined });
  return plan({
    ...rest,
    fold: (before, output) => closed(fold(before, output)),
    refused: (before, error) => {
      const after = refused?.(before, error);
      return after && closed(after);
    },
  });
}
