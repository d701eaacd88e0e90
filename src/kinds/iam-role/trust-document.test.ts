import { describe, expect, it } from 'vitest';
import type { Statement } from '../../core/policy/document.ts';
import { iamRoleDefinition } from './spec.ts';
import { trustDocument } from './trust-document.ts';

const scope = { partition: 'aws', account: '111122223333' };

const written = (statement: object, partition = 'aws') => {
  const { trust = [] } = iamRoleDefinition.spec.parse({ trust: [statement] });
  return trustDocument(trust, { scope: { ...scope, partition }, namespace: 'shop' });
};

const github = 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com';
const key = (claim: string) => `token.actions.githubusercontent.com:${claim}`;
const eks = 'oidc.eks.eu-central-1.amazonaws.com/id/ABC';
const saml = 'arn:aws:iam::111122223333:saml-provider/Okta';

const cases: [string, object, Partial<Statement>][] = [
  [
    'a service',
    { service: ['ec2.amazonaws.com'] },
    { Principal: { Service: ['ec2.amazonaws.com'] }, Action: 'sts:AssumeRole' },
  ],
  [
    'a service on behalf of one account and resource',
    {
      service: ['sns.amazonaws.com'],
      sourceAccount: '111122223333',
      sourceArn: 'arn:aws:sns:*:111122223333:alarms',
    },
    {
      Principal: { Service: ['sns.amazonaws.com'] },
      Action: 'sts:AssumeRole',
      Condition: {
        StringEquals: { 'aws:SourceAccount': '111122223333' },
        ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:111122223333:alarms' },
      },
    },
  ],
  [
    'another account, by external id, with a second factor and session tags',
    { aws: { accounts: ['444455556666'], externalId: 'acme-1', requireMFA: true, sessionTags: true } },
    {
      Principal: { AWS: ['arn:aws:iam::444455556666:root'] },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Condition: {
        StringEquals: { 'sts:ExternalId': 'acme-1' },
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      },
    },
  ],
  [
    'anybody of an organization',
    { aws: { principals: ['*'], organizationId: 'o-a1b2c3d4e5' } },
    {
      Principal: { AWS: ['*'] },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
    },
  ],
  [
    'a CI job by exact subjects',
    {
      oidc: {
        providerArn: github,
        subjects: ['repo:acme/web:ref:refs/heads/main', 'repo:acme@1/web@2:ref:refs/heads/main'],
      },
    },
    {
      Principal: { Federated: github },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          [key('aud')]: 'sts.amazonaws.com',
          [key('sub')]: ['repo:acme/web:ref:refs/heads/main', 'repo:acme@1/web@2:ref:refs/heads/main'],
        },
      },
    },
  ],
  [
    'a CI job by patterns: all of one claim under one operator, for both would have to hold',
    {
      oidc: {
        providerArn: github,
        audience: 'https://example.com',
        subjects: ['repo:acme/web:*', 'repo:acme/shop:pull_request'],
        claims: { environment: ['prod'], job_workflow_ref: ['acme/ci/*'] },
      },
    },
    {
      Principal: { Federated: github },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: { [key('aud')]: 'https://example.com', [key('environment')]: ['prod'] },
        StringLike: {
          [key('sub')]: ['repo:acme/web:*', 'repo:acme/shop:pull_request'],
          [key('job_workflow_ref')]: ['acme/ci/*'],
        },
      },
    },
  ],
  [
    'a service account by its cluster’s issuer, in the object’s own namespace',
    { irsa: { issuer: `https://${eks}`, serviceAccount: 'web' } },
    {
      Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${eks}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          [`${eks}:aud`]: 'sts.amazonaws.com',
          [`${eks}:sub`]: 'system:serviceaccount:shop:web',
        },
      },
    },
  ],
  [
    'a service account by provider, in another namespace',
    {
      irsa: {
        providerArn: `arn:aws:iam::444455556666:oidc-provider/${eks}`,
        namespace: 'kube-system',
        serviceAccount: 'dns',
      },
    },
    {
      Principal: { Federated: `arn:aws:iam::444455556666:oidc-provider/${eks}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          [`${eks}:aud`]: 'sts.amazonaws.com',
          [`${eks}:sub`]: 'system:serviceaccount:kube-system:dns',
        },
      },
    },
  ],
  [
    'SAML',
    { saml: { providerArn: saml } },
    {
      Principal: { Federated: saml },
      Action: 'sts:AssumeRoleWithSAML',
      Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
    },
  ],
  [
    'any pod',
    { podIdentity: {} },
    { Principal: { Service: 'pods.eks.amazonaws.com' }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
  ],
  [
    'pods of one namespace',
    { podIdentity: { namespace: 'shop' } },
    {
      Principal: { Service: 'pods.eks.amazonaws.com' },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Condition: { StringEquals: { 'aws:RequestTag/kubernetes-namespace': 'shop' } },
    },
  ],
];

describe('trust is written as AWS reads it', () => {
  it.each(cases)('%s', (_, statement, expected) => {
    expect(written(statement)).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', ...expected }],
    });
  });

  it('in other partitions', () => {
    expect(written({ aws: { accounts: ['444455556666'] } }, 'aws-cn')).toMatchObject({
      Statement: [{ Principal: { AWS: ['arn:aws-cn:iam::444455556666:root'] } }],
    });
    expect(written({ saml: { providerArn: saml } }, 'aws-us-gov')).toMatchObject({
      Statement: [
        { Condition: { StringEquals: { 'SAML:aud': 'https://signin.amazonaws-us-gov.com/saml' } } },
      ],
    });
  });
});
