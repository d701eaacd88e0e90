import { describe, expect } from 'vitest';
import { type KeyOwner, onKeyBed } from '../support/iam-access-key.ts';
import type { TestBed } from '../support/test-bed.ts';

const it = onKeyBed();

const hours = (count: number) => new Date(Date.now() - count * 3_600_000).toISOString();

/** What the Secret holds, by the names the AWS SDKs know it under. */
async function delivered(keys: KeyOwner, name: string) {
  const secret = await keys.secret(name);
  return { id: secret?.data.aws_access_key_id, key: secret?.data.aws_secret_access_key };
}

describe('an access key', () => {
  it('is made and delivered, with one look and one call', async ({ keys, iam }) => {
    await keys.start();
    const { metadata } = await keys.apply('app', { rotateAfter: '2160h' });
    const { status } = await keys.waitReady('app');
    expect(await keys.writes()).toEqual(['CreateAccessKey']);
    const [key] = await iam.keys(keys.user);
    expect(status).toMatchObject({ accessKeyId: key?.id, secretName: 'app' });
    expect(status).not.toHaveProperty('attempt');
    expect(Date.parse(status?.nextRotation ?? '') - Date.parse(status?.createdAt ?? '')).toBe(
      2160 * 3_600_000,
    );
    const secret = await keys.secret('app');
    expect(secret).toMatchObject({ type: 'Opaque', owners: [metadata.uid] });
    expect(secret?.data).toEqual({
      aws_access_key_id: key?.id,
      aws_secret_access_key: expect.stringMatching(/^\S{40}$/),
    });
    expect(secret?.metadata.annotations).toMatchObject({
      'mooring.dev/id': expect.stringContaining('IAMAccessKey/'),
      'mooring.dev/uid': metadata.uid,
      'mooring.dev/access-key-id': key?.id,
    });
    await keys.waitEvent('app', 'SecretWritten');
  });

  it('is delivered under other names and as a credentials file, where that is asked for', async ({
    keys,
  }) => {
    await keys.start();
    const names = { accessKeyId: 'ID', secretAccessKey: 'KEY', credentialsFile: 'credentials' };
    await keys.apply('app', { secret: { name: 'app-aws', keys: names } });
    const { status } = await keys.waitReady('app');
    expect(status?.secretName).toBe('app-aws');
    const { ID, KEY, credentials, ...others } = (await keys.secret('app-aws'))?.data ?? {};
    expect(others).toEqual({});
    expect(ID).toBe(status?.accessKeyId);
    expect(KEY).toMatch(/^\S{40}$/);
    expect(credentials).toBe(`[default]\naws_access_key_id = ${ID}\naws_secret_access_key = ${KEY}\n`);
  });

  it('stays as it is while nothing is due', async ({ keys }) => {
    await keys.start();
    await keys.apply('app');
    await keys.waitReady('app');
    const before = await keys.mark();
    await keys.lookNow('app');
    await keys.lookNow('app');
    expect(await keys.writes(before)).toEqual([]);
  });

  it('is replaced on demand, once a token; the old one stays for its overlap', async ({ keys, iam }) => {
    await keys.start();
    await keys.apply('app', { rotateNow: 'first' });
    const first = (await keys.waitReady('app')).status?.accessKeyId;
    await passed(1_100);
    await keys.apply('app', { rotateNow: 'leaked' });
    const { status } = await keys.waitFor('app', (key) => key.status?.rotatedToken === 'leaked');
    expect(status?.accessKeyId).not.toBe(first);
    expect(status?.previous).toMatchObject({
      accessKeyId: first,
      since: status?.createdAt,
      reason: 'kept for 24h after its successor was made',
    });
    expect(await delivered(keys, 'app')).toMatchObject({ id: status?.accessKeyId });
    expect((await iam.keys(keys.user)).map(({ active }) => active)).toEqual([true, true]);
    const before = await keys.mark();
    await keys.lookNow('app');
    expect(await keys.writes(before)).toEqual([]);
  });

  it('is replaced at its age, and the old one retired once it is unused', async ({ keys, iam, bed }) => {
    await keys.start();
    await keys.apply('app', { rotateAfter: '48h', overlap: '1h', maxOverlap: '10h' });
    const old = (await keys.waitReady('app')).status?.accessKeyId ?? '';
    await passed(1_100);
    await bed.proxy.changeAccessKey(old, { createdAt: hours(48) });
    await used(bed, old, 0.5);
    const { status } = await keys.lookNow('app');
    const fresh = status?.accessKeyId ?? '';
    expect(fresh).not.toBe(old);
    expect(status?.previous).toMatchObject({ accessKeyId: old });

    await bed.proxy.changeAccessKey(fresh, { createdAt: hours(2) });
    const busy = await keys.lookNow('app');
    expect(busy.status?.previous).toMatchObject({
      accessKeyId: old,
      reason: 'in use: kept until it has been unused for 1h',
    });
    const before = await keys.mark();
    await used(bed, old, 1.1);
    const after = await keys.lookNow('app');
    expect(after.status).not.toHaveProperty('previous');
    expect(await keys.writes(before)).toEqual(['UpdateAccessKey', 'DeleteAccessKey']);
    expect(await iam.keys(keys.user)).toEqual([{ id: fresh, active: true }]);
  });

  it('that is always in use is retired after maxOverlap all the same', async ({ keys, iam, bed }) => {
    await keys.start();
    await keys.apply('app', { overlap: '1h', maxOverlap: '10h' });
    const old = (await keys.waitReady('app')).status?.accessKeyId ?? '';
    await passed(1_100);
    await keys.apply('app', { overlap: '1h', maxOverlap: '10h', rotateNow: 'now' });
    const { status } = await keys.waitFor('app', (key) => key.status?.rotatedToken === 'now');
    const fresh = status?.accessKeyId ?? '';
    await used(bed, old, 0);
    await bed.proxy.changeAccessKey(fresh, { createdAt: hours(9) });
    const kept = await keys.lookNow('app');
    expect(kept.status?.previous?.accessKeyId).toBe(old);
    await bed.proxy.changeAccessKey(fresh, { createdAt: hours(10) });
    await keys.lookNow('app');
    expect(await iam.keys(keys.user)).toEqual([{ id: fresh, active: true }]);
  });

  it('tells its last use', async ({ keys, bed }) => {
    await keys.start();
    await keys.apply('app');
    const id = (await keys.waitReady('app')).status?.accessKeyId ?? '';
    await used(bed, id, 5);
    const { status } = await keys.lookNow('app');
    expect(status?.lastUsed).toMatchObject({ service: 's3', region: 'eu-central-1' });
  });
});

const used = (bed: TestBed, id: string, ago: number) =>
  bed.proxy.changeAccessKey(id, { lastUsed: { time: hours(ago), service: 's3', region: 'eu-central-1' } });

/** The time in which AWS may hide a new key, as the bed has it: a fresh one is not asked for before. */
const passed = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
