import { EnableKeyRotationCommand } from '@aws-sdk/client-kms';
import { describe, expect } from 'vitest';
import { managing, onKeyBed } from '../support/kms-key.ts';

const it = onKeyBed('af-south-1');

describe('somebody changes in AWS', () => {
  it('everything at once: all of it is set right', async ({ bed, keys, kms }) => {
    await bed.start(managing);
    const alias = `alias/${bed.namespace}`;
    await keys.apply('app', {
      description: 'ours',
      aliases: [alias],
      tags: { team: 'app' },
      rotation: { periodDays: 100 },
      access: { users: [{ arn: 'arn:aws:iam::123456789012:role/app' }] },
    });
    const { status } = await keys.waitReady('app');
    const keyId = status?.keyId ?? '';
    const seen = async () => ({
      key: await kms.describe(keyId),
      tags: await kms.tags(keyId),
      aliases: await kms.aliases(keyId),
      rotation: await kms.rotation(keyId),
      policy: await kms.policy(keyId),
    });
    const before = await seen();

    await kms.rename(keyId, 'theirs');
    await kms.tag(keyId, { team: 'another' });
    await kms.untag(keyId, 'mooring.dev/cluster', 'mooring.dev/uid');
    await kms.deleteAlias(alias);
    await kms.disableRotation(keyId);
    const { Statement } = await kms.policy(keyId);
    await kms.putPolicy(keyId, { Version: '2012-10-17', Statement: Statement.slice(0, 1) });
    await kms.disable(keyId);
    const drifted = await bed.mark();
    await keys.lookNow('app');
    await keys.waitReady('app');

    expect(await seen()).toEqual(before);
    expect((await bed.writes(drifted)).sort()).toEqual([
      'CreateAlias',
      'EnableKey',
      'EnableKeyRotation',
      'PutKeyPolicy',
      'TagResource',
      'UpdateKeyDescription',
    ]);
  });

  it('the period of rotation: it is set right', async ({ bed, keys, kms }) => {
    await bed.start(managing);
    await keys.apply('app', { rotation: { periodDays: 100 } });
    const { status } = await keys.waitReady('app');
    const keyId = status?.keyId ?? '';
    await kms.client.send(new EnableKeyRotationCommand({ KeyId: keyId, RotationPeriodInDays: 2_000 }));
    const drifted = await bed.mark();
    await keys.lookNow('app');
    expect(await kms.rotation(keyId)).toEqual({ enabled: true, days: 100 });
    expect(await bed.writes(drifted)).toEqual(['EnableKeyRotation']);
  });

  it('five aliases at once: they are one repair, and no fight', async ({ bed, keys, kms }) => {
    await bed.start(managing);
    const aliases = ['a', 'b', 'c', 'd', 'e'].map((name) => `alias/${bed.namespace}/${name}`);
    await keys.apply('app', { aliases });
    const { status } = await keys.waitReady('app');
    const keyId = status?.keyId ?? '';
    for (let times = 0; times < 2; times++) {
      for (const alias of aliases) await kms.deleteAlias(alias);
      await keys.lookNow('app');
      await keys.waitReady('app');
      expect(await kms.aliases(keyId)).toEqual(aliases);
    }
  });

  it('an alias of their own onto it, and a tag: they are left', async ({ bed, keys, kms }) => {
    await bed.start(managing);
    await keys.apply('app', { aliases: [`alias/${bed.namespace}`] });
    const { status } = await keys.waitReady('app');
    const keyId = status?.keyId ?? '';
    await kms.createAlias(`alias/${bed.namespace}/theirs`, keyId);
    await kms.tag(keyId, { costs: '4711' });
    const before = await bed.mark();
    const { status: after } = await keys.lookNow('app');
    expect(await bed.writes(before)).toEqual([]);
    expect(after?.aliases).toEqual([`alias/${bed.namespace}`]);
  });

  it('and a principal of the policy is deleted: its id is told, and the policy set right', async ({
    bed,
    keys,
    kms,
  }) => {
    await bed.start(managing);
    await keys.apply('app', { access: { users: [{ arn: 'arn:aws:iam::123456789012:role/app' }] } });
    const { status } = await keys.waitReady('app');
    const keyId = status?.keyId ?? '';
    const policy = await kms.policy(keyId);
    const text = JSON.stringify(policy).replaceAll(
      'arn:aws:iam::123456789012:role/app',
      'AROAEXAMPLEEXAMPLE12',
    );
    await kms.putPolicy(keyId, JSON.parse(text));
    await keys.lookNow('app');
    expect(await kms.policy(keyId)).toEqual(policy);
    expect((await bed.kube.events('app')).map(({ note }) => note).join()).toContain(
      'the id of a deleted user or role',
    );
  });

  it('the sweep finds it, at no more than three calls a key', async ({ bed, keys, kms }) => {
    const names = ['a', 'b', 'c', 'd'];
    const first = await bed.start(managing);
    for (const name of names)
      await keys.apply(name, { aliases: [`alias/${bed.namespace}/${name}`], rotation: {} });
    for (const name of names) await keys.waitReady(name);
    // The next date of rotation is not in the answer to the call that sets it.
    for (const name of names) await keys.lookNow(name);
    await first.stop();

    // The first thing an operator does is a sweep.
    const quiet = await bed.mark();
    const second = await bed.start(managing);
    await expect.poll(async () => (await bed.calls('GetKeyRotationStatus', quiet)).length).toBe(names.length);
    await second.stop();
    const calls = (await bed.calls(undefined, quiet)).map(({ operation }) => operation);
    const each = ['DescribeKey', 'GetKeyPolicy', 'GetKeyRotationStatus'].flatMap((call) =>
      names.map(() => call),
    );
    expect(calls.filter((call) => call !== 'GetCallerIdentity').sort()).toEqual(
      [...each, 'GetResources', 'ListAliases'].sort(),
    );

    const { status } = await keys.get('b');
    await kms.rename(status?.keyId ?? '', 'theirs');
    await kms.deleteAlias(`alias/${bed.namespace}/b`);
    const drifted = await bed.mark();
    await bed.start(managing);
    await expect.poll(() => kms.aliases(status?.keyId ?? '')).toEqual([`alias/${bed.namespace}/b`]);
    expect(await bed.writes(drifted)).toEqual(['CreateAlias']);
  });
});

describe('somebody schedules its deletion', () => {
  it('while the manifest lives: it is cancelled, the key enabled, and a Warning says so', async ({
    bed,
    keys,
    kms,
  }) => {
    await bed.start(managing);
    await keys.apply('app', { rotation: {} });
    const { status } = await keys.waitReady('app');
    const keyId = status?.keyId ?? '';
    await kms.scheduleDeletion(keyId);
    await keys.lookNow('app');
    expect((await kms.describe(keyId)).KeyState).toBe('Enabled');
    expect((await bed.writes()).slice(2)).toEqual(['CancelKeyDeletion', 'EnableKey']);
    const event = (await bed.kube.events('app')).find(({ reason }) => reason === 'DeletionCanceled');
    expect(event).toMatchObject({
      type: 'Warning',
      note: `${keyId} was scheduled for deletion while its manifest lives`,
    });
    expect((await keys.waitReady('app')).status).not.toHaveProperty('deletionDate');
  });
});
