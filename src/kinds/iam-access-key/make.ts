import { step } from '../../aws/step.ts';
import type { Context } from '../../core/context.ts';
import { blocked, mergePlans, type Plan, plan } from '../../core/plan.ts';
import { Sealed } from '../../core/sealed.ts';
import type { Need } from './due.ts';
import { retirement, retireStep } from './retire.ts';
import { keyOf, type Seen, type SeenKey } from './seen.ts';
import type { IAMAccessKey } from './self.ts';
import type { Attempt } from './status-fields.ts';

/** Of every user, and not to be raised: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const maxKeys = 2;
/** Somebody else's key that was deleted is told by nobody. */
const slowly = 10 * 60_000;

/** A fresh key; where the user has two already, first of all room for it, out of what is this object's own. */
export function make(
  self: IAMAccessKey,
  keys: readonly SeenKey[],
  seen: Seen,
  need: Need,
  ctx: Context,
): Plan<Seen> {
  if (seen.full) return blocked('QuotaExceeded', hiddenKeys(self), ctx.now + slowly);
  if (keys.length < maxKeys) return plan(create(self, keys, need, ctx));
  const old = keyOf(seen, seen.previous);
  if (need.urgent) {
    const giving = old ?? keyOf(seen, seen.current);
    return giving
      ? makeRoom(self, giving, need)
      : blocked('QuotaExceeded', noRoom(self, keys, seen), ctx.now + slowly);
  }
  if (!old) return blocked('QuotaExceeded', noRoom(self, keys, seen), ctx.now + slowly);
  const retiring = retirement(self, seen, ctx);
  if (retiring.steps.length > 0) return retiring;
  return mergePlans(
    retiring,
    blocked('Pending', `${need.why}: waiting until ${old.id}, the key before, is retired`),
  );
}

function create(self: IAMAccessKey, keys: readonly SeenKey[], need: Need, ctx: Context) {
  const { userName, rotateNow } = self.spec;
  const attempt: Attempt = {
    time: new Date(ctx.now).toISOString(),
    before: keys.map(({ id }) => id),
    ...(rotateNow === undefined ? {} : { rotateNow }),
  };
  return step<Seen>()('iam:CreateAccessKey', {
    input: { UserName: userName },
    why: need.why,
    creates: true,
    intent: { attempt },
    ...(need.field === undefined
      ? { expected: true }
      : { field: need.field, warns: true, event: 'KeyReplaced' }),
    secret(output) {
      const { AccessKey: made } = output;
      if (!made?.AccessKeyId || !made.SecretAccessKey)
        throw new Error('CreateAccessKey answered without a key');
      const sealed = new Sealed(made.SecretAccessKey);
      return { sealed, rest: { AccessKey: { ...made, SecretAccessKey: undefined } } };
    },
    fold: (before, { AccessKey: made }) => {
      const id = made?.AccessKeyId ?? '';
      const createdAt = made?.CreateDate?.getTime() ?? ctx.now;
      return { ...before, keys: keys.concat({ id, createdAt, active: true }), made: id, attempt };
    },
    refused(before, error) {
      if (error.class === 'NotFound') return { ...before, keys: undefined };
      return error.class === 'Quota' ? { ...before, full: true } : undefined;
    },
  });
}

/** Nobody can be given the key there is, so this one goes before its time. */
function makeRoom(self: IAMAccessKey, key: SeenKey, need: Need): Plan<Seen> {
  const why = `${key.id} gives way to a fresh key, for AWS allows two: ${need.why}`;
  const { fold, ...rest } = retireStep(self, key.id, why);
  const field = need.field === undefined ? {} : { field: need.field };
  return plan({
    ...rest,
    ...field,
    warns: true,
    fold: (seen, output) => ({ ...fold(seen, output), madeRoomFor: need.why }),
  });
}

const noRoom = ({ spec: { userName } }: IAMAccessKey, keys: readonly SeenKey[], seen: Seen): string => {
  const others = keys.filter(({ id }) => id !== seen.current && id !== seen.previous).map(({ id }) => id);
  return `user ${userName} has two access keys, the most that AWS allows, and ${others.join(' and ')} ${others.length === 1 ? 'is' : 'are'} not this object's: delete one that is not needed`;
};

const hiddenKeys = ({ spec: { userName } }: IAMAccessKey): string =>
  `AWS says that user ${userName} has two access keys already, the most that it allows: delete one that is not needed`;
