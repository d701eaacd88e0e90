import type { Context } from '../context.ts';
import type { PolicyDocument } from '../policy/document.ts';
import { breach, listed } from './breach.ts';
import { outsiders } from './outsiders.ts';

export interface ExternalRule {
  /** As in the AWSAccount. */
  readonly name: string;
  /** What it says; undefined where there is none. */
  readonly allowed: readonly string[] | undefined;
}

/** A policy that there would be, or why it cannot be read. */
export type JudgedPolicy = PolicyDocument | { readonly unreadable: string };

/**
 * A rule on which accounts a policy may let in, beside the resource's own. Without the rule every account
 * may be, unless the AWSAccount is not for all namespaces: then none may.
 */
export function externalBreaches(
  { scope, restricted }: Pick<Context, 'scope' | 'restricted'>,
  { name, allowed }: ExternalRule,
  field: string,
  policy: JudgedPolicy,
): string[] {
  if (allowed === undefined && !restricted) return [];
  const others = allowed ?? [];
  const inside = new Set([scope.account, ...others]);
  const problems =
    'unreadable' in policy
      ? [`cannot be read, so that nobody knows whom it lets in (${policy.unreadable})`]
      : [...new Set(outsiders(policy, inside))];
  return problems.map((words) =>
    breach(name, field, `${words}; allowed beside the own account ${scope.account}: ${listed(others)}`),
  );
}
