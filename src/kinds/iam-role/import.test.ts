import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asObject, ifUnchanged, type Rendered } from '../../core/import.ts';
import { diff } from './diff.ts';
import { importRole } from './import.ts';
import {
  allowing,
  awsPolicy,
  callsOf,
  ctx,
  deletedPrincipalTrust,
  ec2Trust,
  identity,
  profile,
  role,
  seen,
  tagsOfAnother,
} from './sample.test-data.ts';
import type { Seen, SeenProfile, SeenRole } from './seen.ts';
import { iamRoleDefinition } from './spec.ts';

const found = (more: Partial<SeenRole> = {}, ...profiles: SeenProfile[]): Seen =>
  seen({ role: role({ tags: {}, ...more }), profiles });
const render = (one: Seen): Rendered => importRole(one, ctx.scope);
const plain = { adopt: 'web', trustPolicy: ec2Trust };

describe('a role', () => {
  it.each<[string, Seen, object]>([
    ['that has nothing beside its trust', found(), {}],
    [
      'with settings',
      found({
        path: '/teams/',
        description: 'x',
        maxSessionDuration: 14_400,
        permissionsBoundary: awsPolicy('B'),
      }),
      { path: '/teams/', description: 'x', maxSessionDuration: '4h', permissionsBoundary: awsPolicy('B') },
    ],
    ['with sessions of whole minutes', found({ maxSessionDuration: 5_400 }), { maxSessionDuration: '90m' }],
    ['with sessions of seconds', found({ maxSessionDuration: 3_601 }), { maxSessionDuration: 3_601 }],
    [
      'with policies',
      found({
        attached: [awsPolicy('service-role/X'), 'arn:aws:iam::111122223333:policy/own'],
        inline: { read: { document: allowing('s3:Get*') } },
      }),
      {
        managedPolicies: ['service-role/X', 'arn:aws:iam::111122223333:policy/own'],
        inlinePolicies: { read: allowing('s3:Get*') },
      },
    ],
    ['in a profile of its name', found({}, profile({ tags: {}, name: 'Web' })), { instanceProfile: {} }],
    [
      'in a profile of another name',
      found({}, profile({ tags: {}, name: 'nodes' })),
      { instanceProfile: { name: 'nodes' } },
    ],
    [
      'with tags that its profile has, too',
      found({ tags: { Team: 'shop' } }, profile({ tags: { team: 'shop', other: 'x' } })),
      { instanceProfile: {}, tags: { Team: 'shop' } },
    ],
  ])('%s is adopted as it is', (_, one, spec) => {
    expect(render(one)).toEqual({ spec: { ...plain, ...spec }, notes: [] });
  });

  it('keeps tags that its profile lacks, and they are told', () => {
    expect(render(found({ tags: { a: '1', b: '2' } }, profile({ tags: { a: '1', b: '3' } })))).toEqual({
      spec: { ...plain, instanceProfile: {}, tags: { a: '1' } },
      notes: [
        'tags that only the role has are left out, for a manifest gives instance profile web the same: b',
      ],
    });
  });

  it.each<[string, Seen, string]>([
    ['made by a service', found({ path: '/aws-service-role/x.amazonaws.com/' }), 'a service-linked role'],
    [
      'of Identity Center',
      found({ path: '/aws-reserved/sso.amazonaws.com/' }),
      'IAM Identity Center made it',
    ],
    ['of an object', found({ tags: tagsOfAnother }), 'it belongs to IAMRole/shop/mail of cluster prod-eu'],
    [
      'in two profiles',
      found({}, profile({ name: 'b' }), profile({ name: 'a' })),
      '2 instance profiles (a, b)',
    ],
    [
      'in a profile of an object',
      found({}, profile({ tags: tagsOfAnother })),
      'it is in instance profile web, and it belongs to IAMRole/shop/mail',
    ],
    [
      'in a profile that has no room for tags',
      found({}, profile({ tags: Object.fromEntries(Array.from({ length: 45 }, (_, n) => [`k${n}`, ''])) })),
      'it is in instance profile web, and it has 45 tags',
    ],
    [
      'with a trust nobody can read',
      found({ trust: { unreadable: 'why' } }),
      'its trust policy cannot be read: why',
    ],
    [
      'with a policy nobody can read',
      found({ inline: { a: { unreadable: 'why' } } }),
      'its inline policy a cannot be read: why',
    ],
    [
      'with more policies than a manifest takes',
      found({
        inline: Object.fromEntries(
          Array.from({ length: 33 }, (_, n) => [`p${n}`, { document: allowing('x:y') }]),
        ),
      }),
      'it has 33 inline policies, and a manifest at most 32',
    ],
  ])('%s is left out', (_, one, reason) => {
    expect(render(one)).toEqual({ reason: expect.stringContaining(reason) });
  });

  it('that trusts somebody who is gone is left out, for AWS would not take its trust again', async () => {
    const one = found({ trust: { document: deletedPrincipalTrust } });
    const judged = await ifUnchanged(iamRoleDefinition, render(one), ['iam:TagRole'], (self) =>
      diff(self, one, ctx),
    );
    expect(judged).toEqual({
      reason: expect.stringContaining('AROAABCDEFGHIJKLMNOP is the id of a deleted user'),
    });
  });
});

