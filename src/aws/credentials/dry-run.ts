import { AwsError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import { type Asking, isPassing, type Verdict } from './asking.ts';

/**
 * EC2 says of a request with DryRun whether it would be allowed. Only of those that name nothing: of an id that
 * does not exist it says that instead.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html
 */
const looks = [
  'ec2:DescribeAddresses',
  'ec2:DescribeAvailabilityZones',
  'ec2:DescribeImages',
  'ec2:DescribeInstances',
  'ec2:DescribeInstanceStatus',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSnapshots',
] as const;

/** Throws AwsError where AWS cannot tell now. */
export async function dryRun(actions: readonly string[], asking: Asking): Promise<Map<string, Verdict>> {
  const { identity, region } = asking;
  const scope: Scope = { partition: identity.partition, account: identity.account, region };
  const verdicts = looks
    .filter((call) => actions.includes(call))
    .map(async (call) => [call, await verdictOf(asking, scope, call)] as const);
  return new Map<string, Verdict>(await Promise.all(verdicts));
}

async function verdictOf(
  { readAs, caller }: Asking,
  scope: Scope,
  call: (typeof looks)[number],
): Promise<Verdict> {
  try {
    await readAs(caller, scope, call, { DryRun: true });
    return 'allowed';
  } catch (error) {
    if (!(error instanceof AwsError) || isPassing(error)) throw error;
    if (error.code === 'DryRunOperation') return 'allowed';
    return error.class === 'Denied' ? 'denied' : 'unknown';
  }
}
