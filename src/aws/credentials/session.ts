/**
 * A session that somebody has to be asked for, kept for as long as it is good.
 *
 * Guarantees:
 * - It is asked for once, however many wait for it, and again before it expires: whoever comes in its last
 *   minutes is served at once, and the next one is fetched meanwhile.
 * - While a renewal fails, what there is goes on to be served until it has expired.
 * - What failed is remembered for some seconds, so that many who need it do not each ask.
 */
import type { Clock } from '../../core/ports.ts';
import type { Provider, SessionCredentials } from './caller.ts';

/** The SDK takes what expires within five minutes for expired; AWS's shortest session lasts fifteen. */
const renewBefore = 6 * 60_000;
const rememberFailure = 5_000;

export function createSession(clock: Clock, obtain: Provider): Provider {
  let current: SessionCredentials | undefined;
  let renewal: Promise<SessionCredentials> | undefined;
  let failure: { readonly error: unknown; readonly until: number } | undefined;

  const left = (): number =>
    current === undefined ? 0 : (current.expiration?.getTime() ?? Number.POSITIVE_INFINITY) - clock.now();

  const renew = (): Promise<SessionCredentials> => {
    if (renewal !== undefined) return renewal;
    if (failure && clock.now() < failure.until) return Promise.reject(failure.error);
    renewal = obtain().then(
      (session) => {
        current = session;
        failure = undefined;
        renewal = undefined;
        return session;
      },
      (error: unknown) => {
        failure = { error, until: clock.now() + rememberFailure };
        renewal = undefined;
        throw error;
      },
    );
    return renewal;
  };

  return async () => {
    const remaining = left();
    if (current === undefined || remaining <= 0) return await renew();
    // A failure is told once the session at hand has expired.
    if (remaining <= renewBefore) renew().catch(() => undefined);
    return current;
  };
}
