import type { Context } from '../../core/context.ts';
import { mergePlans, type Plan, type Step } from '../../core/plan.ts';
import { lostKey } from './lost.ts';
import { dropSteps } from './retire.ts';
import { deleteSecret, releaseSecret } from './secret.ts';
import { keyOf, type Seen } from './seen.ts';
import { type IAMAccessKey, isRetained } from './self.ts';

/**
 * What deleting the object does: a key that got lost on the way is deleted in any case, for nobody has it. The others
 * are deactivated and deleted, and then the Secret; retained, they stay.
 */
export function remove(self: IAMAccessKey, seen: Seen, ctx: Context): Plan<Seen> {
  const lost = lostKey(self, seen, ctx);
  if (isRetained(self)) return mergePlans(lost, { steps: releaseSecret(self, seen) });
  const steps = [seen.previous, seen.current].flatMap((id) => {
    const key = keyOf(seen, id);
    return key ? dropSteps(self, key, `${key.id}: the object is deleted`) : [];
  });
  return mergePlans(lost, { steps: [...steps.map(destroying), ...deleteSecret(self, seen)] });
}

const destroying = (one: Step<Seen>): Step<Seen> => ({ ...one, destroys: true });
