import { step } from '../../aws/step.ts';
import { inSync, type Plan, type Step } from '../../core/plan.ts';
import { policiesEqual } from '../../core/policy/compare.ts';
import { policyDifferences } from '../../core/policy/differences.ts';
import { renderPolicy } from '../../core/policy/document.ts';
import { deletedPrincipals } from '../../core/policy/principals.ts';
import { awaitPrincipal, refusedPrincipal } from './create.ts';
import type { Desired } from './desired.ts';
import { type Seen, type SeenPolicy, type SeenRole, withRole } from './seen.ts';
import { sameName } from './self.ts';

/** Who may assume the role. */
export function trust(role: SeenRole, { trust: wanted, trustField }: Desired, seen: Seen): Plan<Seen> {
  const { document } = role.trust;
  if (document && policiesEqual(document, wanted)) return inSync;
  const gone = document ? deletedPrincipals(document) : [];
  const told = gone.length ? leftOver(gone) : '';
  if (seen.unseenPrincipal !== undefined) return awaitPrincipal(seen.unseenPrincipal, told);
  const update = step<Seen>()('iam:UpdateAssumeRolePolicy', {
    input: { RoleName: role.name, PolicyDocument: renderPolicy(wanted) },
    why: `trust policy of ${role.name}: ${told}${whatDiffers(role.trust, wanted)}`,
    field: trustField,
    ...(gone.length ? { warns: true, event: 'PrincipalDeleted' } : {}),
    fold: (before) => withRole(before, () => ({ trust: { document: wanted } })),
    refused: refusedPrincipal,
  });
  return { steps: [update] };
}

const leftOver = (ids: readonly string[]): string =>
  `${ids.join(', ')} is all that is left of a deleted user or role, and trusts nobody; `;

const mostTold = 4;

/** In words, never the whole document. */
export function whatDiffers(seen: SeenPolicy, wanted: Desired['trust']): string {
  if (!seen.document) return `cannot be read (${seen.unreadable}): it is written anew`;
  const lines = policyDifferences(seen.document, wanted);
  const more = lines.length - mostTold;
  return lines.slice(0, mostTold).join('; ') + (more > 0 ? `; and ${more} more` : '');
}

/** UpdateRole sets both always, and takes one left out for empty. */
export function settings(role: SeenRole, desired: Desired): Step<Seen>[] {
  const { description, maxSessionDuration } = desired;
  const differs = {
    description: role.description !== description,
    maxSessionDuration: role.maxSessionDuration !== maxSessionDuration,
  };
  if (!differs.description && !differs.maxSessionDuration) return [];
  const why = [
    ...(differs.description ? ['another description'] : []),
    ...(differs.maxSessionDuration
      ? [`sessions of ${role.maxSessionDuration} s, the manifest says ${maxSessionDuration} s`]
      : []),
  ];
  return [
    step<Seen>()('iam:UpdateRole', {
      input: { RoleName: role.name, Description: description, MaxSessionDuration: maxSessionDuration },
      why: `${role.name} has ${why.join(' and ')}`,
      field: differs.description ? 'description' : 'maxSessionDuration',
      fold: (seen) => withRole(seen, () => ({ description, maxSessionDuration })),
    }),
  ];
}

export function boundary(role: SeenRole, { permissionsBoundary: wanted }: Desired): Step<Seen>[] {
  const { name, permissionsBoundary: current } = role;
  if (sameName(current, wanted)) return [];
  const field = 'permissionsBoundary';
  const fold = (seen: Seen) => withRole(seen, () => ({ permissionsBoundary: wanted }));
  if (wanted === undefined) {
    return [
      step<Seen>()('iam:DeleteRolePermissionsBoundary', {
        input: { RoleName: name },
        why: `${name} has the permissions boundary ${current}, the manifest names none`,
        field,
        fold,
        // Somebody was faster: what was wanted is so.
        refused: (seen, error) => (error.class === 'NotFound' ? fold(seen) : undefined),
      }),
    ];
  }
  return [
    step<Seen>()('iam:PutRolePermissionsBoundary', {
      input: { RoleName: name, PermissionsBoundary: wanted },
      why: `${name} has ${current === undefined ? 'no permissions boundary' : `the permissions boundary ${current}`}, the manifest says ${wanted}`,
      field,
      fold,
    }),
  ];
}
