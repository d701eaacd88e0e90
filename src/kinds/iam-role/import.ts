import type { Aws } from '../../aws/index.ts';
import type { Readers } from '../../aws/readers/index.ts';
import type { RoleDetail } from '../../aws/readers/roles.ts';
import {
  type Candidate,
  type Importer,
  ifUnchanged,
  importableTags,
  importContext,
  type Rendered,
  whoseAlready,
} from '../../core/import.ts';
import type { Scope } from '../../core/scope.ts';
import { diff } from './diff.ts';
import { profileOf, profilesProblem, sharedTags } from './import-profile.ts';
import { listedRole } from './observe.ts';
import type { Seen, SeenPolicy, SeenRole } from './seen.ts';
import { iamRoleDefinition } from './spec.ts';

export const iamRoleImporter = (aws: Pick<Aws, 'in'>): Importer => ({
  definition: iamRoleDefinition,
  global: true,
  async list(scope, now) {
    const readers = aws.in(scope);
    return (await readers.allRoles()).map((detail): Candidate => {
      const { name, arn, tags } = detail.role;
      return {
        id: name,
        title: name,
        names: [name, arn],
        tags: async () => tags,
        read: () => read(detail, readers, scope, now),
      };
    });
  },
});

const tagging = ['iam:TagRole', 'iam:TagInstanceProfile'];

async function read(detail: RoleDetail, readers: Readers, scope: Scope, now: number): Promise<Rendered> {
  const made = madeByAws(detail.role);
  if (made !== undefined) return { reason: made };
  // A listing tells no tags of profiles, and so not whose they are.
  const profiles = await Promise.all(
    detail.instanceProfiles.map(
      async (profile) => (await readers.instanceProfiles.byName(profile.name)) ?? [],
    ),
  );
  const ctx = importContext(scope, now);
  const seen = { ...listedRole({ ...detail, instanceProfiles: profiles.flat() }), quotas: undefined };
  return await ifUnchanged(iamRoleDefinition, importRole(seen, scope), tagging, (self) =>
    diff(self, seen, ctx),
  );
}

/** Roles that AWS makes and lets nobody else change. */
function madeByAws({ path }: Pick<SeenRole, 'path'>): string | undefined {
  if (path.startsWith('/aws-service-role/'))
    return 'a service of AWS made it for itself (a service-linked role)';
  if (path.startsWith('/aws-reserved/')) return 'IAM Identity Center made it, and manages it';
  return undefined;
}

/** The spec that adopts a role and keeps it as it is, with all that hangs on it. */
export function importRole(
  { role, profiles }: Pick<Seen, 'role' | 'profiles'>,
  { partition }: Pick<Scope, 'partition'>,
): Rendered {
  if (!role) return { reason: 'there is no such role' };
  const { name, trust, attached, inline } = role;
  const whose = madeByAws(role) ?? whoseAlready(role.tags);
  if (whose !== undefined) return { reason: whose };
  const [profile] = profiles;
  const { spec: tags, notes, reason } = importableTags(role.tags);
  const policies = Object.entries(inline);
  const problem = reason ?? policiesProblem(trust, policies) ?? profilesProblem(profiles);
  if (problem !== undefined) return { reason: problem };
  const shared = sharedTags(tags.tags, profile);
  return {
    spec: {
      adopt: name,
      ...settingsOf(role),
      trustPolicy: trust.document,
      ...(attached.length === 0
        ? {}
        : { managedPolicies: attached.map((arn) => arn.replace(`arn:${partition}:iam::aws:policy/`, '')) }),
      ...(policies.length === 0
        ? {}
        : { inlinePolicies: Object.fromEntries(policies.map(([key, { document }]) => [key, document])) }),
      ...(profile ? profileOf(role, profile) : {}),
      ...shared.spec,
    },
    notes: [...notes, ...shared.notes],
  };
}

function settingsOf({ path, description, maxSessionDuration, permissionsBoundary }: SeenRole) {
  return {
    ...(path === '/' ? {} : { path }),
    ...(description === '' ? {} : { description }),
    ...(maxSessionDuration === 3_600 ? {} : { maxSessionDuration: durationOf(maxSessionDuration) }),
    ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
  };
}

function durationOf(seconds: number): string | number {
  if (seconds % 3_600 === 0) return `${seconds / 3_600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : seconds;
}

/** As many inline policies as the schema takes. */
const maxInline = 32;

function policiesProblem(
  trust: SeenPolicy,
  policies: readonly (readonly [string, SeenPolicy])[],
): string | undefined {
  if (!trust.document) return `its trust policy cannot be read: ${trust.unreadable}`;
  if (policies.length > maxInline)
    return `it has ${policies.length} inline policies, and a manifest at most ${maxInline}`;
  return policies.flatMap(([name, policy]) =>
    policy.document ? [] : [`its inline policy ${name} cannot be read: ${policy.unreadable}`],
  )[0];
}
