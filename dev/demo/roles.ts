/** IAM, as a person with the AWS CLI has it. */
import {
  AttachRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { connection } from './account.ts';

export interface Role {
  readonly name: string;
  readonly arn: string;
  /** The trust policy, as text. */
  readonly trust: string;
  /** ARNs. */
  readonly attached: readonly string[];
  /** Names. */
  readonly inline: readonly string[];
}

export interface Roles extends Disposable {
  list(): Promise<Role[]>;
  /** Name of an instance profile → the names of the roles in it. */
  instanceProfiles(): Promise<Record<string, string[]>>;
  attach(name: string, policyArn: string): Promise<void>;
  trust(name: string, document: string): Promise<void>;
}

export function connectRoles(endpoint: string): Roles {
  const iam = new IAMClient(connection(endpoint));
  return {
    async list() {
      const { Roles: found = [] } = await iam.send(new ListRolesCommand());
      const roles = found.map(async ({ RoleName = '', Arn = '', AssumeRolePolicyDocument = '' }) => {
        const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
        const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
        return {
          name: RoleName,
          arn: Arn,
          trust: decodeURIComponent(AssumeRolePolicyDocument),
          attached: AttachedPolicies.map(({ PolicyArn = '' }) => PolicyArn).sort(),
          inline: PolicyNames.toSorted(),
        };
      });
      return await Promise.all(roles);
    },
    async instanceProfiles() {
      const { InstanceProfiles = [] } = await iam.send(new ListInstanceProfilesCommand());
      return Object.fromEntries(
        InstanceProfiles.map(({ InstanceProfileName = '', Roles: inside = [] }) => [
          InstanceProfileName,
          inside.map(({ RoleName = '' }) => RoleName),
        ]),
      );
    },
    async attach(RoleName, PolicyArn) {
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    },
    async trust(RoleName, PolicyDocument) {
      await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
    },
    [Symbol.dispose]: () => iam.destroy(),
  };
}
