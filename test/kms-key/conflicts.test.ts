import { describe, expect } from 'vitest';
import { managing, onKeyBed } from '../support/kms-key.ts';

const it = onKeyBed('ap-east-1');

describe('an alias stands for another key', () => {
  it('a Conflict names it, and the alias stays where it is', async ({ bed, keys, kms }) => {
    const alias = `alias/${bed.namespace}`;
    const theirs = await kms.create();
    await kms.createAlias(alias, theirs);
    await bed.start(managing);
    await keys.apply('app', { aliases: [alias] });
    const { message } = await keys.waitBlocked('app', 'Conflict');
    expect(message).toBe(
      `${alias} stands for another key (${theirs}): remove it there, or set spec.takeOver to move it`,
    );
    expect(await kms.aliases(theirs)).toEqual([alias]);
  });

  it('and is moved in one call where the manifest says so', async ({ bed, keys, kms }) => {
    const alias = `alias/${bed.namespace}`;
    const theirs = await kms.create();
    await kms.createAlias(alias, theirs);
    await bed.start(managing);
    await keys.apply('app', { aliases: [alias], takeOver: true });
    const { status } = await keys.waitReady('app');
    expect(await kms.aliases(status?.keyId ?? '')).toEqual([alias]);
    expect(await bed.writes()).toEqual(['CreateKey', 'CreateAlias', 'UpdateAlias']);
  });

  it('of another type: then it is deleted and made anew', async ({ bed, keys, kms }) => {
    const alias = `alias/${bed.namespace}`;
    const theirs = await kms.create({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' });
    await kms.createAlias(alias, theirs);
    await bed.start(managing);
    await keys.apply('app', { aliases: [alias], takeOver: true });
    const { status } = await keys.waitReady('app');
    expect(await kms.aliases(status?.keyId ?? '')).toEqual([alias]);
    expect((await bed.writes()).slice(2)).toEqual(['DeleteAlias', 'CreateAlias']);
  });
});

describe('a key is taken over', () => {
  it('by id, alias or ARN: tagged, set as declared, and kept when the object goes', async ({
    bed,
    keys,
    kms,
  }) => {
    const theirs = await kms.create({
      Description: 'older than its manifest',
      Tags: [{ TagKey: 'costs', TagValue: '1' }],
    });
    const alias = `alias/${bed.namespace}`;
    await kms.createAlias(alias, theirs);
    await bed.start(managing);
    await keys.apply('app', { adopt: alias, tags: { team: 'app' } });
    const { status, metadata } = await keys.waitReady('app');
    expect(status?.keyId).toBe(theirs);
    expect(await kms.tags(theirs)).toMatchObject({
      'mooring.dev/uid': metadata.uid,
      team: 'app',
      costs: '1',
    });
    expect((await kms.describe(theirs)).Description).toBe('older than its manifest');
    expect(await bed.writes()).toEqual(['TagResource']);
    await keys.deleteAndWait('app');
    expect((await kms.describe(theirs)).KeyState).toBe('Enabled');
    expect(await kms.aliases(theirs)).toEqual([alias]);
  });

  it('only if it is of the kind that is declared', async ({ bed, keys, kms }) => {
    const theirs = await kms.create({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' });
    await bed.start(managing);
    await keys.apply('app', { adopt: theirs });
    expect((await keys.waitBlocked('app', 'Conflict')).message).toBe(
      `${theirs} has keySpec RSA_2048, and the manifest says SYMMETRIC_DEFAULT: AWS cannot change that`,
    );
    expect(await bed.writes()).toEqual([]);
  });

  it('by one of two objects that ask for it at the same time', async ({ bed, keys, kms }) => {
    const theirs = await kms.create({});
    await bed.start(managing);
    const rule = await bed.inject({ hold: 'before' }, { operation: 'TagResource', times: 1 });
    await keys.apply('app', { adopt: theirs });
    await bed.proxy.waitHeld(rule);
    // It looks while the first one's tags are on their way, and so sees a key that is nobody's.
    await keys.apply('other', { adopt: theirs });
    await keys.waitBlocked('other', 'Pending');
    await bed.proxy.release(rule);
    const { metadata } = await keys.waitReady('app');
    await keys.waitBlocked('other', 'Conflict');
    expect(await kms.tags(theirs)).toMatchObject({ 'mooring.dev/uid': metadata.uid });
  });

  it('only if it is nobody else’s', async ({ bed, keys, kms }) => {
    await bed.start(managing);
    await keys.apply('app');
    const { status } = await keys.waitReady('app');
    await keys.apply('thief', { adopt: status?.keyId });
    expect((await keys.waitBlocked('thief', 'Conflict')).message).toContain(
      `${status?.keyId} belongs to KMSKey/${bed.namespace}/app of cluster ${bed.namespace}`,
    );
    await keys.deleteAndWait('thief');
    expect((await kms.describe(status?.keyId ?? '')).KeyState).toBe('Enabled');
  });

  it('only if it exists', async ({ bed, keys }) => {
    await bed.start(managing);
    await keys.apply('app', { adopt: '1234abcd-12ab-34cd-56ef-1234567890ab' });
    expect((await keys.waitBlocked('app', 'NotFound')).message).toContain('spec.adopt names 1234abcd');
  });
});

describe('it only observes', () => {
  it('the drift is shown, and nothing changed', async ({ bed, keys, kms }) => {
    const theirs = await kms.create({ Description: 'theirs' });
    await bed.start(managing);
    await keys.apply('app', {
      managementPolicy: 'Observe',
      adopt: theirs,
      description: 'ours',
      rotation: {},
      rotateNow: 'now',
      enabled: false,
    });
    const { status } = await keys.waitReady('app');
    expect(status?.drift?.map(({ call }) => call)).toEqual([
      'kms:TagResource',
      'kms:UpdateKeyDescription',
      'kms:EnableKeyRotation',
      'kms:DisableKey',
    ]);
    expect(await bed.writes()).toEqual([]);
    await keys.deleteAndWait('app');
    expect((await kms.describe(theirs)).KeyState).toBe('Enabled');
  });
});

describe('two keys carry its identity', () => {
  it('neither is picked, until one is scheduled for deletion', async ({ bed, keys, kms }) => {
    const tags = [
      { TagKey: 'mooring.dev/cluster', TagValue: bed.namespace },
      { TagKey: 'mooring.dev/id', TagValue: `KMSKey/${bed.namespace}/app` },
    ];
    const [one, two] = [await kms.create({ Tags: tags }), await kms.create({ Tags: tags })];
    await bed.start(managing);
    await keys.apply('app');
    const { message } = await keys.waitBlocked('app', 'Conflict');
    expect(message).toContain(one);
    expect(message).toContain(two);
    await kms.scheduleDeletion(two);
    await keys.lookNow('app');
    expect((await keys.waitReady('app')).status?.keyId).toBe(one);
    expect(await bed.calls('CreateKey')).toEqual([]);
  });
});
