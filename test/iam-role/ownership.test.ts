import { describe, expect } from 'vitest';
import { onRoleBed } from '../support/iam-role.ts';
import { trustOf } from '../support/iam-user.ts';

const it = onRoleBed();

const spec = {
  description: 'declared',
  trust: [{ service: ['ec2.amazonaws.com'] }],
  managedPolicies: ['ReadOnlyAccess'],
};

describe('a role of that name exists', () => {
  it('and is nobody’s: a Conflict, and it is left alone until the manifest adopts it', async ({
    roles,
    iam,
  }) => {
    const name = roles.name('web');
    await iam.create(name, { team: 'theirs' });
    const before = await iam.role(name);
    await roles.start();
    await roles.apply(name, spec);
    expect((await roles.waitBlocked(name, 'Conflict')).message).toBe(
      `role ${name} exists and was not made by mooring: it is left alone. Set spec.adopt to ${name} to take it over`,
    );
    expect(await iam.role(name)).toEqual(before);

    await roles.apply(name, { ...spec, adopt: name });
    const { status } = await roles.waitReady(name);
    const after = await iam.role(name);
    expect(after).toMatchObject({ id: before?.id, description: 'declared', tags: { team: 'theirs' } });
    expect(status?.roleId).toBe(before?.id);
    expect(await roles.writes()).not.toContain('CreateRole');
    // It had a life before the object: by default it outlives it.
    await roles.deleteAndWait(name);
    expect((await iam.role(name))?.id).toBe(before?.id);
  });

  it('and is another cluster’s: a Conflict names whose, adopt or not', async ({ roles, iam }) => {
    const name = roles.name('web');
    await iam.create(name, {
      'mooring.dev/cluster': 'another',
      'mooring.dev/id': 'IAMRole/x/y',
      'mooring.dev/uid': 'u-9',
    });
    await roles.start();
    await roles.apply(name, { ...spec, adopt: name });
    expect((await roles.waitBlocked(name, 'Conflict')).message).toBe(
      `role ${name} belongs to IAMRole/x/y of cluster another (uid u-9): it is left alone`,
    );
    await roles.deleteAndWait(name);
    expect((await iam.role(name))?.tags['mooring.dev/uid']).toBe('u-9');
    expect(await roles.writes()).toEqual([]);
  });

  it('as an instance profile of somebody else: a Conflict, and the role is there all the same', async ({
    roles,
    iam,
  }) => {
    const name = roles.name('web');
    await iam.createProfile(name);
    await roles.start();
    await roles.apply(name, { ...spec, instanceProfile: {} });
    const { message } = await roles.waitBlocked(name, 'Conflict');
    expect(message).toContain(`instance profile ${name} exists and belongs to`);
    expect(message).toContain('spec.instanceProfile.name');
    expect(await iam.profile(name)).toMatchObject({ roles: [], tags: {} });
    expect((await iam.role(name))?.description).toBe('declared');
  });

  it('which the manifest adopts, but it does not exist: NotFound, and none is made', async ({
    roles,
    iam,
  }) => {
    const name = roles.name('web');
    await roles.start();
    await roles.apply(name, { ...spec, adopt: name });
    await roles.waitBlocked(name, 'NotFound');
    expect(await iam.role(name)).toBeUndefined();
    expect(await roles.writes()).toEqual([]);
  });
});

