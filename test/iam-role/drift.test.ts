import { describe, expect } from 'vitest';
import { onRoleBed } from '../support/iam-role.ts';
import { trustOf } from '../support/iam-user.ts';

const it = onRoleBed();

const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const lambda = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
const allow = (...actions: string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
});
const spec = {
  description: 'declared',
  maxSessionDuration: '2h',
  permissionsBoundary: readOnly,
  trust: [{ service: ['ec2.amazonaws.com'] }],
  managedPolicies: ['ReadOnlyAccess'],
  inlinePolicies: { s3: allow('s3:GetObject') },
  tags: { team: 'web' },
  instanceProfile: {},
};

describe('somebody changes in AWS', () => {
  it('each thing in turn: it is set right, with the one call it takes', async ({ bed, roles, iam }) => {
    const name = roles.name('web');
    await roles.start();
    await roles.apply(name, spec);
    await roles.waitReady(name);
    const declared = await iam.role(name);
    const profile = await iam.profile(name);
    const drifts: [string, () => Promise<unknown>, string[]][] = [
      ['trust', () => iam.trust(name, trustOf({ AWS: '*' })), ['UpdateAssumeRolePolicy']],
      ['description', () => iam.update(name, 'theirs', 7_200), ['UpdateRole']],
      ['session', () => iam.update(name, 'declared', 3_600), ['UpdateRole']],
      ['boundary', () => iam.bound(name, lambda), ['PutRolePermissionsBoundary']],
      ['no boundary', () => iam.unbound(name), ['PutRolePermissionsBoundary']],
      ['attached', () => iam.attach(name, lambda), ['DetachRolePolicy']],
      ['detached', () => iam.detach(name, readOnly), ['AttachRolePolicy']],
      ['inline', () => iam.put(name, 's3', allow('*')), ['PutRolePolicy']],
      ['inline added', () => iam.put(name, 'theirs', allow('*')), ['DeleteRolePolicy']],
      ['inline gone', () => iam.drop(name, 's3'), ['PutRolePolicy']],
      ['tag', () => iam.tag(name, { team: 'theirs' }), ['TagRole']],
      ['tag in another case', () => iam.tag(name, { TEAM: 'theirs' }), ['TagRole']],
      ['tags gone', () => iam.untag(name, 'team', 'mooring.dev/cluster', 'mooring.dev/uid'), ['TagRole']],
      ['out of the profile', () => iam.removeFromProfile(name, name), ['AddRoleToInstanceProfile']],
      [
        'profile gone',
        async () => {
          await iam.removeFromProfile(name, name);
          await iam.deleteProfile(name);
        },
        ['CreateInstanceProfile', 'AddRoleToInstanceProfile'],
      ],
    ];
    for (const [what, drift, calls] of drifts) {
      // A generation of its own: three repairs of one field in one are taken for a fight.
      await roles.apply(name, { ...spec, tags: { ...spec.tags, drift: what } });
      await roles.waitReady(name);
      await drift();
      const before = await roles.mark();
      await roles.lookNow(name);
      await roles.waitReady(name);
      expect(await roles.writes(before), what).toEqual(calls);
    }
    await roles.apply(name, spec);
    await roles.waitReady(name);
    expect(await iam.role(name)).toEqual(declared);
    expect(await iam.profile(name)).toEqual(profile);
    const { note } = await bed.kube.waitEvent(name, 'UpdateAssumeRolePolicy');
    expect(note).toContain('principal AWS * removed');
  });

  it('what it says in other words, and nothing is called', async ({ roles, iam }) => {
    const name = roles.name('web');
    await roles.start();
    await roles.apply(name, {
      trust: [{ aws: { accounts: ['111122223333'], externalId: 'acme-1' } }],
      inlinePolicies: { s3: allow('s3:GetObject', 's3:PutObject') },
    });
    await roles.waitReady(name);
    await iam.trust(name, {
      Statement: {
        Action: ['sts:AssumeRole'],
        Condition: { StringEquals: { 'STS:externalid': ['acme-1'] } },
        Principal: { AWS: ['111122223333'] },
        Effect: 'Allow',
      },
      Version: '2012-10-17',
    });
    await iam.put(name, 's3', {
      Statement: { Resource: ['*'], Effect: 'Allow', Action: ['s3:putobject', 's3:getobject'] },
      Version: '2012-10-17',
    });
    const before = await roles.mark();
    await roles.lookNow(name);
    await roles.waitReady(name);
    expect(await roles.writes(before)).toEqual([]);
  });

  it('policies the manifest leaves to others: they stay, and ours goes when the manifest drops it', async ({
    roles,
    iam,
  }) => {
    const name = roles.name('web');
    await roles.start();
    const shared = { trust: spec.trust, exclusive: false };
    await roles.apply(name, {
      ...shared,
      managedPolicies: ['ReadOnlyAccess'],
      inlinePolicies: { s3: allow('s3:*') },
    });
    await roles.waitReady(name);
    await iam.attach(name, lambda);
    await iam.put(name, 'theirs', allow('sqs:*'));
    const before = await roles.mark();
    await roles.lookNow(name);
    expect(await roles.writes(before)).toEqual([]);
    await roles.apply(name, shared);
    await roles.waitReady(name);
    expect(await iam.role(name)).toMatchObject({ attached: [lambda], inline: { theirs: allow('sqs:*') } });
    expect((await iam.role(name))?.inline).not.toHaveProperty('s3');
    await roles.deleteAndWait(name);
    expect(await iam.role(name)).toBeUndefined();
  });

  it('anything, and nobody says so: the sweep finds it, in two calls for all', async ({
    bed,
    roles,
    iam,
  }) => {
    await roles.start(['--resync', '10s']);
    const names = ['a', 'b', 'c'].map(roles.name);
    for (const name of names) await roles.apply(name, spec);
    for (const name of names) await roles.waitReady(name);
    const [, second = ''] = names;
    await iam.update(second, 'theirs', 3_600);
    const drifted = await roles.mark();
    await expect.poll(async () => (await iam.role(second))?.description).toBe('declared');
    await roles.waitReady(second);
    expect(await roles.writes(drifted)).toEqual(['UpdateRole']);
    // Of the ones that did not differ, nothing is asked by itself.
    const asked = (await bed.proxy.calls({ service: 'iam' })).filter(
      ({ id, input, accessKey }) => id > drifted && accessKey !== 'person' && input.RoleName === names[0],
    );
    expect(asked).toEqual([]);
  });
});

