import { step } from '../../aws/step.ts';
import type { Context } from '../../core/context.ts';
import { milliseconds } from '../../core/duration.ts';
import { inSync, type Plan, type Step } from '../../core/plan.ts';
import { keyOf, type Seen, type SeenKey, withKeys, withoutKey } from './seen.ts';
import type { IAMAccessKey } from './self.ts';

/**
 * The old key goes once a fresh one has been there for `overlap` and the old one has not been used for as long; or,
 * used or not, after `maxOverlap`. A key without a last use was never used.
 */
export interface Retirement {
  /** When the fresh key was made. Milliseconds, as all here. */
  readonly since: number;
  readonly at: number;
  readonly reason: string;
}

export function retirementOf(
  { spec }: IAMAccessKey,
  old: SeenKey,
  successor: Pick<SeenKey, 'createdAt'>,
): Retirement {
  const overlap = milliseconds(spec.overlap);
  const since = successor.createdAt;
  const last = since + milliseconds(spec.maxOverlap);
  const unused = (old.lastUsed?.time ?? 0) + overlap;
  if (unused <= since + overlap) {
    return { since, at: since + overlap, reason: `kept for ${spec.overlap} after its successor was made` };
  }
  return unused < last
    ? { since, at: unused, reason: `in use: kept until it has been unused for ${spec.overlap}` }
    : { since, at: last, reason: `in use: kept for ${spec.maxOverlap} and no longer` };
}

export function retirement(self: IAMAccessKey, seen: Seen, ctx: Context): Plan<Seen> {
  const old = keyOf(seen, seen.previous);
  const current = keyOf(seen, seen.current);
  if (!old || !current) return inSync;
  const { at, reason } = retirementOf(self, old, current);
  if (ctx.now < at) return { steps: [], wakeAt: at };
  const unused = old.lastUsed ? 'is unused' : 'was never used';
  const why = `${old.id} ${reason.startsWith('in use: kept for') ? `is ${reason}` : unused}: ${current.id} has replaced it`;
  return { steps: dropSteps(self, old, why) };
}

/** Deactivated first: where the deletion fails, the key is of no use to anybody all the same. */
export const dropSteps = (self: IAMAccessKey, key: SeenKey, why: string): Step<Seen>[] => [
  ...(key.active ? [deactivate(self, key.id, why)] : []),
  retireStep(self, key.id, why),
];

const deactivate = ({ spec: { userName } }: IAMAccessKey, id: string, why: string): Step<Seen> =>
  step<Seen>()('iam:UpdateAccessKey', {
    input: { UserName: userName, AccessKeyId: id, Status: 'Inactive' },
    why,
    event: 'KeyDeactivated',
    fold: (seen) =>
      withKeys(seen, (keys) => keys.map((key) => (key.id === id ? { ...key, active: false } : key))),
    refused: (seen, error) => (error.class === 'NotFound' ? withoutKey(seen, id) : undefined),
  });

export const retireStep = ({ spec: { userName } }: IAMAccessKey, id: string, why: string): Step<Seen> =>
  step<Seen>()('iam:DeleteAccessKey', {
    input: { UserName: userName, AccessKeyId: id },
    why,
    event: 'KeyDeleted',
    fold: (seen) => withoutKey(seen, id),
    // Somebody was faster: what was wanted is so.
    refused: (seen, error) => (error.class === 'NotFound' ? withoutKey(seen, id) : undefined),
  });
