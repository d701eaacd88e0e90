import type {
  AccountAccess,
  AccountIdentity,
  AccountSessions,
  KindCalls,
  Permissions,
} from '../../core/account.ts';
import { messageOf } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';

/** What an account may do, by kind. Never throws: an account is as good as its credentials. */
export type PermissionsOf = (
  access: AccountAccess,
  identity: AccountIdentity,
) => Promise<readonly Permissions[]>;

/** Policies change seldom, and AWS takes few simulations a second. */
const keep = 60 * 60_000;

/** Asked for anew when the account is another's by now, or its access changed, and hourly. */
export function createPermissions(
  sessions: Pick<AccountSessions, 'permissions'>,
  kinds: readonly KindCalls[],
  clock: Clock,
): PermissionsOf {
  const known = new WeakMap<AccountAccess, { arn: string; at: number; found: readonly Permissions[] }>();
  return async (access, { arn }) => {
    const last = known.get(access);
    if (last && last.arn === arn && clock.now() - last.at < keep) return last.found;
    const found = await sessions
      .permissions(access, kinds)
      .catch((error: unknown) =>
        kinds.map(({ kind }): Permissions => ({ kind, state: 'Unknown', message: messageOf(error) })),
      );
    known.set(access, { arn, at: clock.now(), found });
    return found;
  };
}
