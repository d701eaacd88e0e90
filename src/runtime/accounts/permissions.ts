import type {
  AccountAccess,
  AccountIdentity,
  AccountSessions,
  KindCalls,
  Permissions,
} from '../../core/account.ts';
import { messageOf } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';

/**
 * What an account may do, by kind. Never throws: an account is as good as its credentials. `fresh` where a person
 * wants to know it now.
 */
export type PermissionsOf = (
  access: AccountAccess,
  identity: AccountIdentity,
  fresh: boolean,
) => Promise<readonly Permissions[]>;

/** Policies change seldom, and AWS takes few simulations a second. */
const keep = 60 * 60_000;

/**
 * Asked for anew when the account is another's by now, or its access changed, and hourly. Where AWS cannot tell, it
 * stays as it was last told, and the next look asks again.
 */
export function createPermissions(
  sessions: Pick<AccountSessions, 'permissions'>,
  kinds: readonly KindCalls[],
  clock: Clock,
): PermissionsOf {
  const known = new WeakMap<AccountAccess, { arn: string; at: number; found: readonly Permissions[] }>();
  return async (access, { arn }, fresh) => {
    const told = known.get(access);
    const last = told?.arn === arn ? told : undefined;
    if (last && !fresh && clock.now() - last.at < keep) return last.found;
    try {
      const found = await sessions.permissions(access, kinds);
      known.set(access, { arn, at: clock.now(), found });
      return found;
    } catch (error) {
      const message = messageOf(error);
      return last?.found ?? kinds.map(({ kind }): Permissions => ({ kind, state: 'Unknown', message }));
    }
  };
}
