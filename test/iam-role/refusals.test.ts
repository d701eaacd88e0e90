import { describe, expect } from 'vitest';
import { onRoleBed } from '../support/iam-role.ts';

const it = onRoleBed();

const trust = [{ service: ['ec2.amazonaws.com'] }];
const github = 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com';
const statement = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
const long = {
  Version: '2012-10-17',
  Statement: [
    { ...statement, Resource: Array.from({ length: 400 }, (_, n) => `arn:aws:s3:::bucket-${n}-of-many`) },
  ],
};

describe('the API server refuses, by field', () => {
  const refused: [string, object, RegExp][] = [
    [
      'two trust forms in one statement',
      { trust: [{ ...trust[0], podIdentity: {} }] },
      /spec\.trust\[0\]: .*exactly one of service, aws, oidc, irsa, saml and podIdentity/,
    ],
    ['a statement without a form', { trust: [{}] }, /spec\.trust\[0\]: .*exactly one of/],
    [
      'oidc without subjects',
      { trust: [{ oidc: { providerArn: github } }] },
      /spec\.trust\[0\]\.oidc\.subjects: Required value/,
    ],
    [
      'a bare wildcard',
      { trust: [{ oidc: { providerArn: github, subjects: ['*'] } }] },
      /spec\.trust\[0\]\.oidc\.subjects\[0\]: .*"\*": must not be a bare wildcard/,
    ],
    ...['repo:*', 'repo:*/*', 'repo:?*/web:*', 'repo*', 'repo:', 'repo:acme*', 'repo:a*/*'].map(
      (subject): [string, object, RegExp] => [
        `every repository of GitHub: ${subject}`,
        { trust: [{ oidc: { providerArn: github, subjects: [subject] } }] },
        /spec\.trust\[0\]\.oidc\.subjects\[0\]: .*must name an owner after repo:/,
      ],
    ),
    ...['r?po:*', 'rep*:ref:refs/heads/main'].map((subject): [string, object, RegExp] => [
      `every repository of GitHub by another beginning: ${subject}`,
      { trust: [{ oidc: { providerArn: github, subjects: [subject] } }] },
      /spec\.trust\[0\]\.oidc\.subjects: .*no wildcard before their first colon/,
    ]),
    [
      'anybody in AWS',
      { trust: [{ aws: { principals: ['*'] } }] },
      /spec\.trust\[0\]\.aws\.principals: .*organizationId/,
    ],
    [
      "a deleted principal's id",
      { trust: [{ aws: { principals: ['AROAABCDEFGHIJKLMNOPQ'] } }] },
      /spec\.trust\[0\]\.aws\.principals\[0\]: .*must be the ARN/,
    ],
    [
      'a source account without a service',
      { trust: [{ podIdentity: {}, sourceAccount: '111122223333' }] },
      /spec\.trust\[0\]\.sourceAccount: .*only with service/,
    ],
    ['half an hour', { trust, maxSessionDuration: '30m' }, /spec\.maxSessionDuration: .*must be 1h to 12h/],
    [
      'thirteen hours',
      { trust, maxSessionDuration: 46_800 },
      /spec\.maxSessionDuration: .*must be 1h to 12h/,
    ],
    [
      'a boundary without an ARN',
      { trust, permissionsBoundary: 'ReadOnlyAccess' },
      /spec\.permissionsBoundary: .*must be a policy's ARN/,
    ],
    ['a name IAM has not', { trust, roleName: 'a/b' }, /spec\.roleName: .*must be 1 to 64/],
    [
      'tags that differ in case only',
      { trust, tags: { Team: 'a', team: 'b' } },
      /spec\.tags: .*differ in case only/,
    ],
    ['a reserved tag', { trust, tags: { 'mooring.dev/uid': 'x' } }, /spec\.tags: .*reserved/],
  ];
  it.for(refused)('%s', async ([, spec, message], { roles }) => {
    await expect(roles.apply(roles.name('x'), spec)).rejects.toThrow(message);
  });

  it('a changed roleName, and a changed path', async ({ roles }) => {
    const name = roles.name('x');
    await roles.apply(name, { trust, roleName: name, path: '/a/', managementPolicy: 'Observe' });
    await expect(roles.apply(name, { trust, roleName: `${name}-2`, path: '/a/' })).rejects.toThrow(
      /spec\.roleName: .*immutable/,
    );
    await expect(roles.apply(name, { trust, roleName: name, path: '/b/' })).rejects.toThrow(
      /spec\.path: .*immutable/,
    );
  });
});

