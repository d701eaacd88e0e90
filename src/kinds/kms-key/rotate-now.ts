/**
 * Rotation on demand, once a token. AWS has no token for it and allows 25 in the life of a key.
 *
 * Guarantees:
 * - the token is noted in status before the call; while what became of the call is not known, AWS is given
 *   the time to show it, and only then is it asked again;
 * - a token that is there when the key is first seen (made, adopted, found by a rebuilt cluster) is taken
 *   for done: a rotation too few can be asked for, one too many not taken back.
 */
import { step } from '../../aws/step.ts';
import type { Context } from '../../core/context.ts';
import { blocked, inSync, note, type Plan } from '../../core/plan.ts';
import { withRotation } from './rotation.ts';
import type { Attempt, Seen, SeenKey, SeenRotation } from './seen.ts';
import type { KMSKey } from './self.ts';

/** https://docs.aws.amazon.com/kms/latest/developerguide/rotating-keys-on-demand.html */
export const maxOnDemand = 25;

/** Clocks that differ, AWS's and ours. Milliseconds. */
const skew = 10_000;

/** How soon to look whether a rotation that is under way is done: AWS takes minutes for one. Milliseconds. */
const minute = 60_000;

/** The token that needs no call any more. */
export function handledToken(self: KMSKey, rotation: SeenRotation | undefined): string | undefined {
  const { spec, status } = self;
  if (rotation?.lastToken !== undefined) return rotation.lastToken;
  if (status.keyId === undefined) return spec.rotateNow;
  const { attempt, lastToken } = status.rotation ?? {};
  return attempt && wasMade(attempt, rotation) ? attempt.token : lastToken;
}

/** The attempt of which it is not known whether AWS made it. */
export function openAttempt(self: KMSKey, rotation: SeenRotation | undefined): Attempt | undefined {
  const attempt = rotation?.attempt ?? self.status.rotation?.attempt;
  if (attempt === undefined || attempt === 'none') return undefined;
  return handledToken(self, rotation) === attempt.token ? undefined : attempt;
}

/** Whether a rotation of that time, or one still under way, is to be seen. */
function wasMade({ time }: Attempt, rotation: SeenRotation | undefined): boolean {
  const since = Date.parse(time) - skew;
  const dates = [
    ...(rotation?.onDemand ?? []),
    ...(rotation?.startedOnDemand ? [rotation.startedOnDemand] : []),
  ];
  return dates.some((date) => Date.parse(date) >= since);
}

export function rotateNow(
  self: KMSKey,
  key: SeenKey,
  rotation: SeenRotation | undefined,
  ctx: Context,
  visibleAfter: number,
): Plan<Seen> {
  const token = self.spec.rotateNow;
  if (token === undefined || token === handledToken(self, rotation)) return inSync;
  const open = openAttempt(self, rotation);
  const settled = open === undefined ? 0 : Date.parse(open.time) + visibleAfter;
  if (open?.token === token && ctx.now < settled) {
    return blocked('Pending', 'waiting until AWS shows whether it has rotated the key', settled);
  }
  if (rotation?.exhausted || (rotation?.onDemand?.length ?? 0) >= maxOnDemand) {
    return blocked(
      'QuotaExceeded',
      `spec.rotateNow: ${key.keyId} has been rotated on demand ${maxOnDemand} times, and AWS allows no more in the life of a key`,
    );
  }
  if (key.state === 'Disabled') {
    return blocked(
      'InvalidSpec',
      `spec.rotateNow: ${key.keyId} is disabled, and AWS rotates only enabled keys`,
    );
  }
  if (key.state !== 'Enabled') return inSync;
  if (rotation?.underWay || rotation?.startedOnDemand !== undefined) {
    const message = `spec.rotateNow: another rotation of ${key.keyId} is under way, and this one follows it`;
    return blocked('Pending', message, ctx.now + minute);
  }
  const attempt = { token, time: new Date(ctx.now).toISOString() };
  // One that AWS refuses leaves what was known before it.
  const refused = open?.token === token ? open : 'none';
  return { steps: [noteAttempt(attempt), rotateOnDemand(key, attempt, rotation, refused)] };
}

const noteAttempt = (attempt: Attempt) =>
  note<Seen>({ rotation: { attempt } }, `spec.rotateNow is "${attempt.token}" now`, (seen) =>
    withRotation(seen, { attempt }),
  );

const rotateOnDemand = (
  { keyId }: SeenKey,
  { token, time }: Attempt,
  rotation: SeenRotation | undefined,
  attempt: Attempt | 'none',
) =>
  step<Seen>()('kms:RotateKeyOnDemand', {
    input: { KeyId: keyId },
    why: `${keyId}: spec.rotateNow is "${token}" now`,
    field: 'rotateNow',
    expected: true,
    fold: (seen) =>
      withRotation(seen, {
        lastToken: token,
        attempt: 'none',
        onDemand: [...(rotation?.onDemand ?? []), time],
      }),
    // Either way this attempt made none: nothing that is seen later may be taken for it.
    refused(seen, { code }) {
      if (code === 'LimitExceededException') return withRotation(seen, { exhausted: true, attempt });
      if (code === 'ConflictException') return withRotation(seen, { underWay: true, attempt });
      return undefined;
    },
  });
