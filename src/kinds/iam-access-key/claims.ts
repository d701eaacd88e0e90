import type { AccessKey } from '../../aws/readers/access-keys.ts';
import type { SecretSeen } from '../../core/secret-step.ts';
import { holds } from './secret.ts';
import type { Seen } from './seen.ts';
import type { IAMAccessKey } from './self.ts';
import type { Attempt } from './status-fields.ts';

/**
 * Which of a user's keys are this object's. Keys carry no tags, so it is those that status names, and what came of
 * an attempt: a key that the record made before it does not have, and that is no older than it.
 *
 * Guarantees:
 * - no other key is ever written to;
 * - of two that an attempt could have made, none is taken and none deleted, not even once one of them is gone;
 * - a key that the Secret holds was delivered, whatever became of status.
 */
type Claims = Pick<Seen, 'current' | 'previous' | 'attempt' | 'rotatedToken'>;

/** Clocks that differ, AWS's and ours, and AWS's that tells seconds. Milliseconds. */
const skew = 10_000;
/**
 * A call waits its turn, is sent, and is answered or lost in less. Whoever makes a key by hand later than that, while
 * nobody has looked, does not lose it.
 */
export const attemptLasts = 15 * 60_000;

export function claimsOf(
  self: IAMAccessKey,
  keys: readonly AccessKey[] | undefined,
  secret: SecretSeen | undefined,
  now: number,
): Claims {
  const { accessKeyId: current, previous: before, attempt, rotatedToken } = self.status;
  const claims = { current, previous: before?.accessKeyId, attempt, rotatedToken };
  if (!attempt || !keys) return claims;
  const arrived = arrivals(attempt, claims, keys);
  const delivered = arrived.find(({ id }) => holds(self, secret, id));
  if (delivered) {
    return {
      current: delivered.id,
      previous: [claims.current, claims.previous].find((id) => keys.some((key) => key.id === id)),
      attempt: undefined,
      rotatedToken: attempt.rotateNow ?? rotatedToken,
    };
  }
  const settled = attempt.disputed
    ? arrived.length < 2
    : arrived.length === 0 && now >= Date.parse(attempt.time) + attemptLasts;
  return settled ? { ...claims, attempt: undefined } : claims;
}

/** The keys that an attempt that is still open could have made: one is ours to delete, of two we cannot know. */
export function strays(seen: Seen): readonly AccessKey[] {
  const { attempt, keys, made } = seen;
  if (!attempt || !keys || made !== undefined) return [];
  return arrivals(attempt, seen, keys);
}

function arrivals(
  { before, time, disputed }: Attempt,
  { current, previous }: Pick<Claims, 'current' | 'previous'>,
  keys: readonly AccessKey[],
): readonly AccessKey[] {
  const since = Date.parse(time);
  return keys.filter(({ id, createdAt }) => {
    if (disputed) return disputed.includes(id);
    if (before.includes(id) || id === current || id === previous) return false;
    return createdAt >= since - skew && createdAt < since + attemptLasts;
  });
}
