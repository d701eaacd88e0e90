import { describe, expect } from 'vitest';
import { onRoleBed } from '../support/iam-role.ts';
import { trustOf } from '../support/iam-user.ts';

const it = onRoleBed();

const ec2 = [{ service: ['ec2.amazonaws.com'] }];
const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const lambda = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
const allow = (...actions: string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
});

describe('an IAMRole is applied', () => {
  it('with two managed policies and an inline one: four calls and one look-up', async ({
    bed,
    roles,
    iam,
  }) => {
    const name = roles.name('web');
    await roles.start(['--default-tag', 'owner=platform']);
    const { metadata } = await roles.apply(name, {
      description: 'what the web servers may do',
      maxSessionDuration: '4h',
      path: '/teams/web/',
      trust: ec2,
      managedPolicies: ['ReadOnlyAccess', lambda],
      inlinePolicies: { s3: allow('s3:GetObject') },
      tags: { team: 'web' },
    });
    const { status } = await roles.waitReady(name);

    expect(await roles.calls()).toEqual([
      'GetRole',
      'CreateRole',
      'AttachRolePolicy',
      'AttachRolePolicy',
      'PutRolePolicy',
    ]);
    expect(await iam.role(name)).toMatchObject({
      id: status?.roleId,
      arn: status?.arn,
      path: '/teams/web/',
      description: 'what the web servers may do',
      maxSessionDuration: 4 * 3_600,
      boundary: undefined,
      trust: trustOf({ Service: ['ec2.amazonaws.com'] }),
      tags: {
        'mooring.dev/cluster': bed.namespace,
        'mooring.dev/id': `IAMRole/${bed.namespace}/${name}`,
        'mooring.dev/role': 'primary',
        'mooring.dev/uid': metadata.uid,
        'mooring.dev/creation': status?.creation?.token,
        owner: 'platform',
        team: 'web',
      },
      attached: [readOnly, lambda],
      inline: { s3: allow('s3:GetObject') },
    });
    expect(status).toMatchObject({
      arn: `arn:aws:iam::123456789012:role/teams/web/${name}`,
      roleName: name,
      accountId: '123456789012',
      region: 'us-east-1',
      attachedPolicies: [readOnly, lambda],
      inlinePolicies: ['s3'],
      managedTags: ['owner', 'team'],
    });
  });

  it('and what was folded is what is seen: the next look calls nothing and changes nothing', async ({
    roles,
  }) => {
    const name = roles.name('web');
    await roles.start();
    await roles.apply(name, {
      trust: ec2,
      managedPolicies: ['ReadOnlyAccess'],
      inlinePolicies: { s3: JSON.stringify(allow('s3:GetObject')) },
      instanceProfile: {},
    });
    const { status: made } = await roles.waitReady(name);
    const before = await roles.mark();
    const { status: seen } = await roles.lookNow(name);
    expect(await roles.writes(before)).toEqual([]);
    expect(seen).toMatchObject({
      ...made,
      lastSyncTime: expect.anything(),
      lastHandledReconcileAt: expect.anything(),
    });
  });

  const account = '123456789012';
  const saml = `arn:aws:iam::${account}:saml-provider/Okta`;
  const cluster = `arn:aws:eks:eu-central-1:${account}:cluster/blue`;
  const raw = trustOf({ Service: 'ec2.amazonaws.com' });
  const trusts: [string, object, object][] = [
    [
      'people who signed in by SAML',
      { trust: [{ saml: { providerArn: saml } }] },
      {
        Principal: { Federated: saml },
        Action: 'sts:AssumeRoleWithSAML',
        Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
      },
    ],
    [
      'pods, by EKS Pod Identity',
      { trust: [{ podIdentity: { clusterArn: cluster, namespace: 'shop', serviceAccount: 'web' } }] },
      {
        Principal: { Service: 'pods.eks.amazonaws.com' },
        Action: ['sts:AssumeRole', 'sts:TagSession'],
        Condition: {
          StringEquals: {
            'aws:RequestTag/eks-cluster-arn': cluster,
            'aws:RequestTag/kubernetes-namespace': 'shop',
            'aws:RequestTag/kubernetes-service-account': 'web',
          },
        },
      },
    ],
    ['a document as it was written', { trustPolicy: raw }, raw.Statement[0] ?? {}],
    ['a document as JSON text', { trustPolicy: JSON.stringify(raw) }, raw.Statement[0] ?? {}],
  ];
  it.for(trusts)('that trusts %s', async ([, spec, statement], { roles, iam }) => {
    const name = roles.name('web');
    await roles.start();
    await roles.apply(name, spec);
    await roles.waitReady(name);
    expect(await iam.role(name)).toMatchObject({ trust: { Statement: [statement] } });
    await roles.lookNow(name);
    expect(await roles.writes()).toEqual(['CreateRole']);
  });

  it('with an instance profile: it is made and the role put in it', async ({ bed, roles, iam }) => {
    const name = roles.name('node');
    await roles.start();
    await roles.apply(name, { trust: ec2, instanceProfile: { enabled: true } });
    const { status } = await roles.waitReady(name);
    expect(await roles.writes()).toEqual(['CreateRole', 'CreateInstanceProfile', 'AddRoleToInstanceProfile']);
    const profile = await iam.profile(name);
    expect(profile).toMatchObject({
      arn: status?.instanceProfileArn,
      roles: [name],
      tags: { 'mooring.dev/id': `IAMRole/${bed.namespace}/${name}` },
    });
  });
});