describe('the operator refuses, by field, and asks nothing of AWS', () => {
  const refused: [string, object, string][] = [
    ['no trust', {}, 'spec.trust: exactly one of trust and trustPolicy must be given, and there is neither'],
    ['both', { trust, trustPolicy: '{}' }, 'spec.trustPolicy: exactly one of trust and trustPolicy'],
    ['invalid JSON', { trustPolicy: '{"Version": ' }, 'spec.trustPolicy: the policy is not valid JSON'],
    [
      'invalid JSON of an inline policy',
      { trust, inlinePolicies: { s3: '[' } },
      'spec.inlinePolicies.s3: the policy is not valid JSON',
    ],
    [
      'a misspelt element',
      { trust, inlinePolicies: { s3: { Statement: [{ ...statement, action: 'x' }] } } },
      'did you mean Action?',
    ],
    [
      'a Resource in a trust policy',
      { trustPolicy: { Statement: { ...statement, Action: 'sts:AssumeRole', Principal: '*' } } },
      'spec.trustPolicy: Statement[0] has Resource',
    ],
    [
      'a Principal in an inline policy',
      { trust, inlinePolicies: { s3: { Statement: { ...statement, Principal: '*' } } } },
      'spec.inlinePolicies.s3: Statement[0] has Principal',
    ],
    [
      'a document over the limit',
      { trust, inlinePolicies: { s3: long } },
      'spec.inlinePolicies: the inline policies have',
    ],
    [
      "a deleted principal's id",
      {
        trustPolicy: {
          Statement: {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { AWS: 'AIDAABCDEFGHIJKLMNOPQ' },
          },
        },
      },
      'spec.trustPolicy: AIDAABCDEFGHIJKLMNOPQ is the id of a deleted user or role',
    ],
  ];
  it.for(refused)('%s', async ([, spec, message], { roles }) => {
    const name = roles.name('x');
    await roles.start();
    await roles.apply(name, spec);
    expect((await roles.waitBlocked(name, 'InvalidSpec')).message).toContain(message);
    expect(await roles.calls()).toEqual([]);
  });

  it('what goes beyond the account’s own quotas, which are asked for only then', async ({ bed, roles }) => {
    const name = roles.name('x');
    await roles.start();
    await roles.apply(name, {
      trust: Array.from({ length: 20 }, (_, n) => ({
        aws: { accounts: [String(111_122_223_333 + n)], externalId: 'a-long-external-id-of-somebody' },
      })),
    });
    const { message } = await roles.waitBlocked(name, 'QuotaExceeded');
    expect(message).toMatch(/^spec\.trust: the trust policy has \d+ characters.*the account's quota is 2048/);
    expect((await bed.proxy.calls({ operation: 'GetAccountSummary' })).length).toBeGreaterThan(0);
    expect(await roles.writes()).toEqual([]);

    await roles.apply(name, {
      trust,
      managedPolicies: Array.from({ length: 11 }, (_, n) => `arn:aws:iam::123456789012:policy/p${n}`),
    });
    const { message: tooMany } = await roles
      .waitBlocked(name, 'QuotaExceeded')
      .then(async (ready) =>
        ready.message.startsWith('spec.managedPolicies')
          ? ready
          : await roles.waitBlocked(name, 'QuotaExceeded'),
      );
    expect(tooMany).toContain('spec.managedPolicies: has 11 policies');
  });
});
