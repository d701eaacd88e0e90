import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition, Principal, Statement } from '../policy/document.ts';
import { outsiders } from './outsiders.ts';

const own = '111122223333';
const partner = '444455556666';
const stranger = '999900001111';
const inside = new Set([own, partner]);

const statement = (more: Partial<Statement>): Statement => ({
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  ...more,
});
const judge = (Principal: Principal, Condition?: Condition) =>
  outsiders({ Statement: statement({ Principal, ...(Condition && { Condition }) }) }, inside);
const arn = (account: string, rest = 'role/ci') => `arn:aws:iam::${account}:${rest}`;

describe('lets in nobody from outside', () => {
  it.each<[string, Principal, Condition?]>([
    ['the own account by id', { AWS: own }],
    ['the own account by its root', { AWS: arn(own, 'root') }],
    ['a role of an allowed account', { AWS: [arn(own), arn(partner)] }],
    ['a session of the own account', { AWS: `arn:aws:sts::${own}:assumed-role/ci/x` }],
    ['an AWS service', { Service: 'ec2.amazonaws.com' }],
    [
      'a service that acts for the own account',
      { Service: 'sns.amazonaws.com' },
      { StringEquals: { 'AWS:SourceAccount': own }, ArnLike: { 'aws:SourceArn': `arn:aws:sns:*:${own}:*` } },
    ],
    [
      'a service that acts for a bucket, whose ARN has no account',
      { Service: 's3.amazonaws.com' },
      { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::logs' } },
    ],
    ['a provider of the own account', { Federated: arn(own, 'oidc-provider/token.example.com') }],
    ['what is left of a deleted role', { AWS: 'AROAABCDEFGHIJKLMNOP' }],
    ['everybody of the own account', '*', { StringEquals: { 'aws:PrincipalAccount': own } }],
    [
      'everybody of several allowed accounts',
      { AWS: '*' },
      { stringequals: { 'AWS:PrincipalAccount': [own, partner] } },
    ],
    [
      'everybody whom a service of ours calls KMS for',
      { AWS: '*' },
      { StringEquals: { 'kms:CallerAccount': own, 'kms:ViaService': 'ec2.eu-central-1.amazonaws.com' } },
    ],
  ])('%s', (_, principal, condition) => {
    expect(judge(principal, condition)).toEqual([]);
  });

  it('who is denied', () => {
    expect(outsiders({ Statement: statement({ Effect: 'Deny', Principal: '*' }) }, inside)).toEqual([]);
  });
});

describe('lets in somebody from outside', () => {
  it.each<[string, Principal, Condition | undefined, string]>([
    ['another account by id', { AWS: stranger }, undefined, stranger],
    ['another account’s root', { AWS: arn(stranger, 'root') }, undefined, stranger],
    ['one among several', { AWS: [own, arn(stranger)] }, undefined, stranger],
    ['everybody', '*', undefined, 'everybody (*)'],
    ['every AWS principal', { AWS: '*' }, undefined, 'everybody (*)'],
    [
      'everybody of an organization',
      { AWS: '*' },
      { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
      'everybody (*)',
    ],
    [
      'everybody of the own account and of another',
      '*',
      { StringEquals: { 'aws:PrincipalAccount': [own, stranger] } },
      'everybody (*)',
    ],
    [
      'everybody whose account is like ours',
      '*',
      { StringLike: { 'aws:PrincipalAccount': own } },
      'everybody (*)',
    ],
    [
      'everybody who has an account that is ours, if any',
      '*',
      { StringEqualsIfExists: { 'aws:PrincipalAccount': own } },
      'everybody (*)',
    ],
    [
      'everybody who is not of one account',
      '*',
      { StringNotEquals: { 'aws:PrincipalAccount': own } },
      'everybody (*)',
    ],
    [
      'everybody who says so in a tag',
      '*',
      { StringEquals: { 'aws:PrincipalTag/account': own } },
      'everybody (*)',
    ],
    ['an ARN whose account is a wildcard', { AWS: 'arn:aws:iam::*:root' }, undefined, '::*:root'],
    ['a principal without an account', { AWS: 'arn:aws:iam::cloudfront:user/x' }, undefined, 'cloudfront'],
    ['a provider of another account', { Federated: arn(stranger, 'saml-provider/Okta') }, undefined, 'Okta'],
    ['a public provider', { Federated: 'accounts.google.com' }, undefined, 'accounts.google.com'],
    ['Cognito', { Federated: 'cognito-identity.amazonaws.com' }, undefined, 'cognito'],
    ['every service', { Service: '*' }, undefined, 'everybody (*)'],
    [
      'a service that acts for another account',
      { Service: 'sns.amazonaws.com' },
      { StringEquals: { 'aws:SourceAccount': stranger } },
      `on behalf of ${stranger}`,
    ],
    [
      'a service that acts for accounts like some',
      { Service: 'sns.amazonaws.com' },
      { 'ForAnyValue:StringLike': { 'aws:SourceAccount': '9999*' } },
      'on behalf of 9999*',
    ],
    [
      'a service that acts for another account’s topic',
      { Service: 'sns.amazonaws.com' },
      { ArnEqualsIfExists: { 'aws:SourceArn': `arn:aws:sns:eu-central-1:${stranger}:x` } },
      stranger,
    ],
    [
      'a service that acts for an organization',
      { Service: 'cloudtrail.amazonaws.com' },
      { StringEquals: { 'aws:SourceOrgID': 'o-a1b2c3d4e5' } },
      'o-a1b2c3d4e5',
    ],
    ['a canonical user', { CanonicalUser: '79a59df900b949e5' }, undefined, 'canonical user'],
  ])('%s', (_, principal, condition, who) => {
    const [found, ...more] = judge(principal, condition);
    expect(found).toMatch(/^Statement\[0\] lets in /);
    expect(found).toContain(who);
    expect(more).toEqual([]);
  });

  it('whoever is not among some', () => {
    expect(outsiders({ Statement: [statement({ NotPrincipal: { AWS: own } })] }, inside)).toEqual([
      'Statement[0] lets in everybody but its NotPrincipal',
    ]);
  });

  it('says in which statement', () => {
    const Statement = [statement({ Principal: { AWS: own } }), statement({ Principal: '*' })];
    expect(outsiders({ Statement }, inside)).toEqual(['Statement[1] lets in everybody (*)']);
  });

  it('whatever else the statement says: no condition lets an account in that is not named', () =>
    fc.assert(
      fc.property(
        fc.constantFrom('Bool', 'StringEquals', 'StringLike', 'Null', 'ArnLike'),
        fc.constantFrom('aws:PrincipalOrgID', 'sts:ExternalId', 'aws:SourceIp', 'aws:PrincipalArn'),
        fc.constantFrom(own, '*', arn(own), 'true'),
        (operator, key, value) => {
          expect(judge({ AWS: '*' }, { [operator]: { [key]: value } })).toHaveLength(1);
          expect(judge({ AWS: stranger }, { [operator]: { [key]: value } })).toHaveLength(1);
        },
      ),
    ));
});
