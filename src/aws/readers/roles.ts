import { tagKeys } from '../../core/identity.ts';
import type { Scope } from '../../core/scope.ts';
import { type Tags, tagsOf } from '../../core/tags.ts';
import type { OutputOf } from '../calls/index.ts';
import type { Read } from '../execute.ts';
import { text } from './filters.ts';
import { allPages, ifThere } from './iam-pages.ts';
import { type InstanceProfile, toInstanceProfile } from './instance-profiles.ts';

/** A role as GetRole shows it. */
export interface Role {
  readonly name: string;
  /** `AROA…`: another one when the role is made again under its name. */
  readonly id: string;
  readonly arn: string;
  readonly path: string;
  /** Empty where there is none. */
  readonly description: string;
  /** Seconds. */
  readonly maxSessionDuration: number;
  /** The trust policy as AWS wrote it: JSON, URL-encoded or not. */
  readonly trustPolicy: string;
  /** The ARN of the policy. */
  readonly permissionsBoundary?: string | undefined;
  readonly tags: Tags;
  readonly lastUsed?: { readonly at: Date; readonly region?: string | undefined } | undefined;
}

/** All that belongs to a role. */
export interface RoleDetail {
  readonly role: Role;
  /** ARNs. */
  readonly attachedPolicies: readonly string[];
  /** By name, as AWS wrote them. */
  readonly inlinePolicies: Readonly<Record<string, string>>;
  readonly instanceProfiles: readonly InstanceProfile[];
}

export interface RoleReaders {
  /** Undefined only after AWS has answered NotFound for this very name. */
  byName(name: string): Promise<Role | undefined>;
  /** ARNs. None for a role that does not exist. */
  attachedPolicies(name: string): Promise<readonly string[]>;
  inlinePolicies(name: string): Promise<Readonly<Record<string, string>>>;
  /** Everything that carries the cluster's tag: of all the account's roles, two calls a thousand. */
  allOfCluster(cluster: string): Promise<readonly RoleDetail[]>;
}

export interface RoleInventory {
  /** Every role of the account, whosever. */
  all(): Promise<readonly RoleDetail[]>;
}

export function createRoleReaders(read: Read, scope: Scope): RoleReaders & RoleInventory {
  const allThat = async (counts: (role: SdkDetail) => boolean): Promise<RoleDetail[]> => {
    const [details, settings] = await Promise.all([detailsOf(read, scope, counts), settingsOf(read, scope)]);
    return details.map(({ role, ...rest }) => ({
      role: { ...role, ...settings.get(role.name) },
      ...rest,
    }));
  };
  const inlineText = async (RoleName: string, PolicyName: string): Promise<[string, string][]> => {
    const policy = await ifThere(read(scope, 'iam:GetRolePolicy', { RoleName, PolicyName }));
    return policy?.PolicyDocument === undefined ? [] : [[PolicyName, policy.PolicyDocument]];
  };
  return {
    async byName(RoleName) {
      const reply = await ifThere(read(scope, 'iam:GetRole', { RoleName }));
      return reply?.Role && toRole(reply.Role);
    },
    async attachedPolicies(RoleName) {
      const listed = allPages(
        (page) => read(scope, 'iam:ListAttachedRolePolicies', { RoleName, ...page }),
        ({ AttachedPolicies = [] }) => AttachedPolicies.flatMap(({ PolicyArn }) => PolicyArn ?? []),
      );
      return (await ifThere(listed)) ?? [];
    },
    async inlinePolicies(RoleName) {
      const listed = allPages(
        (page) => read(scope, 'iam:ListRolePolicies', { RoleName, ...page }),
        ({ PolicyNames = [] }) => PolicyNames,
      );
      const names = (await ifThere(listed)) ?? [];
      const policies = await Promise.all(names.map((name) => inlineText(RoleName, name)));
      return Object.fromEntries(policies.flat());
    },
    allOfCluster: (cluster) => allThat((role) => isOf(role, cluster)),
    all: () => allThat(() => true),
  };
}

/** What GetAccountAuthorizationDetails leaves out. */
type Settings = Pick<Role, 'description' | 'maxSessionDuration'>;

async function settingsOf(read: Read, scope: Scope): Promise<ReadonlyMap<string, Settings>> {
  const roles = await allPages(
    (page) => read(scope, 'iam:ListRoles', page),
    ({ Roles = [] }) => Roles.map((role) => [role.RoleName ?? '', settings(role)] as const),
  );
  return new Map(roles);
}

async function detailsOf(
  read: Read,
  scope: Scope,
  counts: (role: SdkDetail) => boolean,
): Promise<RoleDetail[]> {
  return allPages(
    (page) => read(scope, 'iam:GetAccountAuthorizationDetails', { Filter: ['Role'], ...page }),
    ({ RoleDetailList = [] }) => RoleDetailList.filter(counts).map(toDetail),
  );
}

type SdkDetail = NonNullable<OutputOf<'iam:GetAccountAuthorizationDetails'>['RoleDetailList']>[number];
type SdkRole = NonNullable<OutputOf<'iam:GetRole'>['Role']>;

/** IAM's tag keys carry no case. */
const isOf = ({ Tags: tags = [] }: SdkDetail, cluster: string): boolean =>
  tags.some(({ Key, Value }) => Key?.toLowerCase() === tagKeys.cluster && Value === cluster);

const toDetail = (detail: SdkDetail): RoleDetail => ({
  role: toRole(detail),
  attachedPolicies: (detail.AttachedManagedPolicies ?? []).flatMap(({ PolicyArn }) => PolicyArn ?? []),
  inlinePolicies: Object.fromEntries(
    (detail.RolePolicyList ?? []).flatMap(({ PolicyName, PolicyDocument }) =>
      PolicyName === undefined ? [] : [[PolicyName, PolicyDocument ?? '']],
    ),
  ),
  instanceProfiles: (detail.InstanceProfileList ?? []).map(toInstanceProfile),
});

/** What AWS takes for a role without one: an hour. */
const defaultSession = 3_600;

const settings = (role: Partial<Pick<SdkRole, 'Description' | 'MaxSessionDuration'>>): Settings => ({
  description: role.Description ?? '',
  maxSessionDuration: role.MaxSessionDuration ?? defaultSession,
});

function toRole(role: Partial<SdkRole>): Role {
  const { LastUsedDate: at, Region: region } = role.RoleLastUsed ?? {};
  return {
    name: role.RoleName ?? '',
    id: role.RoleId ?? '',
    arn: role.Arn ?? '',
    path: role.Path ?? '/',
    ...settings(role),
    trustPolicy: role.AssumeRolePolicyDocument ?? '',
    permissionsBoundary: text(role.PermissionsBoundary?.PermissionsBoundaryArn),
    tags: tagsOf(role.Tags),
    lastUsed: at && { at, region: text(region) },
  };
}
