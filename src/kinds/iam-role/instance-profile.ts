import { step } from '../../aws/step.ts';
import type { Context } from '../../core/context.ts';
import { claimOn, ownerOf } from '../../core/ownership.ts';
import { blocked, type Plan, type Step } from '../../core/plan.ts';
import { tagCalls } from '../../core/tag-calls.ts';
import { describeTagChanges, type TagChanges, tagList } from '../../core/tags.ts';
import { tooEarly } from './create.ts';
import { type Seen, type SeenProfile, type SeenRole, withProfile } from './seen.ts';
import { type IAMRole, profileNameOf, sameName } from './self.ts';
import { desiredTags, tagChanges, withTags } from './tags.ts';

const field = 'instanceProfile';

/** The profile that the manifest wants, with the role in it and no other; and none of ours beside it. */
export function instanceProfile(self: IAMRole, role: SeenRole, seen: Seen, ctx: Context): Plan<Seen> {
  const wanted = profileNameOf(self);
  const there = seen.profiles.find(({ name }) => wanted !== undefined && sameName(name, wanted));
  const superfluous = seen.profiles
    .filter((profile) => profile !== there && isTaken(self, profile))
    .flatMap((profile) => dropSteps(profile, 'the manifest does not name it'))
    .map((one) => ({ ...one, destroys: true as const }));
  if (wanted === undefined) return { steps: superfluous };
  if (there && !isOurs(self, there, role)) {
    const conflict = `instance profile ${there.name} exists and belongs to ${there.tags ? ownerOf(there.tags) : 'somebody else'}: it is left alone. Give another name in spec.instanceProfile.name`;
    return { ...blocked('Conflict', conflict, ctx.now + 60_000), steps: superfluous };
  }
  const steps = there
    ? [...retagProfile(self, there, ctx), ...evictSteps(there, role), ...addSteps(there, role)]
    : [createStep(self, wanted, role, ctx), addStep(wanted, role)];
  return { steps: [...steps, ...superfluous] };
}

/**
 * Whether the profile that the manifest names may be written to: by its tags, or, where they are not told, by
 * its name. One that nobody claims may be taken over with the role that the manifest adopts.
 */
export function isOurs(self: IAMRole, profile: SeenProfile, role: SeenRole | undefined): boolean {
  const { name, tags } = profile;
  if (isTaken(self, profile)) return true;
  if (!sameName(name, profileNameOf(self))) return false;
  if (!tags) return true;
  const adopts = self.spec.adopt !== undefined && role !== undefined && holds(profile, role.name);
  return adopts && claimOn(tags, self) === 'unclaimed';
}

/**
 * Whether the profile is this object's, and may be deleted with it or once the manifest names it no longer:
 * instances may use an adopted role through a profile that nobody has given to mooring.
 */
export function isTaken(self: IAMRole, { name, tags }: SeenProfile): boolean {
  const claim = tags ? claimOn(tags, self) : 'unclaimed';
  return claim === 'unclaimed' ? sameName(name, self.status.instanceProfileName) : claim !== 'foreign';
}

export const holds = ({ roles }: SeenProfile, roleName: string): boolean =>
  roles.some((role) => sameName(role, roleName));

function createStep(self: IAMRole, name: string, role: SeenRole, ctx: Context): Step<Seen> {
  const tags = desiredTags(self, ctx, undefined);
  return step<Seen>()('iam:CreateInstanceProfile', {
    input: { InstanceProfileName: name, Path: role.path, Tags: tagList(tags) },
    why: `there is no instance profile ${name}`,
    field,
    fold: (seen, { InstanceProfile: made }) => ({
      ...seen,
      profiles: [...seen.profiles, { name, arn: made?.Arn ?? '', roles: [], tags }],
    }),
    // Whose it is, only a look can tell: profiles that do not hold the role are not listed with it.
    refused: (seen, error) =>
      error.code.startsWith('EntityAlreadyExists')
        ? { ...seen, lookAgain: `instance profile ${name} exists already: looking whose it is` }
        : undefined,
  });
}

const addSteps = (profile: SeenProfile, role: SeenRole): Step<Seen>[] =>
  holds(profile, role.name) ? [] : [addStep(profile.name, role)];

const addStep = (name: string, role: SeenRole): Step<Seen> =>
  step<Seen>()('iam:AddRoleToInstanceProfile', {
    input: { InstanceProfileName: name, RoleName: role.name },
    why: `${role.name} is not in instance profile ${name}`,
    field,
    fold: (seen) => withProfile(seen, name, () => ({ roles: [role.name] })),
    // There is room for one role, and somebody has just taken it: perhaps we, with a reply that was lost.
    refused: (seen, error) =>
      error.class === 'Quota'
        ? { ...seen, lookAgain: `instance profile ${name} has a role already: looking which` }
        : tooEarly(seen, error),
  });

const evictSteps = (profile: SeenProfile, role: SeenRole): Step<Seen>[] =>
  profile.roles
    .filter((other) => !sameName(other, role.name))
    .map((other) => evictStep(profile, other, `the manifest puts ${role.name} there`));

function evictStep({ name }: SeenProfile, roleName: string, because: string): Step<Seen> {
  const fold = (seen: Seen) =>
    withProfile(seen, name, ({ roles }) => ({ roles: roles.filter((other) => other !== roleName) }));
  return step<Seen>()('iam:RemoveRoleFromInstanceProfile', {
    input: { InstanceProfileName: name, RoleName: roleName },
    why: `${roleName} is in instance profile ${name}: ${because}`,
    field,
    fold,
    refused: (seen, error) => (error.class === 'NotFound' ? fold(seen) : undefined),
  });
}

/** Empties the profile and deletes it. */
export function dropSteps(profile: SeenProfile, because: string): Step<Seen>[] {
  const { name } = profile;
  const fold = (seen: Seen): Seen => ({
    ...seen,
    profiles: seen.profiles.filter((other) => other.name !== name),
  });
  const drop = step<Seen>()('iam:DeleteInstanceProfile', {
    input: { InstanceProfileName: name },
    why: `instance profile ${name}: ${because}`,
    field,
    fold,
    refused: (seen, error) => (error.class === 'NotFound' ? fold(seen) : undefined),
  });
  return [...profile.roles.map((role) => evictStep(profile, role, because)), drop];
}

function retagProfile(self: IAMRole, { name, tags }: SeenProfile, ctx: Context): Step<Seen>[] {
  // A listing may leave tags out; a fresh look tells them.
  if (!tags) return [];
  const of = (part: TagChanges) => ({
    why: `instance profile ${name}: ${describeTagChanges(part)}`,
    field: 'instanceProfile.tags',
    fold: (seen: Seen) =>
      withProfile(seen, name, (profile) => ({ tags: withTags(profile.tags ?? {}, part) })),
  });
  return tagCalls(tagChanges(self, desiredTags(self, ctx, undefined), tags), {
    set: (set, part) =>
      step<Seen>()('iam:TagInstanceProfile', {
        input: { InstanceProfileName: name, Tags: tagList(set) },
        ...of(part),
      }),
    unset: (TagKeys, part) =>
      step<Seen>()('iam:UntagInstanceProfile', {
        input: { InstanceProfileName: name, TagKeys },
        ...of(part),
      }),
  });
}
