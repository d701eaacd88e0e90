import { step } from '../../aws/step.ts';
import type { Context } from '../../core/context.ts';
import { ownershipTags, tagKeys } from '../../core/identity.ts';
import { claimOn } from '../../core/ownership.ts';
import type { Step } from '../../core/plan.ts';
import { tagCalls } from '../../core/tag-calls.ts';
import {
  applyTags,
  describeTagChanges,
  diffTags,
  managedKeys,
  type TagChanges,
  type Tags,
  tagList,
} from '../../core/tags.ts';
import { type Seen, type SeenRole, withRole } from './seen.ts';
import { type IAMRole, sameName } from './self.ts';

/** The manifest's tags over the operator's defaults, of keys that differ in case only the manifest's. */
function manifestTags({ spec: { tags = {} } }: IAMRole, { defaultTags }: Context): Tags {
  const defaults = Object.entries(defaultTags).filter(
    ([key]) => !Object.keys(tags).some((own) => sameName(own, key)),
  );
  return { ...Object.fromEntries(defaults), ...tags };
}

/** And above both whose it is. `creation` is the role's alone: the profile is found by its name. */
export function desiredTags(self: IAMRole, ctx: Context, creation: string | undefined): Tags {
  const { identity, uid } = self;
  return { ...manifestTags(self, ctx), ...ownershipTags({ identity, uid, role: 'primary', creation }) };
}

/** The tag keys status records as ours, so that one taken out of the manifest is taken off the role and its profile. */
export const managedTags = (self: IAMRole, seen: readonly Tags[], ctx: Context): string[] =>
  managedKeys(manifestTags(self, ctx), self.status.managedTags, seen, { ignoreCase: true });

/** What has to change; `released` goes once an object has it again. */
export function tagChanges(self: IAMRole, desired: Tags, tags: Tags): TagChanges {
  const managed = [...(self.status.managedTags ?? [])];
  const changes = diffTags(desired, tags, { managed, ignoreCase: true });
  return {
    set: changes?.set ?? {},
    unset: [...(changes?.unset ?? []), ...(tagKeys.released in tags ? [tagKeys.released] : [])],
  };
}

export function retag(self: IAMRole, role: SeenRole, ctx: Context): Step<Seen>[] {
  const changes = tagChanges(self, desiredTags(self, ctx, creationOf(self, role)), role.tags);
  const claim = claimOn(role.tags, self);
  const takenOver = claim === 'previous';
  const { name } = role;
  const why = (part: TagChanges) => `role ${name}: ${describeTagChanges(part)}`;
  const folding = (part: TagChanges) => (seen: Seen) =>
    withRole(seen, ({ tags }) => ({ tags: withTags(tags, part) }));
  return tagCalls(changes, {
    set: (tags, part) =>
      step<Seen>()('iam:TagRole', {
        input: { RoleName: name, Tags: tagList(tags) },
        why: takenOver ? `role ${name} is this object's by its identity tags: taken over` : why(part),
        field: 'tags',
        ...(takenOver ? { event: 'TakenOver', expected: true } : {}),
        // Another object that adopts it may be about to say the same.
        ...(claim === 'unclaimed' ? { exclusive: role.arn } : {}),
        fold: folding(part),
      }),
    unset: (TagKeys, part) =>
      step<Seen>()('iam:UntagRole', {
        input: { RoleName: name, TagKeys },
        why: why(part),
        field: 'tags',
        fold: folding(part),
      }),
  });
}

/** A role keeps the token it was made under; one whose tag was lost gets the recorded token back. */
const creationOf = (self: IAMRole, { tags, roleId }: SeenRole): string | undefined =>
  tags[tagKeys.creation] ?? (roleId === self.status.roleId ? self.creation?.token : undefined);

/** `tags` as IAM shows them after a change. */
export const withTags = (tags: Tags, changes: TagChanges): Tags =>
  applyTags(tags, changes, { ignoreCase: true });
