import type { Readers } from '../../aws/readers/index.ts';
import type { InstanceProfile } from '../../aws/readers/instance-profiles.ts';
import type { Role, RoleDetail } from '../../aws/readers/roles.ts';
import type { Context } from '../../core/context.ts';
import { tagKeys } from '../../core/identity.ts';
import type { Tags } from '../../core/tags.ts';
import { beyond, desiredOf, leastQuotas } from './desired.ts';
import { seenPolicy } from './documents.ts';
import { roleNamePattern } from './fields.ts';
import { attachedBeyond } from './room.ts';
import type { Quotas, Seen, SeenProfile, SeenRole } from './seen.ts';
import { type IAMRole, profileNameOf, roleNameOf, sameName } from './self.ts';

export type RoleLookUp = Pick<Readers, 'roles' | 'roleMayExist' | 'instanceProfiles' | 'roleQuotas'>;

const nothing: Seen = { role: undefined, profiles: [], quotas: undefined };

/**
 * A known role is read in all its parts at once. One that may not exist is asked for first, and where it does
 * not, nothing else is: making a role costs one look-up, or a share of one where many are made. Of a manifest that
 * no role can be, AWS is not asked.
 */
export async function observe(self: IAMRole, readers: RoleLookUp, ctx: Context): Promise<Seen> {
  const known = self.status.roleId !== undefined;
  if (!known && (!roleNamePattern.test(roleNameOf(self)) || isUnfit(self, ctx))) return nothing;
  const found = await look(self, readers, known);
  return { ...found, quotas: await quotasFor(self, found.role, readers, ctx) };
}

async function look(self: IAMRole, readers: RoleLookUp, known: boolean): Promise<Found> {
  const name = roleNameOf(self);
  if (!known && isNew(self) && !(await readers.roleMayExist(name))) return await none(self, readers);
  const asked = readers.roles.byName(name);
  return known || (await asked) !== undefined ? await whole(self, asked, readers) : await none(self, readers);
}

/** Nothing was begun for it, and nothing is to be removed: only then may what is a little old answer. */
const isNew = ({ creation, deleting, spec }: IAMRole): boolean =>
  creation === undefined && !deleting && spec.adopt === undefined;

const isUnfit = (self: IAMRole, ctx: Context): boolean =>
  !self.deleting && typeof desiredOf(self, ctx) === 'string';

type Found = Pick<Seen, 'role' | 'profiles'>;

/** `asked`: the role itself, which is on its way or there. */
async function whole(
  self: IAMRole,
  asked: Promise<Role | undefined>,
  { roles, instanceProfiles }: RoleLookUp,
): Promise<Found> {
  const name = roleNameOf(self);
  const [role, attachedPolicies, inlinePolicies, profiles] = await Promise.all([
    asked,
    roles.attachedPolicies(name),
    roles.inlinePolicies(name),
    profilesOf(self, instanceProfiles),
  ]);
  return { role: role && toSeenRole({ role, attachedPolicies, inlinePolicies }), profiles };
}

/** A deletion that was interrupted may have left the profile. */
const none = async (self: IAMRole, { instanceProfiles }: RoleLookUp): Promise<Found> => ({
  role: undefined,
  profiles: self.deleting ? await profilesOf(self, instanceProfiles) : [],
});

/** Each once, and with its tags, which only asking for it by name tells. */
async function profilesOf(self: IAMRole, readers: Readers['instanceProfiles']): Promise<SeenProfile[]> {
  const names = distinct([profileNameOf(self), self.status.instanceProfileName]);
  const [listed, ...named] = await Promise.all([
    readers.ofRole(roleNameOf(self)),
    ...names.map((name) => readers.byName(name)),
  ]);
  const unnamed = listed.filter(({ name }) => !names.some((other) => sameName(name, other)));
  const others = await Promise.all(unnamed.map(({ name }) => readers.byName(name)));
  return [...named, ...others].filter((profile) => profile !== undefined).map(toSeenProfile);
}

const distinct = (names: readonly (string | undefined)[]): string[] =>
  names
    .filter((name) => name !== undefined)
    .filter((name, at, all) => all.findIndex((other) => sameName(other, name)) === at);

/** Asked for only where a manifest, with what it leaves on the role, goes beyond what every account has. */
async function quotasFor(
  self: IAMRole,
  role: SeenRole | undefined,
  readers: RoleLookUp,
  ctx: Context,
): Promise<Quotas | undefined> {
  const wanted = self.deleting ? undefined : desiredOf(self, ctx);
  if (typeof wanted !== 'object') return undefined;
  const excess = beyond(wanted, leastQuotas);
  const together = role && attachedBeyond(self, role, wanted, leastQuotas.attachedPolicies);
  return (excess ?? together) === undefined ? undefined : await readers.roleQuotas();
}

/** The same, from the sweep's listing. */
export async function observeListed(
  self: IAMRole,
  detail: RoleDetail,
  readers: RoleLookUp,
  ctx: Context,
): Promise<Seen> {
  const found = listedRole(detail);
  return { ...found, quotas: await quotasFor(self, found.role, readers, ctx) };
}

export const listedRole = (detail: RoleDetail): Found => ({
  role: toSeenRole(detail),
  profiles: detail.instanceProfiles.map(toSeenProfile),
});

export function toSeenRole({
  role,
  attachedPolicies,
  inlinePolicies,
}: Omit<RoleDetail, 'instanceProfiles'>): SeenRole {
  const { id, name, arn, path, description, maxSessionDuration, permissionsBoundary, lastUsed } = role;
  return {
    name,
    roleId: id,
    arn,
    path,
    description,
    maxSessionDuration,
    trust: seenPolicy(role.trustPolicy),
    permissionsBoundary,
    tags: canonicalTags(role.tags),
    attached: attachedPolicies.toSorted(),
    inline: Object.fromEntries(
      Object.entries(inlinePolicies)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([policy, text]) => [policy, seenPolicy(text)]),
    ),
    lastUsed: lastUsed && { date: lastUsed.at.toISOString().slice(0, 10), region: lastUsed.region },
  };
}

const toSeenProfile = ({ name, arn, roles, tags }: InstanceProfile): SeenProfile => ({
  name,
  arn,
  roles,
  tags: tags && canonicalTags(tags),
});

/** Our own keys as we spell them: IAM keeps the case a key was written in, and goes by none. */
function canonicalTags(tags: Tags): Tags {
  const own = new Map<string, string>(Object.values(tagKeys).map((key) => [key.toLowerCase(), key]));
  return Object.fromEntries(
    Object.entries(tags).map(([key, value]) => [own.get(key.toLowerCase()) ?? key, value]),
  );
}
