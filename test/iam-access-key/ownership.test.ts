import { describe, expect } from 'vitest';
import { onKeyBed } from '../support/iam-access-key.ts';

const it = onKeyBed();

describe("somebody else's keys", () => {
  it('fill the user: it is told whose they are, and nothing is touched', async ({ keys, iam }) => {
    const theirs = [await iam.createKey(keys.user), await iam.createKey(keys.user)];
    await keys.start();
    await keys.apply('app');
    const { message } = await keys.waitBlocked('app', 'QuotaExceeded');
    expect(message).toContain(`user ${keys.user} has two access keys, the most that AWS allows`);
    for (const { id } of theirs) expect(message).toContain(id);
    expect(await keys.writes()).toEqual([]);
    expect(await keys.secret('app')).toBeUndefined();

    await iam.deleteKey(keys.user, theirs[0]?.id ?? '');
    await keys.lookNow('app');
    const { status } = await keys.waitReady('app');
    expect(new Set((await iam.keys(keys.user)).map(({ id }) => id))).toEqual(
      new Set([theirs[1]?.id, status?.accessKeyId]),
    );
  });

  it('stay when the object goes, and when its key is replaced', async ({ keys, iam }) => {
    const theirs = await iam.createKey(keys.user);
    await keys.start();
    await keys.apply('app');
    await keys.waitReady('app');
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await keys.deleteSecret('app');
    await keys.lookNow('app');
    await keys.waitReady('app');
    expect(await keys.writes()).toEqual(['CreateAccessKey', 'DeleteAccessKey', 'CreateAccessKey']);
    await keys.deleteAndWait('app');
    expect(await iam.keys(keys.user)).toEqual([{ id: theirs.id, active: true }]);
  });
});

describe('a Secret', () => {
  it('that somebody made is a Conflict, and never written over unless that is asked for', async ({
    keys,
  }) => {
    await keys.createSecret('app', { password: 'theirs', aws_access_key_id: 'theirs' });
    await keys.start();
    await keys.apply('app');
    const { message } = await keys.waitBlocked('app', 'Conflict');
    expect(message).toContain('Secret app exists and was not made by mooring: it is left alone');
    expect(await keys.writes()).toEqual([]);
    expect((await keys.secret('app'))?.data).toEqual({ password: 'theirs', aws_access_key_id: 'theirs' });

    await keys.apply('app', { takeOver: true });
    const { status } = await keys.waitReady('app');
    expect((await keys.secret('app'))?.data).toMatchObject({
      password: 'theirs',
      aws_access_key_id: status?.accessKeyId,
    });
  });

  it('of another object is a Conflict that names it', async ({ keys }) => {
    await keys.start();
    await keys.apply('app');
    await keys.waitReady('app');
    await keys.apply('other', { secret: { name: 'app' }, takeOver: true });
    const { message } = await keys.waitBlocked('other', 'Conflict');
    expect(message).toMatch(/Secret app exists and belongs to IAMAccessKey\/\S+\/app of cluster/);
    expect(await keys.writes()).toEqual(['CreateAccessKey']);
  });
});

describe('deleting the object', () => {
  it('deactivates and deletes its key, and then the Secret', async ({ keys, iam }) => {
    await keys.start();
    await keys.apply('app');
    await keys.waitReady('app');
    const before = await keys.mark();
    await keys.deleteAndWait('app');
    expect(await keys.writes(before)).toEqual(['UpdateAccessKey', 'DeleteAccessKey']);
    expect(await iam.keys(keys.user)).toEqual([]);
    expect(await keys.secret('app')).toBeUndefined();
  });

  it('retained, leaves both, and the Secret to nobody', async ({ keys, iam }) => {
    await keys.start();
    await keys.apply('app', { deletionPolicy: 'Retain' });
    const { status } = await keys.waitReady('app');
    await keys.deleteAndWait('app');
    expect(await iam.keys(keys.user)).toEqual([{ id: status?.accessKeyId, active: true }]);
    const secret = await keys.secret('app');
    expect(secret?.owners).toEqual([]);
    expect(secret?.data.aws_access_key_id).toBe(status?.accessKeyId);

    await keys.apply('app');
    const again = await keys.waitReady('app');
    expect(again.status?.accessKeyId).not.toBe(status?.accessKeyId);
    expect((await keys.secret('app'))?.owners).toEqual([again.metadata.uid]);
  });

  it('of a user that is not there says so, and still goes', async ({ keys }) => {
    await keys.start();
    await keys.apply('app', { userName: `${keys.user}-no-more` });
    const { message } = await keys.waitBlocked('app', 'NotFound');
    expect(message).toContain(`there is no user ${keys.user}-no-more`);
    await keys.deleteAndWait('app');
  });
});

it('what the schema can refuse, it refuses in words', async ({ keys }) => {
  const refused = (spec: object) => keys.apply('app', spec).then(String, String);
  expect(await refused({ rotateAfter: '1h' })).toContain('must be at least 24h');
  expect(await refused({ overlap: '10m' })).toContain('must be at least 1h');
  expect(await refused({ overlap: '48h', maxOverlap: '24h' })).toContain('maxOverlap must not be shorter');
  expect(await refused({ rotateAfter: '48h' })).toContain('maxOverlap must be shorter than rotateAfter');
  expect(await refused({ userName: 'a b' })).toContain('as IAM names a user');
  expect(await refused({ secret: { keys: { accessKeyId: 'aws_secret_access_key' } } })).toContain(
    'each must be another key of the Secret',
  );
  await keys.apply('app');
  expect(await refused({ userName: 'other' })).toContain('immutable');
  expect(await refused({ secret: { name: 'other' } })).toContain('secret is immutable');
});
