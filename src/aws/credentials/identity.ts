import type { AccountIdentity } from '../../core/account.ts';
import { AwsError } from '../../core/errors.ts';

/** https://docs.aws.amazon.com/general/latest/gr/iam-service.html */
const globalRegions: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
};

/** What GetCallerIdentity says. */
export function identityOf(answer: {
  readonly Account?: string | undefined;
  readonly Arn?: string | undefined;
}): AccountIdentity {
  const { Account: account, Arn: arn } = answer;
  const partition = arn?.split(':')[1];
  if (account && arn && partition) {
    return { account, arn, partition, globalRegion: globalRegions[partition] ?? 'us-east-1' };
  }
  throw new AwsError({
    class: 'Transient',
    code: 'UnexpectedReply',
    call: 'sts:GetCallerIdentity',
    message: 'AWS did not say which account the credentials belong to',
    definite: true,
  });
}

/** Whether it is a session of a role: what it assumes lasts an hour at most. */
export const isRoleSession = ({ arn }: Pick<AccountIdentity, 'arn'>): boolean =>
  /^arn:[^:]+:sts::\d{12}:assumed-role\//.test(arn);
