import { step } from '../../aws/step.ts';
import type { Context } from '../../core/context.ts';
import type { AwsError } from '../../core/errors.ts';
import { blocked, type Plan, plan } from '../../core/plan.ts';
import { renderPolicy } from '../../core/policy/document.ts';
import { tagList } from '../../core/tags.ts';
import type { Desired } from './desired.ts';
import type { Seen } from './seen.ts';
import type { IAMRole } from './self.ts';
import { desiredTags } from './tags.ts';

/**
 * The role, with everything that the one call can give it. Its policies follow: they cannot be given with it.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
 */
export function create(self: IAMRole, desired: Desired, seen: Seen, ctx: Context): Plan<Seen> {
  if (seen.unseenPrincipal !== undefined) return awaitPrincipal(seen.unseenPrincipal);
  const { name, trust, description, maxSessionDuration, permissionsBoundary } = desired;
  const { path } = self.spec;
  const tags = desiredTags(self, ctx, ctx.creationToken);
  const lost = self.status.roleId;
  return plan(
    step<Seen>()('iam:CreateRole', {
      input: {
        RoleName: name,
        ...(path === undefined ? {} : { Path: path }),
        AssumeRolePolicyDocument: renderPolicy(trust),
        ...(description === '' ? {} : { Description: description }),
        MaxSessionDuration: maxSessionDuration,
        ...(permissionsBoundary === undefined ? {} : { PermissionsBoundary: permissionsBoundary }),
        Tags: tagList(tags),
      },
      why:
        lost === undefined
          ? `there is no role ${name}`
          : `role ${name} (${lost}) is gone: it is made anew under another id, which policies that name the old one do not know`,
      creates: true,
      ...(lost === undefined ? {} : { warns: true, event: 'RoleReplaced' }),
      fold: (before, { Role: made }) => {
        if (!made?.RoleId || !made.Arn) throw new Error('CreateRole answered without the role');
        const role = {
          name,
          roleId: made.RoleId,
          arn: made.Arn,
          path: made.Path ?? path ?? '/',
          description,
          maxSessionDuration,
          trust: { document: trust },
          permissionsBoundary,
          tags,
          attached: [],
          inline: {},
          lastUsed: undefined,
        };
        return { ...before, role };
      },
      refused: (before, error) =>
        error.code.startsWith('EntityAlreadyExists')
          ? { ...before, lookAgain: `role ${name} exists already: looking whose it is` }
          : refusedPrincipal(before, error),
    }),
  );
}

/** IAM may not show a new role or profile everywhere at once: what follows its creation comes too early. */
export function tooEarly(seen: Seen, error: AwsError): Seen | undefined {
  const [what] =
    error.class === 'NotFound' ? (/role with name|instance profile/i.exec(error.message) ?? []) : [];
  if (what === undefined) return undefined;
  const hidden = /role/i.test(what) ? 'role' : 'the instance profile of';
  return { ...seen, lookAgain: `AWS does not show ${hidden} ${seen.role?.name} everywhere yet` };
}

/** What was just made elsewhere is not seen by IAM at once; what never was, never. */
export const refusedPrincipal = (seen: Seen, error: AwsError): Seen | undefined =>
  error.code.startsWith('MalformedPolicyDocument') && /invalid principal/i.test(error.message)
    ? { ...seen, unseenPrincipal: error.message }
    : undefined;

/** `gone` tells of the principals in its place that AWS has deleted. */
export const awaitPrincipal = (words: string, gone = ''): Plan<never> =>
  blocked('DependencyNotReady', `${gone}AWS does not see a principal of the trust policy (yet): ${words}`);
