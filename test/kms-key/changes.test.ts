import { RotateKeyOnDemandCommand } from '@aws-sdk/client-kms';
import { describe, expect } from 'vitest';
import { managing, onKeyBed } from '../support/kms-key.ts';

const it = onKeyBed('me-south-1');

describe('its manifest changes', () => {
  it('in everything that can: one call each', async ({ bed, keys, kms }) => {
    await bed.start(managing);
    const [one, two] = [`alias/${bed.namespace}/one`, `alias/${bed.namespace}/two`];
    await keys.apply('app', {
      description: 'first',
      aliases: [one],
      tags: { team: 'app', stage: 'dev' },
      rotation: { periodDays: 365 },
      access: {},
    });
    const { status } = await keys.waitReady('app');
    const keyId = status?.keyId ?? '';
    const before = await bed.mark();
    await keys.apply('app', {
      description: 'second',
      aliases: [two],
      tags: { stage: 'prod' },
      rotation: { periodDays: 90 },
      access: { administrators: [{ arn: 'arn:aws:iam::123456789012:role/admin' }] },
    });
    await keys.waitReady('app');

    expect((await bed.writes(before)).sort()).toEqual([
      'CreateAlias',
      'DeleteAlias',
      'EnableKeyRotation',
      'PutKeyPolicy',
      'TagResource',
      'UntagResource',
      'UpdateKeyDescription',
    ]);
    expect(await kms.describe(keyId)).toMatchObject({ Description: 'second', KeyState: 'Enabled' });
    expect(await kms.aliases(keyId)).toEqual([two]);
    expect(await kms.rotation(keyId)).toEqual({ enabled: true, days: 90 });
    expect(await kms.tags(keyId)).toMatchObject({ stage: 'prod' });
    expect(await kms.tags(keyId)).not.toHaveProperty('team');
    expect((await kms.policy(keyId)).Statement.map(({ Sid }) => Sid)).toEqual([
      'Enable IAM User Permissions',
      'Allow access for Key Administrators',
    ]);
  });

  it('to disabled and back, and to no rotation', async ({ bed, keys, kms }) => {
    await bed.start(managing);
    await keys.apply('app', { rotation: {} });
    const { status } = await keys.waitReady('app');
    const keyId = status?.keyId ?? '';
    await keys.apply('app', { enabled: false, rotation: { enabled: false } });
    expect((await keys.waitReady('app')).status?.keyState).toBe('Disabled');
    expect(await kms.rotation(keyId)).toMatchObject({ enabled: false });

    await keys.apply('app', { enabled: false, rotation: {} });
    expect((await keys.waitBlocked('app', 'InvalidSpec')).message).toContain('set spec.enabled to true');
    await keys.apply('app', { rotation: {} });
    await keys.waitReady('app');
    expect((await bed.writes()).slice(2)).toEqual([
      'DisableKeyRotation',
      'DisableKey',
      'EnableKey',
      'EnableKeyRotation',
    ]);
  });

  it('to a policy of its own, and one that means the same is left as it is', async ({ bed, keys, kms }) => {
    await bed.start(managing);
    const statement = {
      Sid: 'Root',
      Effect: 'Allow',
      Principal: { AWS: '123456789012' },
      Action: ['kms:*'],
      Resource: '*',
    };
    await keys.apply('app', { policy: { Version: '2012-10-17', Statement: [statement] } });
    const { status } = await keys.waitReady('app');
    const keyId = status?.keyId ?? '';
    const before = await bed.mark();
    await kms.putPolicy(keyId, {
      Version: '2012-10-17',
      Statement: { ...statement, Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*' },
    });
    await keys.lookNow('app');
    expect(await bed.writes(before)).toEqual([]);
    await keys.apply('app', {
      policy: { Version: '2012-10-17', Statement: [{ ...statement, Sid: 'Account' }] },
    });
    await keys.waitReady('app');
    expect(await bed.writes(before)).toEqual(['PutKeyPolicy']);
  });
});

describe('its policy comes to name a principal that AWS does not know yet', () => {
  it('it is asked again, and not failed', async ({ bed, keys, kms }) => {
    await bed.start(managing);
    await keys.apply('app', { access: {} });
    const { status } = await keys.waitReady('app');
    const message = 'Policy contains a statement with one or more invalid principals.';
    const rule = await bed.inject(
      { error: { code: 'MalformedPolicyDocumentException', message } },
      { operation: 'PutKeyPolicy' },
    );
    const arn = 'arn:aws:iam::123456789012:role/new';
    await keys.apply('app', { access: { users: [{ arn }] }, description: 'new' });
    expect((await keys.waitBlocked('app', 'DependencyNotReady')).message).toContain('invalid principals');
    // What has nothing to do with the policy goes on.
    expect((await kms.describe(status?.keyId ?? '')).Description).toBe('new');
    await bed.proxy.remove(rule);
    await keys.waitReady('app');
    expect(JSON.stringify(await kms.policy(status?.keyId ?? ''))).toContain(arn);
  });
});

describe('it asks for a rotation', () => {
  it('once a token, and counts them; what the key began with rotates nothing', async ({ bed, keys, kms }) => {
    await bed.start(managing);
    await keys.apply('app', { rotateNow: 'first' });
    const { status } = await keys.waitReady('app');
    const keyId = status?.keyId ?? '';
    expect(status?.rotation?.lastToken).toBe('first');
    expect(await kms.onDemandRotations(keyId)).toBe(0);

    await keys.apply('app', { rotateNow: 'second' });
    const { status: after } = await keys.waitReady('app');
    expect(after?.rotation).toMatchObject({ lastToken: 'second', onDemandCount: 1 });
    expect(after?.rotation).not.toHaveProperty('attempt');
    await keys.lookNow('app');
    expect(await kms.onDemandRotations(keyId)).toBe(1);
  });

  it('and the reply is lost: AWS shows that it was made, and it is not asked for again', async ({
    bed,
    keys,
    kms,
  }) => {
    await bed.start(managing);
    await keys.apply('app');
    const { status } = await keys.waitReady('app');
    const rule = await bed.inject({ cut: 'after' }, { operation: 'RotateKeyOnDemand' });
    await keys.apply('app', { rotateNow: 'now' });
    const { status: after } = await keys.waitReady('app');
    await bed.proxy.remove(rule);
    expect(after?.rotation).toMatchObject({ lastToken: 'now', onDemandCount: 1 });
    expect(await kms.onDemandRotations(status?.keyId ?? '')).toBe(1);
    expect(await bed.calls('RotateKeyOnDemand')).toHaveLength(1);
  });

  it('and the request is lost: it waits until AWS would show it, and asks again', async ({
    bed,
    keys,
    kms,
  }) => {
    await bed.start(managing);
    await keys.apply('app');
    const { status } = await keys.waitReady('app');
    const rule = await bed.inject({ cut: 'before' }, { operation: 'RotateKeyOnDemand' });
    await keys.apply('app', { rotateNow: 'now' });
    await keys.waitFor('app', (key) => key.status?.rotation?.attempt?.token === 'now');
    await bed.proxy.remove(rule);
    await keys.waitReady('app');
    expect(await kms.onDemandRotations(status?.keyId ?? '')).toBe(1);
  });

  it('while another is under way: it follows that one, whose end is not taken for it', async ({
    bed,
    keys,
    kms,
  }) => {
    await bed.start(managing);
    await keys.apply('app');
    const { status } = await keys.waitReady('app');
    const keyId = status?.keyId ?? '';
    const rule = await bed.inject(
      { error: { code: 'ConflictException', message: 'a rotation is in progress' } },
      { operation: 'RotateKeyOnDemand' },
    );
    await keys.apply('app', { rotateNow: 'now' });
    expect((await keys.waitBlocked('app', 'Pending')).message).toContain('under way');
    expect((await keys.get('app')).status?.rotation).not.toHaveProperty('attempt');
    await bed.proxy.remove(rule);
    await kms.client.send(new RotateKeyOnDemandCommand({ KeyId: keyId }));
    await keys.lookNow('app');
    expect((await keys.waitReady('app')).status?.rotation).toMatchObject({
      lastToken: 'now',
      onDemandCount: 2,
    });
  });

  it('once too often: it says so, and asks no more', async ({ bed, keys }) => {
    await bed.start(managing);
    await keys.apply('app');
    await keys.waitReady('app');
    await bed.inject(
      { error: { code: 'LimitExceededException', message: 'no more' } },
      { operation: 'RotateKeyOnDemand' },
    );
    await keys.apply('app', { rotateNow: 'now' });
    expect((await keys.waitBlocked('app', 'QuotaExceeded')).message).toContain('25 times');
    expect(await bed.calls('RotateKeyOnDemand')).toHaveLength(1);
  });
});
