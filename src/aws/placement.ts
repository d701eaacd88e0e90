/**
 * Which account and region an object's resource lives in.
 *
 * Guarantees: the account is AWS's own answer to these credentials, asked again every five minutes, so that
 * credentials that come to mean another account are noticed; never a guess.
 */
import { AwsError } from '../core/errors.ts';
import type { ResolvePlacement, Scope } from '../core/kind.ts';
import type { Clock } from '../core/ports.ts';
import { ScopeRefused } from '../core/scope-refused.ts';
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
    return { scope: { ...who, region: global ? globalRegionOf(who.partition) : region } };
  };
}

/** https://docs.aws.amazon.com/general/latest/gr/iam-service.html */
const globalRegions: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
};
const globalRegionOf = (partition: string): string => globalRegions[partition] ?? 'us-east-1';

function identityOf(answer: {
  Account?: string | undefined;
  Arn?: string | undefined;
}): Omit<Scope, 'region'> {
  const partition = answer.Arn?.split(':')[1];
  if (answer.Account && partition) return { account: answer.Account, partition };
  throw new AwsError({
    class: 'Transient',
    code: 'UnexpectedReply',
    call: 'sts:GetCallerIdentity',
    message: 'AWS did not say which account the credentials belong to',
    definite: true,
  });
}

const noRegion = (): ScopeRefused =>
  new ScopeRefused(
    'InvalidSpec',
    'no region: set spec.region, or give the operator a default with --region, MOORING_REGION or AWS_REGION',
  );
