import type { Scope } from '../../core/scope.ts';
import type { Read } from '../execute.ts';
import { allPages, ifThere } from './iam-pages.ts';

/** An access key as ListAccessKeys shows it. Keys carry no tags. */
export interface AccessKey {
  readonly id: string;
  /** Milliseconds since the epoch, by AWS's clock, to the second. */
  readonly createdAt: number;
  readonly active: boolean;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html */
export interface LastUsed {
  /** Milliseconds since the epoch; AWS records a use at most every 15 minutes. */
  readonly time: number;
  /** As `s3`. */
  readonly service: string;
  readonly region: string;
}

/**
 * Nothing in IAM lists the access keys of more than one user with their ids: the credential report, which has all
 * users on one page, tells none, and is made at most every four hours; GetAccountAuthorizationDetails leaves keys
 * out. So a look costs one call a user, and one more a key for its last use, in the sweep too.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
 */
export interface AccessKeyReaders {
  /** Undefined only after AWS has answered that there is no such user. */
  ofUser(userName: string): Promise<readonly AccessKey[] | undefined>;
  /** Undefined for a key that was never used, or does not exist. */
  lastUsed(accessKeyId: string): Promise<LastUsed | undefined>;
}

export function createAccessKeyReaders(read: Read, scope: Scope): AccessKeyReaders {
  return {
    ofUser: (UserName) =>
      ifThere(
        allPages(
          (page) => read(scope, 'iam:ListAccessKeys', { UserName, ...page }),
          ({ AccessKeyMetadata = [] }) =>
            AccessKeyMetadata.flatMap(({ AccessKeyId, CreateDate, Status }) =>
              AccessKeyId === undefined
                ? []
                : [{ id: AccessKeyId, createdAt: CreateDate?.getTime() ?? 0, active: Status === 'Active' }],
            ),
        ),
      ),
    async lastUsed(AccessKeyId) {
      const reply = await ifThere(read(scope, 'iam:GetAccessKeyLastUsed', { AccessKeyId }));
      const { LastUsedDate, ServiceName = '', Region = '' } = reply?.AccessKeyLastUsed ?? {};
      return LastUsedDate && { time: LastUsedDate.getTime(), service: ServiceName, region: Region };
    },
  };
}
