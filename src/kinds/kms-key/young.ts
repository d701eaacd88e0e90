import type { Context } from '../../core/context.ts';
import { tagKeys } from '../../core/identity.ts';
import { blocked, type Plan, type Step } from '../../core/plan.ts';
import type { Seen, SeenKey } from './seen.ts';
import type { KMSKey } from './self.ts';

/** How soon to go on with a key that a part of AWS did not know yet. Milliseconds. */
const soon = 1_000;

/**
 * A key that was just made is not known everywhere in KMS at once: NotFound then means later, not never, and of
 * what is to be deleted not that it is gone.
 * https://docs.aws.amazon.com/kms/latest/developerguide/programming-eventual-consistency.html
 */
export function whileYoung(
  self: KMSKey,
  key: SeenKey,
  seen: Seen,
  ctx: Context,
  visibleAfter: number,
  plan: Plan<Seen>,
): Plan<Seen> {
  if (plan.steps.length === 0 || !isYoung(self, key, seen, ctx, visibleAfter)) return plan;
  if (seen.hidden)
    return blocked('Pending', `waiting until AWS knows ${key.keyId} everywhere`, ctx.now + soon);
  return { ...plan, steps: plan.steps.map(patient) };
}

function isYoung(self: KMSKey, key: SeenKey, seen: Seen, ctx: Context, visibleAfter: number): boolean {
  const { creation } = self;
  const justNow = key.tags[tagKeys.creation] === ctx.creationToken;
  const lately = creation !== undefined && ctx.now < Date.parse(creation.time) + visibleAfter;
  return justNow || lately || Object.values(seen.replicas).some(({ state }) => state === 'Creating');
}

const patient = (step: Step<Seen>): Step<Seen> => ({
  ...step,
  refused: (seen, error) =>
    error.class === 'NotFound' ? { ...seen, hidden: true } : step.refused?.(seen, error),
});
