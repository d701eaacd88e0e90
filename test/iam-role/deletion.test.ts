import { describe, expect } from 'vitest';
import { onRoleBed } from '../support/iam-role.ts';

const it = onRoleBed();

const ec2 = [{ service: ['ec2.amazonaws.com'] }];
const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const allow = (...actions: string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
});

describe('an IAMRole is deleted', () => {
  it('with all that hangs on it, in the order AWS asks for', async ({ roles, iam }) => {
    const name = roles.name('web');
    await roles.start();
    await roles.apply(name, {
      trust: ec2,
      managedPolicies: ['ReadOnlyAccess'],
      inlinePolicies: { s3: allow('s3:*') },
      instanceProfile: {},
    });
    await roles.waitReady(name);
    const before = await roles.mark();
    await roles.deleteAndWait(name);
    expect(await roles.writes(before)).toEqual([
      'RemoveRoleFromInstanceProfile',
      'DeleteInstanceProfile',
      'DetachRolePolicy',
      'DeleteRolePolicy',
      'DeleteRole',
    ]);
    expect(await iam.role(name)).toBeUndefined();
    expect(await iam.profile(name)).toBeUndefined();
  });

  it('but not while an instance profile of somebody else holds it: a Conflict names it', async ({
    roles,
    iam,
  }) => {
    const name = roles.name('web');
    const theirs = roles.name('theirs');
    await roles.start();
    await roles.apply(name, { trust: ec2, managedPolicies: ['ReadOnlyAccess'] });
    await roles.waitReady(name);
    await iam.createProfile(theirs);
    await iam.addToProfile(theirs, name);
    await roles.delete(name);
    expect((await roles.waitBlocked(name, 'Conflict')).message).toBe(
      `${name} is still in instance profile ${theirs}, which is not this object's: take it out there first`,
    );
    expect((await iam.role(name))?.attached).toEqual([readOnly]);
    await iam.removeFromProfile(theirs, name);
    await roles.annotate(name, { 'mooring.dev/reconcile-at': 'now' });
    await expect.poll(() => iam.role(name)).toBeUndefined();
    await iam.deleteProfile(theirs);
  });

  it('and retained: it is marked, and the same manifest finds it again', async ({ roles, iam }) => {
    const name = roles.name('web');
    await roles.start();
    const spec = {
      trust: ec2,
      deletionPolicy: 'Retain',
      managedPolicies: ['ReadOnlyAccess'],
      instanceProfile: {},
    };
    await roles.apply(name, spec);
    const { status } = await roles.waitReady(name);
    await roles.deleteAndWait(name);
    expect((await iam.role(name))?.tags['mooring.dev/released']).toBe('true');
    await roles.apply(name, spec);
    const again = await roles.waitReady(name);
    expect(again.status?.roleId).toBe(status?.roleId);
    const { tags } = (await iam.role(name)) ?? {};
    expect(tags).toMatchObject({ 'mooring.dev/uid': again.metadata.uid });
    expect(tags).not.toHaveProperty('mooring.dev/released');
    await roles.waitEvent(name, 'TakenOver');
  });
});
