import type { Context } from '../../core/context.ts';
import { forbidden } from '../../core/guardrails/breach.ts';
import { withEnforcedRetain } from '../../core/guardrails/retain.ts';
import { claimOn, ownerOf } from '../../core/ownership.ts';
import { blocked, inSync, mergePlans, type Plan } from '../../core/plan.ts';
import { create } from './create.ts';
import { beyond, type Desired, desiredOf } from './desired.ts';
import { breaches } from './guardrails.ts';
import { instanceProfile } from './instance-profile.ts';
import { isRoleOurs } from './owner.ts';
import { attachments, inlinePolicies } from './policies.ts';
import { remove } from './remove.ts';
import type { Seen, SeenRole } from './seen.ts';
import type { IAMRole } from './self.ts';
import { boundary, settings, trust } from './settings.ts';
import { retag } from './tags.ts';

/** How soon to look at what AWS says exists and did not show, in milliseconds. */
const soon = 2_000;
/** A quota that was raised is told by nobody, nor is a conflict that was settled. */
const slowly = 10 * 60_000;
const minute = 60_000;

/**
 * From what AWS has to what the manifest declares: the role, its tags (whose it is, first), its boundary
 * before any permission, who may assume it, what it may do, and its instance profile. What breaks a rule of
 * the account is left as it is.
 */
export function diff(self: IAMRole, seen: Seen, ctx: Context): Plan<Seen> {
  if (self.deleting) return remove(withEnforcedRetain(self, ctx), seen, ctx);
  const desired = desiredOf(self, ctx);
  if (typeof desired === 'string') return blocked('InvalidSpec', desired);
  const broken = forbidden(ctx, () => breaches(self, desired, seen, ctx));
  if (broken) return broken;
  const tooMuch = seen.quotas && beyond(desired, seen.quotas);
  if (tooMuch) return blocked('QuotaExceeded', tooMuch, ctx.now + slowly);
  if (seen.lookAgain !== undefined) {
    return blocked('Pending', seen.lookAgain, ctx.now + soon);
  }
  const { role } = seen;
  if (!role) return make(self, desired, seen, ctx);
  if (!isRoleOurs(self, role)) return blocked('Conflict', whose(self, role), ctx.now + minute);
  return mergePlans(
    { steps: retag(self, role, ctx) },
    { steps: boundary(role, desired) },
    trust(role, desired, seen),
    { steps: settings(role, desired) },
    attachments(self, role, desired, seen, ctx),
    inlinePolicies(self, role, desired, ctx),
    instanceProfile(self, role, seen, ctx),
    place(self, role),
  );
}

function make(self: IAMRole, desired: Desired, seen: Seen, ctx: Context): Plan<Seen> {
  if (self.spec.adopt !== undefined && self.status.roleId === undefined) {
    return blocked('NotFound', `spec.adopt names ${self.spec.adopt}, a role that this account does not have`);
  }
  return create(self, desired, seen, ctx);
}

function whose(self: IAMRole, { name, tags }: SeenRole): string {
  return claimOn(tags, self) === 'unclaimed'
    ? `role ${name} exists and was not made by mooring: it is left alone. Set spec.adopt to ${name} to take it over`
    : `role ${name} belongs to ${ownerOf(tags)}: it is left alone`;
}

/** AWS moves no role from one path to another. */
const place = ({ spec: { path } }: IAMRole, role: SeenRole): Plan<never> =>
  path === undefined || path === role.path
    ? inSync
    : blocked(
        'InvalidSpec',
        `spec.path: is ${path}, but role ${role.name} is at ${role.path}, and AWS moves none: say ${role.path}, or make another role`,
      );
