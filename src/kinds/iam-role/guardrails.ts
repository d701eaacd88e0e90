import type { Context } from '../../core/context.ts';
import { matchesAny } from '../../core/glob.ts';
import { deniedIn } from '../../core/guardrails/actions.ts';
import { adoptBreach } from '../../core/guardrails/adopt.ts';
import { breach, listed } from '../../core/guardrails/breach.ts';
import { externalBreaches } from '../../core/guardrails/external-accounts.ts';
import { tagBreaches, tagsAfter } from '../../core/guardrails/required-tags.ts';
import { deletionBreaches } from '../../core/guardrails/retain.ts';
import type { Desired } from './desired.ts';
import { isOurs } from './instance-profile.ts';
import { isRoleOurs } from './owner.ts';
import { goingAttachments, goingInlinePolicies } from './room.ts';
import type { Seen, SeenPolicy, SeenRole } from './seen.ts';
import { type IAMRole, profileNameOf, sameName } from './self.ts';
import { desiredTags } from './tags.ts';

/** The rules of the account that the object would break once its role is as declared; in words. */
export function breaches(self: IAMRole, desired: Desired, seen: Seen, ctx: Context): string[] {
  const adopting = adoptBreach(self, seen.role?.tags, ctx);
  // Nothing is told of what it may not even see.
  if (adopting !== undefined) return [adopting];
  const role = seen.role && isRoleOurs(self, seen.role) ? seen.role : undefined;
  return [
    ...deletionBreaches(ctx, self.spec.deletionPolicy),
    ...boundaryBreaches(desired, ctx),
    ...nameBreaches(self, desired, role, ctx),
    ...trustBreaches(desired, ctx),
    ...attachmentBreaches(self, desired, role, ctx),
    ...actionBreaches(self, desired, role, ctx),
    ...requiredTagBreaches(self, role, seen, ctx),
  ];
}

function boundaryBreaches({ permissionsBoundary }: Desired, { guardrails }: Context): string[] {
  const required = guardrails?.iamRole?.requiredPermissionsBoundary;
  if (required === undefined || permissionsBoundary === required) return [];
  const words = `is ${permissionsBoundary ?? 'not given'}; required: ${required}`;
  return [breach('iamRole.requiredPermissionsBoundary', 'spec.permissionsBoundary', words)];
}

/** A role that exists stays where it is. */
function nameBreaches(
  { spec }: IAMRole,
  { name }: Desired,
  role: SeenRole | undefined,
  { guardrails }: Context,
): string[] {
  const { pathPrefix = '/', roleNamePrefix = '' } = guardrails?.iamRole ?? {};
  const path = role?.path ?? spec.path ?? '/';
  return [
    ...(path.startsWith(pathPrefix)
      ? []
      : [breach('iamRole.pathPrefix', 'spec.path', `is ${path}; must begin with ${pathPrefix}`)]),
    ...(name.startsWith(roleNamePrefix)
      ? []
      : [breach('iamRole.roleNamePrefix', 'spec.roleName', `is ${name}; must begin with ${roleNamePrefix}`)]),
  ];
}

const trustBreaches = ({ trust, trustField }: Desired, ctx: Context): string[] =>
  externalBreaches(
    ctx,
    { name: 'iamRole.allowedTrustAccounts', allowed: ctx.guardrails?.iamRole?.allowedTrustAccounts },
    `spec.${trustField}`,
    trust,
  );

/** Of what somebody else attached, too, where the manifest leaves it. */
function attachmentBreaches(
  self: IAMRole,
  { attached }: Desired,
  role: SeenRole | undefined,
  { guardrails }: Context,
): string[] {
  const allowed = guardrails?.iamRole?.allowedManagedPolicies;
  if (!allowed) return [];
  const going = role ? goingAttachments(self, role, attached) : [];
  const left = (role?.attached ?? []).filter((arn) => !going.includes(arn) && !attached.includes(arn));
  const words = (arn: string, how: string) =>
    breach(
      'iamRole.allowedManagedPolicies',
      'spec.managedPolicies',
      `${arn}${how} may not be attached; allowed: ${listed(allowed)}`,
    );
  return [
    ...attached.filter((arn) => !matchesAny(allowed, arn)).map((arn) => words(arn, '')),
    ...left
      .filter((arn) => !matchesAny(allowed, arn))
      .map((arn) => words(arn, ', which exclusive: false leaves,')),
  ];
}

function actionBreaches(
  self: IAMRole,
  { inline }: Desired,
  role: SeenRole | undefined,
  { guardrails }: Context,
): string[] {
  const denied = guardrails?.iamRole?.deniedActions;
  if (!denied) return [];
  const going = role ? goingInlinePolicies(self, role, inline) : [];
  const left = Object.entries(role?.inline ?? {}).filter(
    ([name]) => !going.includes(name) && !Object.hasOwn(inline, name),
  );
  const judged = [
    ...Object.entries(inline).map(([name, document]) => [name, '', deniedIn(document, denied)] as const),
    ...left.map(
      ([name, policy]) => [name, ', which exclusive: false leaves', deniedInSeen(policy, denied)] as const,
    ),
  ];
  return judged.flatMap(([name, how, words]) =>
    words === undefined
      ? []
      : [
          breach(
            'iamRole.deniedActions',
            `spec.inlinePolicies.${name}`,
            `${words}${how}; no inline policy may allow ${listed(denied)}`,
          ),
        ],
  );
}

const deniedInSeen = (policy: SeenPolicy, denied: readonly string[]): string | undefined =>
  policy.document
    ? deniedIn(policy.document, denied)
    : `cannot be read, so that nobody knows what it allows (${policy.unreadable})`;

/** Of the role, and of its instance profile, which gets the same. */
function requiredTagBreaches(
  self: IAMRole,
  role: SeenRole | undefined,
  { profiles }: Seen,
  ctx: Context,
): string[] {
  const desired = desiredTags(self, ctx, undefined);
  const rules = { managed: [...(self.status.managedTags ?? [])], ignoreCase: true };
  const name = profileNameOf(self);
  const profile = profiles.find((one) => sameName(one.name, name) && isOurs(self, one, role));
  const judged = [role?.tags, ...(name === undefined ? [] : [profile?.tags])].map((seen) =>
    tagBreaches(ctx, 'spec.tags', tagsAfter(desired, seen ?? {}, rules), rules),
  );
  return [...new Set(judged.flat())];
}