describe('an adopted role is in an instance profile', () => {
  it('of which the manifest says nothing: instances go on using it, and deletion stops at it', async ({
    roles,
    iam,
  }) => {
    const [name, nodes] = [roles.name('web'), roles.name('nodes')];
    await iam.create(name);
    await iam.createProfile(nodes);
    await iam.addToProfile(nodes, name);
    await roles.start();
    await roles.apply(name, { ...spec, adopt: name, deletionPolicy: 'Delete' });
    await roles.waitReady(name);
    expect(await iam.profile(nodes)).toMatchObject({ roles: [name], tags: {} });
    await roles.delete(name);
    expect((await roles.waitBlocked(name, 'Conflict')).message).toContain(nodes);
    expect(await iam.profile(nodes)).toMatchObject({ roles: [name] });
    await iam.removeFromProfile(nodes, name);
    await iam.deleteProfile(nodes);
    await roles.lookNow(name).catch(() => undefined);
    await roles.waitGone(name);
    expect(await iam.role(name)).toBeUndefined();
  });

  it('which the manifest names: it is taken over', async ({ roles, iam }) => {
    const [name, nodes] = [roles.name('web'), roles.name('nodes')];
    await iam.create(name);
    await iam.createProfile(nodes);
    await iam.addToProfile(nodes, name);
    await roles.start();
    await roles.apply(name, {
      ...spec,
      adopt: name,
      deletionPolicy: 'Delete',
      instanceProfile: { name: nodes },
    });
    const { metadata } = await roles.waitReady(name);
    expect((await iam.profile(nodes))?.tags['mooring.dev/uid']).toBe(metadata.uid);
    await roles.deleteAndWait(name);
    expect(await iam.profile(nodes)).toBeUndefined();
  });
});

describe('Observe', () => {
  it('shows the drift and changes nothing, nor does deleting the object', async ({ roles, iam }) => {
    const name = roles.name('web');
    await iam.create(name, {}, trustOf({ Service: 'lambda.amazonaws.com' }));
    const before = await iam.role(name);
    await roles.start();
    await roles.apply(name, { ...spec, adopt: name, managementPolicy: 'Observe' });
    const { status } = await roles.waitReady(name);
    expect(status?.drift?.map(({ call, field }) => [call, field])).toEqual([
      ['iam:TagRole', 'tags'],
      ['iam:UpdateAssumeRolePolicy', 'trust'],
      ['iam:UpdateRole', 'description'],
      ['iam:AttachRolePolicy', 'managedPolicies[ReadOnlyAccess]'],
    ]);
    await roles.deleteAndWait(name);
    expect(await iam.role(name)).toEqual(before);
    expect(await roles.writes()).toEqual([]);
  });
});

