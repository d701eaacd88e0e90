import { describe, expect, it } from 'vitest';
import { type FakeAnswers, fakeRead } from '../../../test/support/fake-read.ts';
import { AwsError, type ErrorClass } from '../../core/errors.ts';
import type { ReadAs } from '../execute.ts';
import { permissionsOf } from './permissions.ts';

const region = 'eu-central-1';
const elasticIP = { kind: 'ElasticIP', calls: ['ec2:AllocateAddress', 'ec2:DescribeAddresses'] };
const kmsKey = { kind: 'KMSKey', calls: ['kms:DescribeKey'] };
const session = 'arn:aws:sts::111122223333:assumed-role/mooring/session';
const withPath = 'arn:aws:iam::111122223333:role/teams/mooring';

const refusal = (code: string, errorClass: ErrorClass) => () => {
  throw new AwsError({ class: errorClass, code, call: 'iam:X', message: `${code} it is`, definite: true });
};

type Decision = 'allowed' | 'explicitDeny' | 'implicitDeny';

const results = (decisions: Readonly<Record<string, Decision>>, missing: string[] = []) =>
  ({
    IsTruncated: false,
    EvaluationResults: Object.entries(decisions).map(([EvalActionName, EvalDecision]) => ({
      EvalActionName,
      EvalDecision,
      MissingContextValues: missing,
    })),
  }) as const;

function asking(answers: FakeAnswers, arn = session) {
  const read = fakeRead(answers);
  const readAs: ReadAs = (_caller, ...request) => read(...request);
  const caller = { credentials: { accessKeyId: 'a', secretAccessKey: 's' } };
  const identity = { partition: 'aws', account: '111122223333', arn, globalRegion: 'us-east-1' };
  return { readAs, caller, identity, region };
}

const role = {
  'iam:GetRole': () => ({
    Role: { Arn: withPath, Path: '/teams/', RoleName: 'mooring', RoleId: 'AROA', CreateDate: new Date(0) },
  }),
};
const allowed: Readonly<Record<string, Decision>> = {
  'ec2:AllocateAddress': 'allowed',
  'ec2:CreateTags': 'allowed',
  'ec2:DescribeAddresses': 'allowed',
};

