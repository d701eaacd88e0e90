import { describe, expect } from 'vitest';
import { managing, onKeyBed } from '../support/kms-key.ts';

const it = onKeyBed('me-central-1');

const root = { Sid: 'Enable IAM User Permissions', Principal: { AWS: 'arn:aws:iam::123456789012:root' } };

describe('a KMSKey is applied', () => {
  it('with an alias and rotation: three calls and one look-up, all that is ours in the first', async ({
    bed,
    keys,
    kms,
  }) => {
    await bed.start([...managing, '--default-tag', 'owner=platform']);
    const { metadata } = await keys.apply('app', {
      description: 'what the app encrypts with',
      aliases: [`alias/${bed.namespace}`],
      rotation: { periodDays: 180 },
      access: { externalAccounts: ['210987654321'] },
      tags: { team: 'app' },
    });
    const { status } = await keys.waitReady('app');

    const keyId = status?.keyId ?? '';
    expect(await bed.writes()).toEqual(['CreateKey', 'CreateAlias', 'EnableKeyRotation']);
    expect(
      (await bed.calls()).map(({ operation }) => operation).filter((name) => name !== 'GetCallerIdentity'),
    ).toEqual(['GetResources', ...(await bed.writes())]);
    expect(await kms.ownKeys()).toEqual([keyId]);
    expect(await kms.tags(keyId)).toEqual({
      'mooring.dev/cluster': bed.namespace,
      'mooring.dev/id': `KMSKey/${bed.namespace}/app`,
      'mooring.dev/role': 'primary',
      'mooring.dev/uid': metadata.uid,
      'mooring.dev/creation': status?.creation?.token,
      owner: 'platform',
      team: 'app',
    });
    expect(await kms.rotation(keyId)).toEqual({ enabled: true, days: 180 });
    expect(await kms.aliases(keyId)).toEqual([`alias/${bed.namespace}`]);
    expect((await kms.policy(keyId)).Statement).toMatchObject([
      root,
      { Sid: 'Allow use of the key' },
      { Sid: 'Allow attachment of persistent resources' },
    ]);
    expect(status).toMatchObject({
      keyId,
      arn: `arn:aws:kms:${bed.region}:123456789012:key/${keyId}`,
      keyState: 'Enabled',
      aliases: [`alias/${bed.namespace}`],
      rotation: { enabled: true, periodDays: 180 },
      managedTags: ['owner', 'team'],
    });
  });

  it('and what was folded is what is seen: the next look calls nothing and changes only the next date', async ({
    bed,
    keys,
  }) => {
    await bed.start(managing);
    await keys.apply('app', { aliases: [`alias/${bed.namespace}`], rotation: {}, access: {} });
    const { status: made } = await keys.waitReady('app');
    const before = await bed.mark();
    const { status: seen } = await keys.lookNow('app');
    expect(await bed.writes(before)).toEqual([]);
    expect(seen).toMatchObject({
      ...made,
      lastSyncTime: expect.anything(),
      lastHandledReconcileAt: expect.anything(),
    });
    expect(seen?.rotation?.nextDate).toMatch(/^20/);
  });

  it('disabled, with rotation: that is set first, for it cannot be after', async ({ bed, keys, kms }) => {
    await bed.start(managing);
    await keys.apply('app', { enabled: false, rotation: {} });
    const { status } = await keys.waitReady('app');
    expect(await bed.writes()).toEqual(['CreateKey', 'EnableKeyRotation', 'DisableKey']);
    expect((await kms.describe(status?.keyId ?? '')).KeyState).toBe('Disabled');
  });

  it('for material of its own: it says that the material is to be imported', async ({ bed, keys }) => {
    await bed.start(managing);
    await keys.apply('app', { origin: 'EXTERNAL' });
    const { status } = await keys.waitReady('app');
    expect(status?.keyState).toBe('PendingImport');
    expect(status?.conditions).toContainEqual(
      expect.objectContaining({
        type: 'PendingImport',
        status: 'True',
        message: expect.stringContaining('imported'),
      }),
    );
  });

  it('whose policy names a principal that AWS does not know yet: it is retried, and then made once', async ({
    bed,
    keys,
    kms,
  }) => {
    await bed.start(managing);
    const rule = await bed.inject(
      {
        error: {
          code: 'MalformedPolicyDocumentException',
          message: 'Policy contains a statement with one or more invalid principals.',
        },
      },
      { operation: 'CreateKey' },
    );
    await keys.apply('app', { access: { users: [{ arn: 'arn:aws:iam::123456789012:role/new' }] } });
    expect((await keys.waitBlocked('app', 'DependencyNotReady')).message).toContain('invalid principals');
    await bed.proxy.remove(rule);
    await keys.waitReady('app');
    expect(await kms.ownKeys()).toHaveLength(1);
  });

  it('and a part of AWS does not know the key yet: it goes on when it does, and nobody is warned', async ({
    bed,
    keys,
  }) => {
    await bed.start(managing);
    const rule = await bed.inject(
      { error: { code: 'NotFoundException', message: 'does not exist' } },
      { operation: 'CreateAlias' },
    );
    await keys.apply('app', { aliases: [`alias/${bed.namespace}`], rotation: {} });
    expect((await keys.waitBlocked('app', 'Pending')).message).toContain('everywhere');
    await bed.proxy.remove(rule);
    await keys.waitReady('app');
    expect(await bed.calls('CreateKey')).toHaveLength(1);
    expect((await bed.kube.events('app')).filter(({ type }) => type === 'Warning')).toEqual([]);
  });
});
