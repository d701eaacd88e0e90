import type { Scope } from '../../core/scope.ts';
import { type Tags, tagsOf } from '../../core/tags.ts';
import type { OutputOf } from '../calls/index.ts';
import type { Read } from '../execute.ts';
import { allPages, ifThere } from './iam-pages.ts';

/** What hands a role to EC2 instances: https://docs.aws.amazon.com/IAM/latest/APIReference/API_InstanceProfile.html */
export interface InstanceProfile {
  readonly name: string;
  readonly arn: string;
  /** The name of the role in it: AWS allows one. */
  readonly roles: readonly string[];
  /** Undefined where the call that showed the profile tells no tags. */
  readonly tags: Tags | undefined;
}

export interface InstanceProfileReaders {
  /** Undefined only after AWS has answered NotFound for this very name. */
  byName(name: string): Promise<InstanceProfile | undefined>;
  /** Those that hold the role, without their tags. None for a role that does not exist. */
  ofRole(roleName: string): Promise<readonly InstanceProfile[]>;
}

export function createInstanceProfileReaders(read: Read, scope: Scope): InstanceProfileReaders {
  return {
    async byName(InstanceProfileName) {
      const reply = await ifThere(read(scope, 'iam:GetInstanceProfile', { InstanceProfileName }));
      if (!reply?.InstanceProfile) return undefined;
      const profile = toInstanceProfile(reply.InstanceProfile);
      return { ...profile, tags: profile.tags ?? {} };
    },
    async ofRole(RoleName) {
      const listed = allPages(
        (page) => read(scope, 'iam:ListInstanceProfilesForRole', { RoleName, ...page }),
        ({ InstanceProfiles = [] }) => InstanceProfiles.map(toInstanceProfile),
      );
      return (await ifThere(listed)) ?? [];
    },
  };
}

type Sdk = NonNullable<OutputOf<'iam:GetInstanceProfile'>['InstanceProfile']>;

export const toInstanceProfile = (profile: Sdk): InstanceProfile => ({
  name: profile.InstanceProfileName ?? '',
  arn: profile.Arn ?? '',
  roles: (profile.Roles ?? []).flatMap(({ RoleName }) => RoleName ?? []),
  tags: profile.Tags && tagsOf(profile.Tags),
});
