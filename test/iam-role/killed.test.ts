import { describe, expect } from 'vitest';
import { onRoleBed } from '../support/iam-role.ts';

const it = onRoleBed();

const spec = {
  trust: [{ service: ['ec2.amazonaws.com'] }],
  managedPolicies: ['ReadOnlyAccess'],
  inlinePolicies: {
    read: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' } },
  },
  instanceProfile: {},
};

/** The calls that make a role with all it has; each is held before AWS sees it, or after it was applied. */
const making = [
  'CreateRole',
  'AttachRolePolicy',
  'PutRolePolicy',
  'CreateInstanceProfile',
  'AddRoleToInstanceProfile',
];
const moments = making.flatMap((operation) =>
  (['before', 'after'] as const).map((moment) => ({ operation, moment })),
);

describe('the operator is killed while it makes a role', () => {
  it.for(moments)(
    '$moment $operation: the next one goes on with the same role',
    async ({ operation, moment }, { bed, roles, iam }) => {
      const name = roles.name('web');
      const named = operation.endsWith('InstanceProfile') ? 'InstanceProfileName' : 'RoleName';
      const rule = await bed.inject({ hold: moment }, { operation, where: { [named]: name }, times: 1 });
      const operator = await bed.spawn(['--kinds', 'IAMRole']);
      await roles.apply(name, spec);
      expect(await bed.proxy.waitHeld(rule)).toHaveLength(1);
      operator.kill('SIGKILL');
      await operator.exited;
      await roles.start();
      // What was on its way arrives although nobody waits for it any more.
      await bed.proxy.release(rule);

      const { status } = await roles.waitReady(name);
      expect(await iam.role(name)).toMatchObject({ id: status?.roleId, attached: [expect.any(String)] });
      expect(Object.keys((await iam.role(name))?.inline ?? {})).toEqual(['read']);
      expect(await iam.profile(name)).toMatchObject({ roles: [name] });
      expect((await roles.writes()).filter((call) => call === 'CreateRole').length).toBeLessThanOrEqual(2);
    },
  );
});