const tags = fc
  .dictionary(
    fc.constantFrom('Name', 'team', 'aws:x', 'Cost (old)', 'NAME'),
    fc.constantFrom('', 'web', 'shop'),
  )
  .map(withoutTwins);

/** IAM has no two keys that differ in case only. */
function withoutTwins(all: Record<string, string>): Record<string, string> {
  const { NAME, ...others } = all;
  return 'Name' in others || NAME === undefined ? others : { ...others, NAME };
}

const documents = fc.constantFrom(allowing('s3:Get*'), allowing('sqs:*', 's3:PutObject'), {
  Version: '2008-10-17' as const,
  Id: 'old',
  Statement: [
    {
      Sid: 'a',
      Effect: 'Deny' as const,
      NotAction: ['iam:*'],
      NotResource: '*',
      Condition: { Bool: { 'aws:SecureTransport': false }, NumericLessThan: { 's3:max-keys': 10 } },
    },
  ],
});
const trusts = fc.constantFrom(ec2Trust, {
  Version: '2012-10-17' as const,
  Statement: {
    Effect: 'Allow' as const,
    Principal: { Federated: ['arn:aws:iam::111122223333:saml-provider/x'], AWS: '444455556666' },
    Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
  },
});
const situation: fc.Arbitrary<Seen> = fc
  .record({
    path: fc.constantFrom('/', '/teams/web/', '/service-role/'),
    description: fc.constantFrom('', 'a: b # c', 'é'),
    maxSessionDuration: fc.integer({ min: 3_600, max: 43_200 }),
    permissionsBoundary: fc.constantFrom(undefined, awsPolicy('B'), 'arn:aws:iam::111122223333:policy/x/B'),
    attached: fc.uniqueArray(
      fc.constantFrom(awsPolicy('A'), awsPolicy('job-function/B'), 'arn:aws:iam::111122223333:policy/C'),
    ),
    inline: fc.dictionary(
      fc.constantFrom('a', 'b+c', 'd.e'),
      documents.map((document) => ({ document })),
    ),
    trust: trusts.map((document) => ({ document })),
    tags,
    profile: fc.option(fc.record({ name: fc.constantFrom('web', 'Web', 'nodes'), tags }), { nil: undefined }),
  })
  .map(({ profile: held, ...rest }) => found(rest, ...(held ? [profile({ ...held, roles: ['web'] })] : [])));

describe('any role that is nobody’s', () => {
  it('is adopted by its manifest, which changes nothing of it but whose it is', () => {
    fc.assert(
      fc.property(situation, (one) => {
        const rendered = render(one);
        if ('reason' in rendered) return expect.unreachable(rendered.reason);
        const self = asObject(iamRoleDefinition, rendered.spec);
        if (typeof self === 'string') return expect.unreachable(self);
        const plan = diff({ ...self, identity, uid: 'u-1' }, one, ctx);
        expect(plan.blocked).toBeUndefined();
        expect(callsOf(plan)).toEqual(['TagRole', ...one.profiles.map(() => 'TagInstanceProfile')]);
        const keys = JSON.stringify(plan.steps.map(({ input }) => input)).match(/"Key":"[^"]*"/g) ?? [];
        expect(keys.filter((key) => !key.startsWith('"Key":"mooring.dev/'))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});
