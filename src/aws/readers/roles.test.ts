import { describe, expect, it } from 'vitest';
import { fakeRead } from '../../../test/support/fake-read.ts';
import { VirtualClock } from '../../../test/support/virtual-clock.ts';
import { AwsError } from '../../core/errors.ts';
import { createRoleQuotasReader } from './account-summary.ts';
import { createInstanceProfileReaders } from './instance-profiles.ts';
import { createRoleReaders } from './roles.ts';

const scope = { partition: 'aws', account: '111122223333', region: 'us-east-1' };
const missing = (call: string) =>
  new AwsError({ class: 'NotFound', code: 'NoSuchEntity', call, message: 'x', definite: true });

const role = (name: string, cluster?: string) => ({
  RoleName: name,
  RoleId: `AROA${name}`,
  Arn: `arn:aws:iam::111122223333:role/${name}`,
  Path: '/',
  CreateDate: new Date(0),
  Tags: cluster === undefined ? [] : [{ Key: 'Mooring.dev/Cluster', Value: cluster }],
});

describe('a role', () => {
  it('is undefined, and has nothing, only where IAM answers that it does not exist', async () => {
    const throws = (call: string) => () => {
      throw missing(call);
    };
    const read = fakeRead({
      'iam:GetRole': throws('iam:GetRole'),
      'iam:ListAttachedRolePolicies': throws('iam:ListAttachedRolePolicies'),
      'iam:ListRolePolicies': throws('iam:ListRolePolicies'),
      'iam:ListInstanceProfilesForRole': throws('iam:ListInstanceProfilesForRole'),
      'iam:GetInstanceProfile': throws('iam:GetInstanceProfile'),
    });
    const roles = createRoleReaders(read, scope);
    const profiles = createInstanceProfileReaders(read, scope);
    expect(await roles.byName('web')).toBeUndefined();
    expect(await roles.attachedPolicies('web')).toEqual([]);
    expect(await roles.inlinePolicies('web')).toEqual({});
    expect(await profiles.byName('web')).toBeUndefined();
    expect(await profiles.ofRole('web')).toEqual([]);
  });

  it('keeps other failures what they are', async () => {
    const denied = new AwsError({
      class: 'Denied',
      code: 'AccessDenied',
      call: 'x',
      message: 'x',
      definite: true,
    });
    const roles = createRoleReaders(
      fakeRead({
        'iam:GetRole': () => {
          throw denied;
        },
      }),
      scope,
    );
    await expect(roles.byName('web')).rejects.toBe(denied);
  });

  it('is read to its last page', async () => {
    const read = fakeRead({
      'iam:ListAttachedRolePolicies': ({ Marker }) =>
        Marker === undefined
          ? { AttachedPolicies: [{ PolicyArn: 'a' }], IsTruncated: true, Marker: 'm' }
          : { AttachedPolicies: [{ PolicyArn: 'b' }], IsTruncated: false },
    });
    expect(await createRoleReaders(read, scope).attachedPolicies('web')).toEqual(['a', 'b']);
  });
});

it('a cluster’s roles are found among the account’s, a thousand a page, with what each call tells', async () => {
  const pages: string[] = [];
  const read = fakeRead({
    'iam:GetAccountAuthorizationDetails': ({ Filter, MaxItems, Marker }) => {
      pages.push(`${Filter} ${MaxItems} ${Marker}`);
      return Marker === undefined
        ? { RoleDetailList: [role('a', 'blue'), role('b', 'green')], IsTruncated: true, Marker: '1' }
        : { RoleDetailList: [role('c'), role('d', 'blue')] };
    },
    'iam:ListRoles': () => ({
      Roles: [
        { ...role('a'), Description: 'one', MaxSessionDuration: 7_200 },
        { ...role('d'), Description: 'four' },
      ],
    }),
  });
  const found = await createRoleReaders(read, scope).allOfCluster('blue');
  expect(
    found.map(({ role: { name, description, maxSessionDuration } }) => [
      name,
      description,
      maxSessionDuration,
    ]),
  ).toEqual([
    ['a', 'one', 7_200],
    ['d', 'four', 3_600],
  ]);
  expect(pages).toEqual(['Role 1000 undefined', 'Role 1000 1']);
  const all = await createRoleReaders(read, scope).all();
  expect(all.map(({ role: { name } }) => name)).toEqual(['a', 'b', 'c', 'd']);
});

describe('the account’s quotas', () => {
  it('are asked for once an hour', async () => {
    const clock = new VirtualClock();
    let asked = 0;
    const quotas = createRoleQuotasReader(
      fakeRead({
        'iam:GetAccountSummary': () => {
          asked += 1;
          return { SummaryMap: { AssumeRolePolicySizeQuota: 4_096, AttachedPoliciesPerRoleQuota: 20 } };
        },
      }),
      scope,
      clock,
    );
    expect(await quotas()).toEqual({ trustPolicySize: 4_096, attachedPolicies: 20 });
    await quotas();
    expect(asked).toBe(1);
    await clock.advance(61 * 60_000);
    await quotas();
    expect(asked).toBe(2);
  });

  it('are unknown to an operator that may not ask', async () => {
    const read = fakeRead({
      'iam:GetAccountSummary': () => {
        throw new AwsError({
          class: 'Denied',
          code: 'AccessDenied',
          call: 'x',
          message: 'x',
          definite: true,
        });
      },
    });
    expect(await createRoleQuotasReader(read, scope, new VirtualClock())()).toBeUndefined();
  });
});
