/**
 * Where an object's resource lives that uses the operator's own credentials.
 *
 * Guarantees: the account is AWS's own answer to these credentials, asked again every five minutes, so that
 * credentials that come to mean another account are noticed; never a guess.
 */

import type { Clock } from '../core/ports.ts';
import type { ResolvePlacement } from '../core/scope.ts';
import { ScopeRefused } from '../core/scope-refused.ts';
import { identityOf } from './credentials/identity.ts';
import type { Read } from './execute.ts';
import { memo } from './memo.ts';

const keep = { success: 5 * 60_000, failure: 5_000 };

/** Who the credentials are is asked before there is an account to ask in. */
const nobody = { partition: 'aws', account: 'unknown' };

export function createResolvePlacement(options: {
  readonly read: Read;
  readonly clock: Clock;
  /** Where an object names none. */
  readonly region?: string;
}): ResolvePlacement {
  const identity = memo(options.clock, keep, async (region) =>
    identityOf(await options.read({ ...nobody, region }, 'sts:GetCallerIdentity', {})),
  );
  return async ({ spec, global }) => {
    const region = spec.region ?? options.region;
    if (region === undefined) throw noRegion();
    const who = await identity(options.region ?? region);
    const { partition, account, globalRegion } = who;
    return { scope: { partition, account, region: global ? globalRegion : region } };
  };
}

const noRegion = (): ScopeRefused =>
  new ScopeRefused(
    'InvalidSpec',
    'no region: set spec.region, or give the operator a default with --region, MOORING_REGION or AWS_REGION',
  );
