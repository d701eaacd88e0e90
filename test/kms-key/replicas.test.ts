import { describe, expect, inject } from 'vitest';
import { managing, onKeyBed } from '../support/kms-key.ts';
import { type KmsUser, kmsUser } from '../support/kms-user.ts';

const there = 'eu-central-2';
const it = onKeyBed('ca-west-1').extend<{ abroad: KmsUser }>({
  abroad: async ({ bed }, use) => {
    const user = kmsUser(inject('awsUrl'), there, bed.namespace);
    await use(user);
    user.close();
  },
});

const manifest = (alias: string) => ({
  multiRegion: true,
  aliases: [alias],
  tags: { team: 'app' },
  access: { externalAccounts: ['210987654321'] },
  replicas: [{ region: there, aliases: [alias], tags: { stage: 'abroad' }, description: 'abroad' }],
});

describe('a multi-Region key', () => {
  it('has its replicas, with names, tags and policy of their own', async ({ bed, keys, kms, abroad }) => {
    await bed.start(managing);
    const alias = `alias/${bed.namespace}`;
    await keys.apply('app', manifest(alias));
    const { status } = await keys.waitReady('app');
    const keyId = status?.keyId ?? '';
    expect(keyId).toMatch(/^mrk-/);
    expect(await abroad.describe(keyId)).toMatchObject({ Description: 'abroad', KeyState: 'Enabled' });
    expect(await abroad.aliases(keyId)).toEqual([alias]);
    expect(await abroad.tags(keyId)).toMatchObject({
      team: 'app',
      stage: 'abroad',
      'mooring.dev/role': 'replica',
    });
    expect(await abroad.policy(keyId)).toEqual(await kms.policy(keyId));
    expect(status?.replicas).toEqual([
      {
        region: there,
        arn: `arn:aws:kms:${there}:123456789012:key/${keyId}`,
        keyState: 'Enabled',
        aliases: [alias],
        managedTags: ['stage', 'team'],
      },
    ]);
    expect(await bed.writes()).toEqual(['CreateKey', 'CreateAlias', 'ReplicateKey']);
  });

  it('whose replica somebody changes: it is set right there', async ({ bed, keys, abroad }) => {
    await bed.start(managing);
    const alias = `alias/${bed.namespace}`;
    await keys.apply('app', manifest(alias));
    const { status } = await keys.waitReady('app');
    const keyId = status?.keyId ?? '';
    const before = { policy: await abroad.policy(keyId), tags: await abroad.tags(keyId) };
    await abroad.rename(keyId, 'theirs');
    await abroad.untag(keyId, 'stage', 'mooring.dev/id');
    await abroad.deleteAlias(alias);
    await abroad.putPolicy(keyId, { Version: '2012-10-17', Statement: before.policy.Statement.slice(0, 1) });
    await abroad.disable(keyId);
    await keys.lookNow('app');
    expect(await abroad.describe(keyId)).toMatchObject({ Description: 'abroad', KeyState: 'Enabled' });
    expect(await abroad.aliases(keyId)).toEqual([alias]);
    expect({ policy: await abroad.policy(keyId), tags: await abroad.tags(keyId) }).toEqual(before);
  });

  it('whose replica has a policy of its own, and is changed in the manifest', async ({
    bed,
    keys,
    kms,
    abroad,
  }) => {
    await bed.start(managing);
    const alias = `alias/${bed.namespace}`;
    const theirs = { externalAccounts: ['444455556666'] };
    const of = (replica: object) => ({ ...manifest(alias), replicas: [{ region: there, ...replica }] });
    await keys.apply('app', of({ access: theirs }));
    const { status } = await keys.waitReady('app');
    const keyId = status?.keyId ?? '';
    expect(JSON.stringify(await abroad.policy(keyId))).toContain('444455556666');
    expect(JSON.stringify(await kms.policy(keyId))).not.toContain('444455556666');

    const before = await bed.mark();
    const own = { Version: '2012-10-17', Statement: (await kms.policy(keyId)).Statement.slice(0, 1) };
    await keys.apply(
      'app',
      of({
        policy: own,
        description: 'two',
        aliases: [`${alias}/two`],
        tags: { stage: 'two' },
        enabled: false,
      }),
    );
    await keys.waitReady('app');
    expect(await abroad.describe(keyId)).toMatchObject({ Description: 'two', KeyState: 'Disabled' });
    expect(await abroad.aliases(keyId)).toEqual([`${alias}/two`]);
    expect(await abroad.tags(keyId)).toMatchObject({ stage: 'two', team: 'app' });
    expect((await abroad.policy(keyId)).Statement).toHaveLength(1);
    expect((await kms.describe(keyId)).KeyState).toBe('Enabled');
    // In the replica's Region, and none in the key's own.
    expect(await bed.writes(before)).toEqual([]);
  });

  it('whose replica AWS refuses for a principal it does not know yet: it is asked again', async ({
    bed,
    keys,
    abroad,
  }) => {
    const message = 'Policy contains a statement with one or more invalid principals.';
    const rule = await bed.inject(
      { error: { code: 'MalformedPolicyDocumentException', message } },
      { operation: 'ReplicateKey' },
    );
    await bed.start(managing);
    await keys.apply('app', manifest(`alias/${bed.namespace}`));
    expect((await keys.waitBlocked('app', 'DependencyNotReady')).message).toContain('invalid principals');
    await bed.proxy.remove(rule);
    const { status } = await keys.waitReady('app');
    expect((await abroad.describe(status?.keyId ?? '')).KeyState).toBe('Enabled');
  });

  it('no longer names a replica: its deletion is scheduled, and cancelled when it does again', async ({
    bed,
    keys,
    abroad,
  }) => {
    await bed.start(managing);
    const alias = `alias/${bed.namespace}`;
    await keys.apply('app', manifest(alias));
    const { status } = await keys.waitReady('app');
    const keyId = status?.keyId ?? '';
    await keys.apply('app', { ...manifest(alias), replicas: [] });
    await keys.waitReady('app');
    expect((await abroad.describe(keyId)).KeyState).toBe('PendingDeletion');
    expect(await abroad.aliases(keyId)).toEqual([]);
    await keys.apply('app', manifest(alias));
    await keys.waitReady('app');
    expect((await abroad.describe(keyId)).KeyState).toBe('Enabled');
    expect(await abroad.aliases(keyId)).toEqual([alias]);
  });

  it('is deleted everywhere at once, and had back everywhere', async ({ bed, keys, kms, abroad }) => {
    await bed.start(managing);
    const alias = `alias/${bed.namespace}`;
    await keys.apply('app', manifest(alias));
    const { status } = await keys.waitReady('app');
    const keyId = status?.keyId ?? '';
    await keys.deleteAndWait('app');
    expect((await abroad.describe(keyId)).KeyState).toBe('PendingDeletion');
    expect((await kms.describe(keyId)).KeyState).toBe('PendingReplicaDeletion');
    expect([await kms.aliases(keyId), await abroad.aliases(keyId)]).toEqual([[], []]);

    await keys.apply('app', manifest(alias));
    expect((await keys.waitReady('app')).status?.keyId).toBe(keyId);
    expect((await abroad.describe(keyId)).KeyState).toBe('Enabled');
    expect((await kms.describe(keyId)).KeyState).toBe('Enabled');
    expect([await kms.aliases(keyId), await abroad.aliases(keyId)]).toEqual([[alias], [alias]]);
  });

  it('is adopted only where its primary is', async ({ bed, keys, kms, abroad }) => {
    const keyId = await abroad.create({ MultiRegion: true });
    const { ReplicateKeyCommand } = await import('@aws-sdk/client-kms');
    await abroad.client.send(new ReplicateKeyCommand({ KeyId: keyId, ReplicaRegion: bed.region }));
    await bed.start(managing);
    await keys.apply('app', { adopt: keyId, multiRegion: true });
    expect((await keys.waitBlocked('app', 'Conflict')).message).toContain(`its primary is in ${there}`);
    expect((await kms.describe(keyId)).MultiRegionConfiguration?.MultiRegionKeyType).toBe('REPLICA');
  });
});
