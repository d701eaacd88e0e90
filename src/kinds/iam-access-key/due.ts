import type { Context } from '../../core/context.ts';
import { milliseconds } from '../../core/duration.ts';
import { holds } from './secret.ts';
import { keyOf, type Seen, type SeenKey } from './seen.ts';
import { type IAMAccessKey, secretOf } from './self.ts';

/** Why there is to be a fresh key. */
export interface Need {
  readonly why: string;
  /** Nobody can be given the key there is: an old one that is still in use gives way. */
  readonly urgent: boolean;
  /** What was repaired, for a fight over it; absent where nothing was wrong. */
  readonly field?: string;
}

export function needOf(self: IAMAccessKey, seen: Seen, ctx: Context): Need | undefined {
  const { userName } = self.spec;
  const { current } = seen;
  if (seen.madeRoomFor !== undefined) return { why: seen.madeRoomFor, urgent: true };
  if (current === undefined) return { why: `user ${userName} has no key of this object's`, urgent: true };
  const key = keyOf(seen, current);
  if (!key) return lost(`${current} is gone from user ${userName}`, 'accessKeyId');
  if (!key.active) return lost(`${current} was deactivated by somebody`, 'accessKeyId');
  if (!seen.secret) return lost(`Secret ${secretOf(self).name} is gone, and the key with it`, 'secret');
  if (!holds(self, seen.secret, current))
    return lost(`Secret ${secretOf(self).name} no longer has ${current} as it was delivered`, 'secret');
  return onDemand(self, seen) ?? byAge(self, key, ctx);
}

const lost = (why: string, field: string): Need => ({ why, urgent: true, field });

function onDemand({ spec: { rotateNow } }: IAMAccessKey, { rotatedToken }: Seen): Need | undefined {
  if (rotateNow === undefined || rotateNow === rotatedToken) return undefined;
  return { why: `spec.rotateNow is "${rotateNow}" now`, urgent: false };
}

function byAge(self: IAMAccessKey, key: SeenKey, ctx: Context): Need | undefined {
  const due = nextRotation(self, key);
  if (due === undefined || ctx.now < due) return undefined;
  return { why: `${key.id} has reached the age of ${self.spec.rotateAfter}`, urgent: false };
}

/** Milliseconds since the epoch. */
export const nextRotation = ({ spec }: IAMAccessKey, { createdAt }: SeenKey): number | undefined =>
  spec.rotateAfter === undefined ? undefined : createdAt + milliseconds(spec.rotateAfter);