describe('nothing leaks', () => {
  it('a cluster rebuilt from Git finds the role and its profile, and makes nothing', async ({
    roles,
    iam,
  }) => {
    const name = roles.name('web');
    await roles.start();
    await roles.apply(name, { ...spec, instanceProfile: {} });
    const { status } = await roles.waitReady(name);
    await roles.annotate(name, { 'mooring.dev/paused': 'true' });
    await roles.forget(name);
    const before = await roles.mark();
    const { metadata } = await roles.apply(name, { ...spec, instanceProfile: {} });
    const again = await roles.waitReady(name);
    expect(again.status?.roleId).toBe(status?.roleId);
    expect(await roles.writes(before)).toEqual(['TagRole', 'TagInstanceProfile']);
    expect((await iam.role(name))?.tags['mooring.dev/uid']).toBe(metadata.uid);
    expect((await iam.profile(name))?.tags['mooring.dev/uid']).toBe(metadata.uid);
  });

  it('a rebuilt cluster first only looks: it takes the role over once it may', async ({ roles, iam }) => {
    const name = roles.name('web');
    const first = await roles.start();
    await roles.apply(name, spec);
    const { status } = await roles.waitReady(name);
    await first.stop();
    await roles.forget(name);
    const before = await roles.mark();
    const looking = await roles.start(['--read-only']);
    const { metadata } = await roles.apply(name, spec);
    await roles.waitBlocked(name, 'ReadOnly');
    const shown = (await roles.get(name)).status;
    expect(shown).toMatchObject({ arn: status?.arn, drift: [{ call: 'iam:TagRole' }] });
    await looking.stop();
    await roles.start();
    expect((await roles.waitReady(name)).status?.roleId).toBe(status?.roleId);
    expect(await roles.writes(before)).toEqual(['TagRole']);
    expect((await iam.role(name))?.tags['mooring.dev/uid']).toBe(metadata.uid);
  });

  it('a rebuilt cluster may not tag at first: it takes the role over once it may', async ({
    bed,
    roles,
    iam,
  }) => {
    const name = roles.name('web');
    const first = await roles.start();
    await roles.apply(name, spec);
    const { status } = await roles.waitReady(name);
    await first.stop();
    await roles.forget(name);
    const denied = { error: { code: 'AccessDenied', message: 'not authorized to perform: iam:TagRole' } };
    await bed.inject(denied, { operation: 'TagRole', where: { RoleName: name }, times: 1 });
    await roles.start();
    const { metadata } = await roles.apply(name, spec);
    await roles.waitBlocked(name, 'AccessDenied');
    await roles.lookNow(name);
    expect((await roles.waitReady(name)).status?.roleId).toBe(status?.roleId);
    expect((await iam.role(name))?.tags['mooring.dev/uid']).toBe(metadata.uid);
  });

  it('the reply to CreateRole is lost: it is found and used, and made once', async ({ bed, roles, iam }) => {
    const name = roles.name('web');
    await bed.inject({ cut: 'after' }, { operation: 'CreateRole', where: { RoleName: name }, times: 1 });
    await roles.start();
    await roles.apply(name, spec);
    await roles.waitReady(name);
    expect((await roles.writes()).filter((operation) => operation === 'CreateRole')).toHaveLength(1);
    expect((await iam.role(name))?.attached).toHaveLength(1);
  });

  it('the replies to the profile’s two calls are lost: it is found, and the role put in it once', async ({
    bed,
    roles,
    iam,
  }) => {
    const name = roles.name('web');
    for (const operation of ['CreateInstanceProfile', 'AddRoleToInstanceProfile'])
      await bed.inject({ cut: 'after' }, { operation, where: { InstanceProfileName: name }, times: 1 });
    await roles.start();
    await roles.apply(name, { ...spec, instanceProfile: {} });
    await roles.waitReady(name);
    expect(await iam.profile(name)).toMatchObject({ roles: [name] });
    const profile = (await roles.writes()).filter((operation) => operation.endsWith('InstanceProfile'));
    expect(profile).toEqual(['CreateInstanceProfile', 'AddRoleToInstanceProfile']);
  });

  it('AWS hides the new role for a while: nothing is made twice', async ({ bed, roles }) => {
    const name = roles.name('web');
    await bed.inject({ delayVisibilityMs: 800 }, { operation: 'CreateRole', where: { RoleName: name } });
    await roles.start();
    await roles.apply(name, spec);
    const { status } = await roles.waitReady(name);
    expect(status?.roleId).toMatch(/^AROA/);
    expect((await roles.writes()).filter((operation) => operation === 'CreateRole')).toHaveLength(1);
  });
});

describe('a principal that does not exist yet', () => {
  it('is waited for, not failed', async ({ roles, iam }) => {
    const name = roles.name('web');
    const friend = roles.name('friend');
    await roles.start();
    const arn = `arn:aws:iam::123456789012:role/${friend}`;
    await roles.apply(name, { trust: [{ aws: { principals: [arn] } }] });
    await roles.waitBlocked(name, 'DependencyNotReady');
    await iam.create(friend);
    await roles.lookNow(name);
    await roles.waitReady(name);
    await iam.delete(friend);
  });

  it('or was deleted: what is left of it is told, while there is no other in its place', async ({
    roles,
    iam,
  }) => {
    const name = roles.name('web');
    const friend = roles.name('friend');
    await iam.create(friend);
    const gone = (await iam.role(friend))?.id ?? '';
    await roles.start();
    await roles.apply(name, {
      trust: [{ aws: { principals: [`arn:aws:iam::123456789012:role/${friend}`] } }],
    });
    await roles.waitReady(name);
    await iam.delete(friend);
    await roles.lookNow(name);
    const { message } = await roles.waitBlocked(name, 'DependencyNotReady');
    expect(message).toContain(`${gone} is all that is left of a deleted user or role`);
    expect(message).toContain('Invalid principal');
  });
});
