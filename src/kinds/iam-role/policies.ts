import { step } from '../../aws/step.ts';
import type { Context } from '../../core/context.ts';
import type { Plan, Step } from '../../core/plan.ts';
import { policiesEqual } from '../../core/policy/compare.ts';
import { type PolicyDocument, renderPolicy } from '../../core/policy/document.ts';
import { iamPolicySize } from '../../core/policy/size.ts';
import { tooEarly } from './create.ts';
import { type Desired, leastQuotas } from './desired.ts';
import { attachedBeyond, goingAttachments, goingInlinePolicies, has, inlineBeyond, tooMuch } from './room.ts';
import { type Seen, type SeenPolicy, type SeenRole, withRole } from './seen.ts';
import type { IAMRole } from './self.ts';
import { whatDiffers } from './settings.ts';

/**
 * The managed policies. What is new is attached before what goes is detached, so that a change takes no
 * permission away for a moment; the other way round only where both would not fit.
 */
export function attachments(
  self: IAMRole,
  role: SeenRole,
  desired: Desired,
  seen: Seen,
  ctx: Context,
): Plan<Seen> {
  const attach = desired.attached.filter((arn) => !has(role.attached, arn));
  const detach = goingAttachments(self, role, desired.attached);
  const room = (seen.quotas ?? leastQuotas).attachedPolicies;
  const excess = attachedBeyond(self, role, desired, room);
  const attaching = attach.map((arn) => attachStep(role, arn));
  const detaching = detach.map((arn) => detachStep(role, arn, 'the manifest does not name it'));
  if (attach.length > 0 && excess !== undefined) return tooMuch(detaching, excess, ctx);
  const full = role.attached.length + attach.length > room;
  return { steps: full ? [...detaching, ...attaching] : [...attaching, ...detaching] };
}

/** A field of its own each: where one is fought over, the others are still repaired. */
const fieldOf = (arn: string): string => `managedPolicies[${arn.slice(arn.indexOf('/') + 1)}]`;

const attachStep = ({ name }: SeenRole, arn: string): Step<Seen> =>
  step<Seen>()('iam:AttachRolePolicy', {
    input: { RoleName: name, PolicyArn: arn },
    why: `${arn} is not attached to ${name}`,
    field: fieldOf(arn),
    fold: (seen) => withRole(seen, ({ attached }) => ({ attached: [...attached, arn].toSorted() })),
    refused: tooEarly,
  });

export function detachStep({ name }: SeenRole, arn: string, because: string): Step<Seen> {
  const fold = (seen: Seen) =>
    withRole(seen, ({ attached }) => ({ attached: attached.filter((other) => other !== arn) }));
  return step<Seen>()('iam:DetachRolePolicy', {
    input: { RoleName: name, PolicyArn: arn },
    why: `${arn} is attached to ${name}: ${because}`,
    field: fieldOf(arn),
    fold,
    refused: (seen, error) => (error.class === 'NotFound' ? fold(seen) : undefined),
  });
}

/** The role's own policies: what shrinks goes before what grows, for IAM limits their size together. */
export function inlinePolicies(self: IAMRole, role: SeenRole, desired: Desired, ctx: Context): Plan<Seen> {
  const { inline } = desired;
  const gone = goingInlinePolicies(self, role, inline);
  const changed = Object.entries(inline).flatMap(([name, document]) => {
    const current = Object.hasOwn(role.inline, name) ? role.inline[name] : undefined;
    const same = current?.document !== undefined && policiesEqual(current.document, document);
    return same ? [] : [{ name, document, current }];
  });
  const growth = ({ document, current }: { document: PolicyDocument; current: SeenPolicy | undefined }) =>
    iamPolicySize(document) - (current?.document ? iamPolicySize(current.document) : 0);
  const deleting = gone.map((name) => deleteInlineStep(role, name, 'the manifest does not name it'));
  const excess = inlineBeyond(self, role, desired);
  if (changed.length > 0 && excess !== undefined) return tooMuch(deleting, excess, ctx);
  const putting = changed
    .toSorted((a, b) => growth(a) - growth(b))
    .map(({ name, document, current }) => putInlineStep(role, name, document, current));
  return { steps: [...deleting, ...putting] };
}

const putInlineStep = (
  role: SeenRole,
  name: string,
  document: PolicyDocument,
  current: SeenPolicy | undefined,
): Step<Seen> =>
  step<Seen>()('iam:PutRolePolicy', {
    input: { RoleName: role.name, PolicyName: name, PolicyDocument: renderPolicy(document) },
    why: `inline policy ${name} of ${role.name}: ${current ? whatDiffers(current, document) : 'there is none'}`,
    field: `inlinePolicies.${name}`,
    fold: (seen) => withRole(seen, ({ inline }) => ({ inline: { ...inline, [name]: { document } } })),
    refused: tooEarly,
  });

export function deleteInlineStep(role: SeenRole, name: string, because: string): Step<Seen> {
  const fold = (seen: Seen) => withRole(seen, ({ inline: { [name]: _, ...others } }) => ({ inline: others }));
  return step<Seen>()('iam:DeleteRolePolicy', {
    input: { RoleName: role.name, PolicyName: name },
    why: `inline policy ${name} of ${role.name}: ${because}`,
    field: `inlinePolicies.${name}`,
    fold,
    refused: (seen, error) => (error.class === 'NotFound' ? fold(seen) : undefined),
  });
}
