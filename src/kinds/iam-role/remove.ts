import { step } from '../../aws/step.ts';
import type { Context } from '../../core/context.ts';
import { wasNeverTaken } from '../../core/guardrails/adopt.ts';
import { tagKeys } from '../../core/identity.ts';
import { claimOn } from '../../core/ownership.ts';
import { blocked, inSync, type Plan, plan, type Step } from '../../core/plan.ts';
import { dropSteps, holds, isTaken } from './instance-profile.ts';
import { isRoleOurs } from './owner.ts';
import { deleteInlineStep, detachStep } from './policies.ts';
import { type Seen, type SeenRole, withRole } from './seen.ts';
import { deletionPolicyOf, type IAMRole } from './self.ts';
import { withTags } from './tags.ts';

const because = 'the object is deleted';

/** How soon to look whether what AWS does not know is gone. Milliseconds. */
const soon = 2_000;

/**
 * What deleting the object does: nothing to a role that is somebody else's; a mark on one that is retained,
 * so that the same manifest finds it again; else all that hangs on the role goes, and then the role, in the
 * order AWS asks for. A role that somebody's instances still use is not touched.
 */
export function remove(self: IAMRole, seen: Seen, ctx: Context): Plan<Seen> {
  const { role } = seen;
  if (role && (!isRoleOurs(self, role) || wasNeverTaken(self, role.tags, ctx))) return inSync;
  if (seen.lookAgain !== undefined) return blocked('Pending', seen.lookAgain, ctx.now + soon);
  if (deletionPolicyOf(self) === 'Retain') return role ? retain(self, role) : inSync;
  const ours = seen.profiles.filter((profile) => isTaken(self, profile));
  const users = role ? seen.profiles.filter((one) => !ours.includes(one) && holds(one, role.name)) : [];
  if (role && users.length > 0) {
    const names = users.map(({ name }) => name).join(', ');
    return blocked(
      'Conflict',
      `${role.name} is still in instance profile ${names}, which is not this object's: take it out there first`,
      ctx.now + 60_000,
    );
  }
  const steps = [...ours.flatMap((profile) => dropSteps(profile, because)), ...(role ? roleSteps(role) : [])];
  return { steps: steps.map(destroying) };
}

/** Held as a whole by the rules against accidents: a role without its policies is no use to anybody. */
const destroying = (one: Step<Seen>): Step<Seen> => ({ ...one, destroys: true });

const roleSteps = (role: SeenRole): Step<Seen>[] => [
  ...role.attached.map((arn) => detachStep(role, arn, because)),
  ...Object.keys(role.inline).map((name) => deleteInlineStep(role, name, because)),
  step<Seen>()('iam:DeleteRole', {
    input: { RoleName: role.name },
    why: `role ${role.name}: ${because}`,
    fold: (seen) => ({ ...seen, role: undefined }),
    // Somebody was faster, or IAM does not know a new role everywhere yet: only a look tells which.
    refused: (seen, error) =>
      error.class === 'NotFound'
        ? { ...seen, lookAgain: `AWS does not know role ${role.name}: looking whether it is gone` }
        : undefined,
  }),
];

function retain(self: IAMRole, role: SeenRole): Plan<Seen> {
  // An adopted role that was never tagged as ours has nothing to be marked released from.
  if (tagKeys.released in role.tags || claimOn(role.tags, self) !== 'ours') return inSync;
  const mark = { set: { [tagKeys.released]: 'true' }, unset: [] };
  return plan(
    step<Seen>()('iam:TagRole', {
      input: { RoleName: role.name, Tags: [{ Key: tagKeys.released, Value: 'true' }] },
      why: `role ${role.name} is retained: deletionPolicy is Retain`,
      event: 'Retained',
      fold: (seen) => withRole(seen, ({ tags }) => ({ tags: withTags(tags, mark) })),
    }),
  );
}
