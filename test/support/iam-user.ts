import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  type IAMClientConfig,
  ListAccessKeysCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAccessKeyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import { type Tags, tagList, tagsOf } from '../../src/core/tags.ts';

/** Not the operator's, so that the proxy's record tells who called. */
const person = { accessKeyId: 'person', secretAccessKey: 'person' };

/** Where IAM is called in the partition `aws`. */
export const iamRegion = 'us-east-1';

export const trustOf = (principal: object) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
});

export interface RoleSeen {
  readonly id: string;
  readonly arn: string;
  readonly path: string;
  readonly description: string | undefined;
  readonly maxSessionDuration: number | undefined;
  readonly boundary: string | undefined;
  readonly trust: unknown;
  readonly tags: Tags;
  readonly attached: readonly string[];
  readonly inline: Readonly<Record<string, unknown>>;
}

/** A person with the AWS CLI and rights in IAM. */
export type IamUser = ReturnType<typeof iamUser>;

export function iamUser(endpoint: string, credentials: IAMClientConfig['credentials'] = person) {
  const iam = new IAMClient({ endpoint, region: iamRegion, credentials, maxAttempts: 1 });
  const inlineOf = async (RoleName: string) => {
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    const read = PolicyNames.map(async (PolicyName) => {
      const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      return [PolicyName, decoded(PolicyDocument)] as const;
    });
    return Object.fromEntries(await Promise.all(read));
  };
  return {
    /** Undefined: there is none. */
    async role(RoleName: string): Promise<RoleSeen | undefined> {
      const Role = await found(iam.send(new GetRoleCommand({ RoleName })).then((reply) => reply.Role));
      if (!Role) return undefined;
      const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
      return {
        id: Role.RoleId ?? '',
        arn: Role.Arn ?? '',
        path: Role.Path ?? '',
        description: Role.Description,
        maxSessionDuration: Role.MaxSessionDuration,
        boundary: Role.PermissionsBoundary?.PermissionsBoundaryArn,
        trust: decoded(Role.AssumeRolePolicyDocument),
        tags: tagsOf(Role.Tags),
        attached: AttachedPolicies.flatMap(({ PolicyArn }) => PolicyArn ?? []).sort(),
        inline: await inlineOf(RoleName),
      };
    },
    /** Undefined: there is none. */
    async profile(InstanceProfileName: string) {
      const reply = await found(iam.send(new GetInstanceProfileCommand({ InstanceProfileName })));
      const { Roles = [], Tags, Arn = '' } = reply?.InstanceProfile ?? {};
      return reply && { arn: Arn, roles: Roles.map(({ RoleName }) => RoleName), tags: tagsOf(Tags) };
    },
    create: (RoleName: string, tags: Tags = {}, trust: object = trustOf({ Service: 'ec2.amazonaws.com' })) =>
      iam.send(
        new CreateRoleCommand({
          RoleName,
          AssumeRolePolicyDocument: JSON.stringify(trust),
          Tags: tagList(tags),
        }),
      ),
    createAt: (Path: string, RoleName: string) =>
      iam.send(
        new CreateRoleCommand({
          Path,
          RoleName,
          AssumeRolePolicyDocument: JSON.stringify(trustOf({ Service: 'ec2.amazonaws.com' })),
        }),
      ),
    delete: (RoleName: string) => iam.send(new DeleteRoleCommand({ RoleName })),
    trust: (RoleName: string, document: object) =>
      iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify(document) })),
    update: (RoleName: string, Description: string, MaxSessionDuration: number) =>
      iam.send(new UpdateRoleCommand({ RoleName, Description, MaxSessionDuration })),
    bound: (RoleName: string, PermissionsBoundary: string) =>
      iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary })),
    unbound: (RoleName: string) => iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName })),
    attach: (RoleName: string, PolicyArn: string) =>
      iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn })),
    detach: (RoleName: string, PolicyArn: string) =>
      iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })),
    put: (RoleName: string, PolicyName: string, document: object) =>
      iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(document) })),
    drop: (RoleName: string, PolicyName: string) =>
      iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })),
    tag: (RoleName: string, tags: Tags) => iam.send(new TagRoleCommand({ RoleName, Tags: tagList(tags) })),
    untag: (RoleName: string, ...TagKeys: string[]) => iam.send(new UntagRoleCommand({ RoleName, TagKeys })),
    createProfile: (InstanceProfileName: string, tags: Tags = {}) =>
      iam.send(new CreateInstanceProfileCommand({ InstanceProfileName, Tags: tagList(tags) })),
    addToProfile: (InstanceProfileName: string, RoleName: string) =>
      iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName })),
    removeFromProfile: (InstanceProfileName: string, RoleName: string) =>
      iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName })),
    deleteProfile: (InstanceProfileName: string) =>
      iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName })),
    createUser: (UserName: string) => iam.send(new CreateUserCommand({ UserName })),
    /** Id and secret of a new key. */
    async createKey(UserName: string) {
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
      return { id: AccessKey?.AccessKeyId ?? '', secret: AccessKey?.SecretAccessKey ?? '' };
    },
    async keys(UserName: string) {
      const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
      return AccessKeyMetadata.map(({ AccessKeyId = '', Status }) => ({
        id: AccessKeyId,
        active: Status === 'Active',
      }));
    },
    setKey: (UserName: string, AccessKeyId: string, Status: 'Active' | 'Inactive') =>
      iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status })),
    deleteKey: (UserName: string, AccessKeyId: string) =>
      iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId })),
    close: () => iam.destroy(),
  };
}

const decoded = (text: string | undefined): unknown => JSON.parse(decodeURIComponent(text ?? 'null'));

async function found<Value>(answer: Promise<Value>): Promise<Value | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && error.name.startsWith('NoSuchEntity')) return undefined;
    throw error;
  }
}