describe('permissions', () => {
  it('are those of the session’s role, with its path, and of what its calls imply', async () => {
    const sources: unknown[] = [];
    const told = await permissionsOf(
      [elasticIP],
      asking({
        ...role,
        'iam:SimulatePrincipalPolicy': ({ PolicySourceArn, ActionNames }) => {
          sources.push(PolicySourceArn, ActionNames);
          return results(allowed);
        },
      }),
    );
    expect(told).toEqual([{ kind: 'ElasticIP', state: 'Allowed' }]);
    expect(sources).toEqual([withPath, ['ec2:AllocateAddress', 'ec2:CreateTags', 'ec2:DescribeAddresses']]);
  });

  it('of a role that may not look at itself are asked for by its name', async () => {
    let asked: string | undefined;
    await permissionsOf(
      [elasticIP],
      asking({
        'iam:GetRole': refusal('AccessDenied', 'Denied'),
        'iam:SimulatePrincipalPolicy': ({ PolicySourceArn }) => {
          asked = PolicySourceArn;
          return results(allowed);
        },
      }),
    );
    expect(asked).toBe('arn:aws:iam::111122223333:role/mooring');
  });

  it('name what is missing', async () => {
    const simulated = results({ ...allowed, 'ec2:DescribeAddresses': 'implicitDeny' });
    const told = await permissionsOf(
      [elasticIP],
      asking({ ...role, 'iam:SimulatePrincipalPolicy': () => simulated }),
    );
    expect(told).toEqual([{ kind: 'ElasticIP', state: 'Missing', missing: ['ec2:DescribeAddresses'] }]);
  });

  it('that a policy may still give for some resources are not missing, and are named', async () => {
    const some: Readonly<Record<string, Decision>> = {
      ...allowed,
      'ec2:CreateTags': 'implicitDeny',
      'ec2:AllocateAddress': 'explicitDeny',
    };
    const message = 'not allowed on all resources, on some perhaps: ec2:AllocateAddress, ec2:CreateTags';
    const told = (decisions: Readonly<Record<string, Decision>>) =>
      permissionsOf(
        [elasticIP],
        asking({ ...role, 'iam:SimulatePrincipalPolicy': () => results(decisions) }),
      );
    expect(await told(some)).toEqual([{ kind: 'ElasticIP', state: 'Unknown', message }]);
    expect(await told({ ...some, 'ec2:DescribeAddresses': 'explicitDeny' })).toEqual([
      { kind: 'ElasticIP', state: 'Missing', missing: ['ec2:DescribeAddresses'], message },
    ]);
  });

  it.each(['Throttled', 'Transient'] as const)(
    'that AWS cannot tell now are no answer: %s',
    async (errorClass) => {
      const failing = refusal('X', errorClass);
      const simulated = asking({ ...role, 'iam:SimulatePrincipalPolicy': failing });
      await expect(permissionsOf([elasticIP], simulated)).rejects.toMatchObject({ class: errorClass });
      const tried = asking({
        ...role,
        'iam:SimulatePrincipalPolicy': refusal('AccessDenied', 'Denied'),
        'ec2:DescribeAddresses': failing,
      });
      await expect(permissionsOf([elasticIP], tried)).rejects.toMatchObject({ class: errorClass });
    },
  );

  it('that a condition may still allow are unknown', async () => {
    const told = await permissionsOf(
      [elasticIP],
      asking({
        ...role,
        'iam:SimulatePrincipalPolicy': () =>
          results({ ...allowed, 'ec2:CreateTags': 'implicitDeny' }, ['aws:RequestTag/team']),
      }),
    );
    expect(told).toEqual([{ kind: 'ElasticIP', state: 'Unknown', message: 'not told of ec2:CreateTags' }]);
  });

  it('over keys are never certain, for a key’s own policy decides, too', async () => {
    const told = await permissionsOf(
      [kmsKey],
      asking({ ...role, 'iam:SimulatePrincipalPolicy': () => results({ 'kms:DescribeKey': 'allowed' }) }),
    );
    expect(told).toMatchObject([{ kind: 'KMSKey', state: 'Unknown' }]);
  });

  it('are read to the last page', async () => {
    const told = await permissionsOf(
      [elasticIP],
      asking({
        ...role,
        'iam:SimulatePrincipalPolicy': ({ Marker }) =>
          Marker === undefined
            ? { ...results({ 'ec2:AllocateAddress': 'allowed' }), IsTruncated: true, Marker: '2' }
            : results({ 'ec2:CreateTags': 'allowed', 'ec2:DescribeAddresses': 'allowed' }),
      }),
    );
    expect(told).toEqual([{ kind: 'ElasticIP', state: 'Allowed' }]);
  });

  it.each([
    ['a denied look is missing', refusal('UnauthorizedOperation', 'Denied'), 'Missing'],
    ['an allowed one says nothing of the rest', refusal('DryRunOperation', 'Invalid'), 'Unknown'],
  ])('that may not be simulated are tried without effect in EC2: %s', async (_, dryRun, state) => {
    const told = await permissionsOf(
      [elasticIP, kmsKey],
      asking({
        ...role,
        'iam:SimulatePrincipalPolicy': refusal('AccessDenied', 'Denied'),
        'ec2:DescribeAddresses': ({ DryRun }) => {
          expect(DryRun).toBe(true);
          return dryRun();
        },
      }),
    );
    expect(told).toMatchObject([
      { kind: 'ElasticIP', state },
      { kind: 'KMSKey', state: 'Unknown' },
    ]);
  });

  it('of who is neither user nor role are unknown, and why is said', async () => {
    const dryRun = refusal('DryRunOperation', 'Invalid');
    const told = await permissionsOf(
      [elasticIP],
      asking({ 'ec2:DescribeAddresses': dryRun }, 'arn:aws:iam::111122223333:root'),
    );
    expect(told[0]).toMatchObject({
      state: 'Unknown',
      message: expect.stringContaining('neither a user nor a role'),
    });
  });
});
