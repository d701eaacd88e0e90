/** What of a role's policies goes and stays, and whether what the manifest adds fits beside it. */

import type { Context } from '../../core/context.ts';
import type { Plan, Step } from '../../core/plan.ts';
import { inlinePoliciesTooLong } from '../../core/policy/size.ts';
import type { Desired } from './desired.ts';
import type { Seen, SeenRole } from './seen.ts';
import { type IAMRole, sameName } from './self.ts';

export const has = (names: readonly string[], name: string): boolean =>
  names.some((other) => sameName(other, name));

/** Those that are attached and are to be detached: without `exclusive`, only what was attached for this object. */
export function goingAttachments(
  { spec: { exclusive }, status: { managedPolicies = [] } }: IAMRole,
  role: SeenRole,
  wanted: readonly string[],
): string[] {
  return role.attached.filter((arn) => !has(wanted, arn) && (exclusive || has(managedPolicies, arn)));
}

/** Those that are to be deleted: without `exclusive`, only what was written for this object. */
export function goingInlinePolicies(
  { spec: { exclusive }, status: { managedInlinePolicies = [] } }: IAMRole,
  role: SeenRole,
  wanted: Desired['inline'],
): string[] {
  return Object.keys(role.inline).filter(
    (name) => !Object.hasOwn(wanted, name) && (exclusive || managedInlinePolicies.includes(name)),
  );
}

/** Why the manifest's policies and those it leaves are more than may be attached, or undefined. */
export function attachedBeyond(
  self: IAMRole,
  role: SeenRole,
  { attached }: Pick<Desired, 'attached'>,
  room: number,
): string | undefined {
  const going = goingAttachments(self, role, attached);
  const left = role.attached.filter((arn) => !has(attached, arn) && !going.includes(arn));
  if (left.length === 0 || attached.length + left.length <= room) return undefined;
  return `spec.managedPolicies: has ${attached.length} policies, and exclusive: false leaves ${left.length} more: the account's quota for one role is ${room} (Service Quotas, IAM, "Managed policies per role")`;
}

/** The same of what the inline policies may have together. What cannot be read is not counted. */
export function inlineBeyond(
  self: IAMRole,
  role: SeenRole,
  { inline }: Pick<Desired, 'inline'>,
): string | undefined {
  const going = goingInlinePolicies(self, role, inline);
  const left = Object.entries(role.inline).flatMap(([name, { document }]) =>
    document && !Object.hasOwn(inline, name) && !going.includes(name) ? [[name, document] as const] : [],
  );
  const tooLong = inlinePoliciesTooLong({ ...Object.fromEntries(left), ...inline });
  if (left.length === 0 || tooLong === undefined) return undefined;
  return `spec.inlinePolicies: with what exclusive: false leaves, ${tooLong}`;
}

/** That somebody has taken something off, or that a quota was raised, is told by nobody. */
const slowly = 10 * 60_000;

export const tooMuch = (steps: readonly Step<Seen>[], message: string, ctx: Context): Plan<Seen> => ({
  steps,
  blocked: { reason: 'QuotaExceeded', message },
  wakeAt: ctx.now + slowly,
});
