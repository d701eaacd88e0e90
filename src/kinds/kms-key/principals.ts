import { z } from 'zod';
import { type Context, type Reference, referenceKey } from '../../core/context.ts';
import type { Access, Principal } from './access-fields.ts';
import type { KMSKey } from './self.ts';

/** The roles that the manifest names by reference. */
export function referencesOf({ spec, identity }: KMSKey): Reference[] {
  const all = [spec.access, ...(spec.replicas ?? []).map(({ access }) => access)];
  const names = all
    .flatMap((access) => (access ? principalsOf(access) : []))
    .flatMap(({ roleRef }) => roleRef?.name ?? []);
  return [...new Set(names)].map((name) => ({ kind: 'IAMRole', namespace: identity.namespace, name }));
}

const principalsOf = ({ administrators = [], users = [], grantees = [] }: Access): Principal[] => [
  ...administrators,
  ...users,
  ...grantees,
];

const withArn = z.object({ arn: z.string().min(1) });

/** The ARN of a role of the same namespace, once its status has one. */
export function arnOfRole(name: string, { identity }: KMSKey, ctx: Context): string | undefined {
  const { namespace } = identity;
  const found = ctx.references.get(referenceKey({ kind: 'IAMRole', namespace, name }));
  return withArn.safeParse(found?.status).data?.arn;
}

/** Roles named by `access` that have no ARN (yet). */
export const missingRoles = (access: Access, self: KMSKey, ctx: Context): string[] => [
  ...new Set(
    principalsOf(access).flatMap(({ roleRef }) =>
      roleRef && arnOfRole(roleRef.name, self, ctx) === undefined ? [roleRef.name] : [],
    ),
  ),
];
