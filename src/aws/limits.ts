/**
 * AWS's request quotas, kept per account and region by everyone who shares this process.
 *
 * Guarantees: a call that the published quota forbids waits its turn instead of being refused; where AWS
 * refuses all the same (others use the account too), all callers of that quota slow down together.
 */
import type { RequestLimits } from '../core/account.ts';
import type { Clock } from '../core/ports.ts';
import type { Scope } from '../core/scope.ts';
import type { CallName } from './calls/index.ts';
import { quotaOf } from './quotas.ts';
import { createTokenBucket, type Limit, type TokenBucket } from './token-bucket.ts';

export interface LimitOptions {
  /** Of the published quotas: 0.5 leaves half to others, 2 is for an account that AWS has raised. Default 0.95. */
  readonly multiplier?: number;
  /** By `service:Operation`; `service:*` is for what has no entry of its own, and shares buckets as AWS does. */
  readonly overrides?: Readonly<Record<string, Limit>>;
}

export interface Limiter {
  /** The bucket that calls of this name share in this account and region, `own` being the account's limits. */
  for(
    scope: Pick<Scope, 'account' | 'region'>,
    call: CallName,
    writes: boolean,
    own?: RequestLimits,
  ): TokenBucket;
}

/** Requests do not arrive in the rhythm they are sent in: at the quota itself some would be refused. */
const defaultMultiplier = 0.95;

export function createLimiter(
  clock: Clock,
  { multiplier = defaultMultiplier, overrides = {} }: LimitOptions = {},
): Limiter {
  const buckets = new Map<string, TokenBucket>();
  return {
    for(scope, call, writes, own) {
      const service = call.slice(0, call.indexOf(':'));
      const quota = quotaOf(call, writes);
      const ofCall = given(own?.[call]) ?? overrides[call];
      const name = ofCall ? call : quota.name;
      const limit = ofCall ?? given(own?.[service]) ?? overrides[`${service}:*`] ?? scaled(quota, multiplier);
      // A limit that was changed is another bucket.
      const key = `${scope.account}/${scope.region}/${name}/${limit.burst}/${limit.perSecond}`;
      const bucket = buckets.get(key) ?? createTokenBucket(limit, clock);
      buckets.set(key, bucket);
      return bucket;
    },
  };
}

/** What AWS takes at once is the rate of a second, where nothing else is said. */
const given = (limit: RequestLimits[string] | undefined): Limit | undefined =>
  limit && { perSecond: limit.perSecond, burst: Math.max(1, limit.burst ?? limit.perSecond) };

const scaled = ({ burst, perSecond }: Limit, multiplier: number): Limit => ({
  burst: Math.max(1, burst * multiplier),
  perSecond: perSecond * multiplier,
});
