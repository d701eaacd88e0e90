import { strays } from './claims.ts';
import { nextRotation } from './due.ts';
import { retirementOf } from './retire.ts';
import { keyOf, type Seen, type SeenKey } from './seen.ts';
import { type IAMAccessKey, secretOf } from './self.ts';
import type { IAMAccessKeyStatus } from './spec.ts';

/** Uses nearer to one another than that are not told one by one. Milliseconds. */
const coarse = 3_600_000;

export function statusOf(self: IAMAccessKey, seen: Seen): IAMAccessKeyStatus {
  const current = keyOf(seen, seen.current);
  return {
    ...(seen.current === undefined ? {} : { accessKeyId: seen.current, secretName: secretOf(self).name }),
    ...(current ? ofKey(self, current) : {}),
    ...previousOf(self, seen, current),
    ...(seen.rotatedToken === undefined ? {} : { rotatedToken: seen.rotatedToken }),
    ...attemptOf(seen),
  };
}

function ofKey(self: IAMAccessKey, key: SeenKey): IAMAccessKeyStatus {
  const due = nextRotation(self, key);
  return {
    createdAt: rfc3339(key.createdAt),
    ...lastUsedOf(self, key),
    ...(due === undefined ? {} : { nextRotation: rfc3339(due) }),
  };
}

function lastUsedOf(
  { status: { accessKeyId, lastUsed: told } }: IAMAccessKey,
  { id, lastUsed: used }: SeenKey,
): IAMAccessKeyStatus {
  if (!used) return {};
  const recent = told && accessKeyId === id && used.time - Date.parse(told.time) < coarse;
  if (recent) return { lastUsed: told };
  const { time, service, region } = used;
  return { lastUsed: { time: rfc3339(time), service, region } };
}

function previousOf(self: IAMAccessKey, seen: Seen, current: SeenKey | undefined): IAMAccessKeyStatus {
  const old = keyOf(seen, seen.previous);
  if (!old) return {};
  if (!current) return { previous: { accessKeyId: old.id } };
  const { since, at, reason } = retirementOf(self, old, current);
  return { previous: { accessKeyId: old.id, since: rfc3339(since), retireAt: rfc3339(at), reason } };
}

/** Of two keys that appeared neither is ours to delete, also once one of them is gone: so they are kept in mind. */
function attemptOf(seen: Seen): IAMAccessKeyStatus {
  const { attempt } = seen;
  if (!attempt) return {};
  const ids = strays(seen).map(({ id }) => id);
  return { attempt: ids.length > 1 ? { ...attempt, disputed: ids } : attempt };
}

const rfc3339 = (time: number): string => new Date(time).toISOString();