describe('what the trust policy names is deleted', () => {
  it('the id that is left is reported and replaced as soon as somebody of that name exists', async ({
    roles,
    iam,
  }) => {
    const name = roles.name('web');
    const friend = roles.name('friend');
    await iam.create(friend);
    const { arn = '', id: gone = '' } = (await iam.role(friend)) ?? {};
    await roles.start();
    await roles.apply(name, { trust: [{ aws: { principals: [arn] } }] });
    await roles.waitReady(name);
    await iam.delete(friend);
    expect((await iam.role(name))?.trust).toMatchObject({
      Statement: [{ Principal: { AWS: [gone] } }],
    });

    await roles.lookNow(name);
    expect((await roles.waitBlocked(name, 'DependencyNotReady')).message).toContain(
      `Invalid principal in policy: "AWS":"${arn}"`,
    );
    await iam.create(friend);
    await roles.lookNow(name);
    await roles.waitReady(name);
    expect((await iam.role(name))?.trust).toMatchObject({ Statement: [{ Principal: { AWS: [arn] } }] });
    const event = await roles.waitEvent(name, 'PrincipalDeleted');
    expect(event.type).toBe('Warning');
    expect(event.note).toContain(`${gone} is all that is left of a deleted user or role`);
    await iam.delete(friend);
  });
});

describe('somebody deletes the role', () => {
  it('it is made anew, and a Warning says that its id changed', async ({ roles, iam }) => {
    const name = roles.name('web');
    await roles.start();
    await roles.apply(name, { ...spec, instanceProfile: { enabled: false } });
    const { status: first } = await roles.waitReady(name);
    await iam.detach(name, readOnly);
    await iam.drop(name, 's3');
    await iam.delete(name);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await roles.lookNow(name);
    const { status: second } = await roles.waitReady(name);
    expect(second?.roleId).not.toBe(first?.roleId);
    expect(await iam.role(name)).toMatchObject({ id: second?.roleId, attached: [readOnly] });
    const event = await roles.waitEvent(name, 'RoleReplaced');
    expect(event.type).toBe('Warning');
    expect(event.note).toContain(`${first?.roleId}`);
  });
});
