import type { Context } from '../../core/context.ts';
import { claimOn, recordedId } from '../../core/ownership.ts';
import type { Tags } from '../../core/tags.ts';
import { desiredOf } from './desired.ts';
import { isOurs, isTaken } from './instance-profile.ts';
import { isRoleOurs } from './owner.ts';
import type { Seen, SeenRole } from './seen.ts';
import { type IAMRole, profileNameOf, sameName } from './self.ts';
import type { IAMRoleStatus } from './spec.ts';
import { managedTags } from './tags.ts';

/** As many policies as status lists. */
const most = 100;

export function statusOf(self: IAMRole, seen: Seen, ctx: Context): IAMRoleStatus {
  const { role } = seen;
  if (!role) return ofLost(self);
  // What is somebody else's is none of this object's: it would be deleted with it.
  if (!isRoleOurs(self, role)) return ofLost(self);
  const roleId = recordedId(role.roleId, role.tags, self, self.status.roleId);
  return {
    arn: role.arn,
    ...(roleId === undefined ? {} : { roleId }),
    roleName: role.name,
    ...profileOf(self, role, seen),
    ...lastUsed(self, role),
    attachedPolicies: role.attached.slice(0, most),
    inlinePolicies: Object.keys(role.inline).slice(0, most),
    ...managed(self, role, ctx),
    managedTags: managedTags(self, tagsOfOurs(self, role, seen), ctx),
  };
}

/** A lost role stays known until it is made anew, so that the change of its id is told. */
function ofLost({
  status: { arn, roleId, roleName, instanceProfileName, managedTags: tags },
}: IAMRole): IAMRoleStatus {
  return {
    ...(arn === undefined ? {} : { arn }),
    ...(roleId === undefined ? {} : { roleId }),
    ...(roleName === undefined ? {} : { roleName }),
    ...(instanceProfileName === undefined ? {} : { instanceProfileName }),
    ...(tags === undefined ? {} : { managedTags: tags }),
  };
}

const tagsOfOurs = (self: IAMRole, role: SeenRole, { profiles }: Seen): Tags[] => [
  role.tags,
  ...profiles.filter((profile) => isOurs(self, profile, role)).map(({ tags }) => tags ?? {}),
];

/**
 * The one the manifest wants. By its name a profile is known as ours (see isTaken), and found where it does not
 * hold the role: so one that is still to go is named until it is gone, unless the other has nothing but its name.
 */
function profileOf(self: IAMRole, role: SeenRole, { profiles }: Seen): IAMRoleStatus {
  const wanted = profileNameOf(self);
  const there = profiles.find((one) => sameName(one.name, wanted) && isOurs(self, one, role));
  const taken = profiles.filter((one) => isTaken(self, one));
  const going = taken.find((one) => one !== there);
  const byName = taken.find(({ tags }) => !tags || claimOn(tags, self) === 'unclaimed');
  const shown = there ?? going;
  const named = byName ?? going ?? taken[0];
  return {
    ...(shown ? { instanceProfileArn: shown.arn } : {}),
    ...(named ? { instanceProfileName: named.name } : {}),
  };
}

/**
 * By day, and the Region as first seen that day: AWS tells every use, and status is not to be written for
 * each.
 */
function lastUsed({ status }: IAMRole, { lastUsed: used }: SeenRole): IAMRoleStatus {
  if (!used) return {};
  if (status.lastUsed?.date === used.date) return { lastUsed: status.lastUsed };
  return { lastUsed: { date: used.date, ...(used.region === undefined ? {} : { region: used.region }) } };
}

/** What is on the role because this object said so, now or before. */
function managed(self: IAMRole, role: SeenRole, ctx: Context): IAMRoleStatus {
  const desired = desiredOf(self, ctx);
  const { attached, inline } = typeof desired === 'string' ? { attached: [], inline: {} } : desired;
  const policies = [...attached, ...(self.status.managedPolicies ?? [])];
  const inlines = [...Object.keys(inline), ...(self.status.managedInlinePolicies ?? [])];
  return {
    managedPolicies: role.attached.filter((arn) => policies.some((own) => sameName(own, arn))).slice(0, most),
    managedInlinePolicies: Object.keys(role.inline)
      .filter((name) => inlines.includes(name))
      .slice(0, most),
  };
}
