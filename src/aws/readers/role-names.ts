import type { Clock } from '../../core/ports.ts';
import type { Scope } from '../../core/scope.ts';
import type { Read } from '../execute.ts';
import { memo } from '../memo.ts';
import { allPages } from './iam-pages.ts';

/** From the fifth that is asked for within five seconds on, a listing costs less than asking for each. */
const many = 5;
const within = 5_000;
/** How old a listing may be, in milliseconds. */
const fresh = 5_000;

/**
 * Whether a role of that name may exist, for those who would make one: where many are made at once, one listing
 * answers for all of them.
 * Guarantees: false only where a listing of the last five seconds does not have the name, true where nobody knows.
 * Caveat: somebody may have taken the name since. Names are unique, so CreateRole tells.
 */
export function createRoleNames(read: Read, scope: Scope, clock: Clock): (name: string) => Promise<boolean> {
  const listing = memo(clock, { success: fresh, failure: fresh }, async () => {
    const names = await allPages(
      (page) => read(scope, 'iam:ListRoles', page),
      ({ Roles = [] }) => Roles.flatMap(({ RoleName }) => RoleName?.toLowerCase() ?? []),
    );
    return new Set(names);
  });
  let asked: number[] = [];
  return async (name) => {
    const now = clock.now();
    asked = [...asked.filter((time) => now - time < within), now];
    if (asked.length < many) return true;
    const names = await listing('').catch(() => undefined);
    return names?.has(name.toLowerCase()) ?? true;
  };
}
