/** Situations for properties. */

import fc from 'fast-check';
import { tagKeys } from '../../core/identity.ts';
import { allowing, awsPolicy, ec2Trust, object, owned, tagsOfAnother } from './sample.test-data.ts';
import type { World } from './world.test-data.ts';

const tags = fc.constantFrom<Record<string, string>>(
  owned(),
  { ...owned('u-1', 't-1'), team: 'web', [tagKeys.released]: 'true' },
  { ...owned('u-0'), Team: 'shop' },
  { [tagKeys.uid]: 'u-1', team: 'web' },
  { 'Mooring.dev/Cluster': 'prod-eu', 'mooring.dev/ID': 'IAMRole/shop/web', TEAM: 'x' },
  {},
  tagsOfAnother,
);
const policyNames = ['A', 'B', 'c/D', 'E'];
const arns = fc.uniqueArray(fc.constantFrom(...policyNames.map(awsPolicy)), { maxLength: 4 });
/** As many as leave little room. */
const fillers = fc.constantFrom(
  [],
  Array.from({ length: 7 }, (_, n) => awsPolicy(`Filler${n}`)),
);
const big = allowing(...Array.from({ length: 300 }, (_, n) => `service${n}:DoSomethingOrOther`));
const documents = fc.constantFrom(
  ...[allowing('s3:*'), allowing('S3:*'), allowing('sqs:SendMessage', 's3:GetObject'), big].map((one) =>
    JSON.stringify(one),
  ),
);
const inline = fc.dictionary(fc.constantFrom('a', 'b', 'c'), documents, { maxKeys: 1 });
const trustTexts = fc.constantFrom(
  ...[ec2Trust, allowing('sts:AssumeRole')].map((one) => encodeURIComponent(JSON.stringify(one))),
  '{"Statement": ',
  JSON.stringify({
    Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: 'AROAABCDEFGHIJKLMNOP' } },
  }),
);
const boundary = fc.constantFrom(undefined, awsPolicy('Bound'), awsPolicy('Other'));

const roles = fc
  .record({
    name: fc.constantFrom('web', 'Web'),
    id: fc.constantFrom('AROA1', 'AROA2'),
    path: fc.constantFrom('/', '/teams/'),
    description: fc.constantFrom('', 'one'),
    maxSessionDuration: fc.constantFrom(3_600, 7_200),
    trustPolicy: trustTexts,
    permissionsBoundary: boundary,
    tags,
    attachedPolicies: arns,
    fillers,
    inlinePolicies: inline,
  })
  .map(({ attachedPolicies, fillers, inlinePolicies, ...role }) => ({
    role: { ...role, arn: `arn:aws:iam::111122223333:role${role.path}${role.name}` },
    attachedPolicies: [...attachedPolicies, ...fillers].slice(0, 10),
    inlinePolicies,
  }));

const worlds: fc.Arbitrary<World> = fc
  .record({
    role: fc.option(roles, { nil: undefined }),
    profiles: fc.uniqueArray(
      fc.record({
        name: fc.constantFrom('web', 'nodes', 'theirs'),
        roles: fc.constantFrom<readonly string[]>([], ['web'], ['other']),
        tags,
      }),
      { maxLength: 3, selector: ({ name }) => name },
    ),
  })
  .map(({ role, profiles }) => ({
    roles: role ? [role] : [],
    profiles: profiles.map((profile) => ({
      ...profile,
      arn: `arn:aws:iam::111122223333:instance-profile/${profile.name}`,
      roles: profile.roles.flatMap((name) => (name !== 'web' ? [name] : role ? [role.role.name] : [])),
    })),
    made: 0,
  }));

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const specs = fc
  .record({
    description: optional(fc.constantFrom('one', 'two')),
    maxSessionDuration: optional(fc.constantFrom<string | number>('1h', '90m', 7_200)),
    path: optional(fc.constantFrom('/', '/teams/')),
    permissionsBoundary: boundary,
    managedPolicies: optional(fc.uniqueArray(fc.constantFrom(...policyNames), { maxLength: 4 })),
    inlinePolicies: optional(fc.dictionary(fc.constantFrom('a', 'b'), documents, { maxKeys: 1 })),
    exclusive: optional(fc.boolean()),
    instanceProfile: optional(
      fc.constantFrom<object>({}, { enabled: false }, { name: 'nodes' }, { name: 'Web' }),
    ),
    tags: optional(fc.constantFrom<object>({}, { team: 'web' }, { Team: 'shop', cost: '1' })),
    adopt: optional(fc.constant('web')),
    deletionPolicy: optional(fc.constantFrom('Delete', 'Retain')),
  })
  .map((spec) => JSON.parse(JSON.stringify(spec)));

const statuses = fc
  .record({
    roleId: optional(fc.constantFrom('AROA1', 'AROA3')),
    instanceProfileName: optional(fc.constantFrom('web', 'nodes')),
    managedTags: optional(fc.constantFrom(['team'], ['Team', 'cost'])),
    managedPolicies: optional(arns),
    managedInlinePolicies: optional(fc.constantFrom(['a'], ['b', 'c'])),
  })
  .map((status) => JSON.parse(JSON.stringify(status)));

/** An object and the IAM it finds: any spec, any status that may be behind, any state of AWS. */
export const situation = fc.record({
  self: fc
    .tuple(specs, statuses, fc.constantFrom(false, false, false, true))
    .map(([spec, status, deleting]) => object(spec, { status, deleting })),
  world: worlds,
});
