import type { Context } from '../../core/context.ts';
import { matchesAny } from '../../core/glob.ts';
import { breach, listed } from '../../core/guardrails/breach.ts';
import { deletionBreaches } from '../../core/guardrails/retain.ts';
import type { IAMAccessKey } from './self.ts';

/** The rules of the account that the object breaks; in words. */
export const breaches = (self: IAMAccessKey, ctx: Context): string[] => [
  ...deletionBreaches(ctx, self.spec.deletionPolicy),
  ...userBreaches(self, ctx),
];

/**
 * Whoever has a user's key is that user. So where an account limits its objects in any way, keys are made for none
 * but the users that it names.
 */
function userBreaches({ spec: { userName } }: IAMAccessKey, { guardrails }: Context): string[] {
  const allowed = guardrails?.iamAccessKey?.allowedUserNames ?? [];
  if (matchesAny(allowed, userName)) return [];
  const words = `no keys may be made for user ${userName}; allowed: ${listed(allowed)}`;
  return [breach('iamAccessKey.allowedUserNames', 'spec.userName', words)];
}