it('kubectl get has columns for role, readiness and use', async ({ bed }) => {
  const crd = await bed.kube.client.get<{
    spec: { versions: { additionalPrinterColumns: { name: string }[] }[] };
  }>('/apis/apiextensions.k8s.io/v1/customresourcedefinitions/iamroles.mooring.dev');
  const columns = crd.spec.versions[0]?.additionalPrinterColumns.map((column) => column.name);
  expect(columns).toEqual([
    'Role',
    'Ready',
    'Last used',
    'Age',
    'ARN',
    'Instance profile',
    'Reason',
    'Status',
  ]);
});

describe('every field is changed in the manifest', () => {
  it('and AWS follows, with the fewest calls', async ({ roles, iam }) => {
    const name = roles.name('web');
    await roles.start();
    const first = {
      description: 'one',
      maxSessionDuration: 3_600,
      trust: ec2,
      managedPolicies: ['ReadOnlyAccess'],
      inlinePolicies: { a: allow('s3:GetObject'), b: allow('sqs:*') },
      tags: { team: 'web', stage: 'dev' },
      instanceProfile: {},
    };
    await roles.apply(name, first);
    await roles.waitReady(name);
    const steps: [object, string[]][] = [
      [{ description: 'two' }, ['UpdateRole']],
      [{ maxSessionDuration: '2h' }, ['UpdateRole']],
      [{ trust: [{ service: ['lambda.amazonaws.com'] }] }, ['UpdateAssumeRolePolicy']],
      [{ permissionsBoundary: readOnly }, ['PutRolePermissionsBoundary']],
      [{ permissionsBoundary: undefined }, ['DeleteRolePermissionsBoundary']],
      [{ managedPolicies: [lambda] }, ['AttachRolePolicy', 'DetachRolePolicy']],
      [{ inlinePolicies: { a: allow('s3:*') } }, ['DeleteRolePolicy', 'PutRolePolicy']],
      [
        { tags: { team: 'shop', cost: '1' } },
        ['TagRole', 'UntagRole', 'TagInstanceProfile', 'UntagInstanceProfile'],
      ],
      [
        { instanceProfile: { name: roles.name('other') } },
        [
          'CreateInstanceProfile',
          'AddRoleToInstanceProfile',
          'RemoveRoleFromInstanceProfile',
          'DeleteInstanceProfile',
        ],
      ],
      [{ instanceProfile: { enabled: false } }, ['RemoveRoleFromInstanceProfile', 'DeleteInstanceProfile']],
    ];
    let spec: object = first;
    for (const [change, calls] of steps) {
      spec = JSON.parse(JSON.stringify({ ...spec, ...change }));
      const before = await roles.mark();
      await roles.apply(name, spec);
      await roles.waitReady(name);
      expect(await roles.writes(before), JSON.stringify(change)).toEqual(calls);
    }
    expect(await iam.role(name)).toMatchObject({
      description: 'two',
      maxSessionDuration: 7_200,
      trust: trustOf({ Service: ['lambda.amazonaws.com'] }),
      boundary: undefined,
      attached: [lambda],
      inline: { a: allow('s3:*') },
      tags: { team: 'shop', cost: '1' },
    });
    expect((await iam.role(name))?.tags).not.toHaveProperty('stage');
    expect(await iam.profile(roles.name('other'))).toBeUndefined();
  });
});
