import { describe, expect } from 'vitest';
import { onKeyBed } from '../support/iam-access-key.ts';

const it = onKeyBed();

describe('what is lost ends in a fresh key', () => {
  it('a Secret that somebody deleted', async ({ keys, iam }) => {
    await keys.start();
    await keys.apply('app');
    const old = (await keys.waitReady('app')).status?.accessKeyId;
    await hidden();
    await keys.deleteSecret('app');
    const { status } = await keys.lookNow('app');
    expect(status?.accessKeyId).not.toBe(old);
    expect(status?.previous?.accessKeyId).toBe(old);
    expect((await keys.secret('app'))?.data.aws_access_key_id).toBe(status?.accessKeyId);
    expect(await iam.keys(keys.user)).toHaveLength(2);
    expect((await keys.waitEvent('app', 'KeyReplaced')).type).toBe('Warning');
  });

  it('and found by the sweep, without anybody asking', async ({ keys }) => {
    await keys.start(['--resync', '10s']);
    await keys.apply('app');
    const old = (await keys.waitReady('app')).status?.accessKeyId;
    await hidden();
    await keys.deleteSecret('app');
    await keys.waitFor('app', ({ status }) => status?.accessKeyId !== old);
  });

  it('a Secret in which somebody wrote another secret half; what is written beside is left', async ({
    keys,
  }) => {
    await keys.start();
    await keys.apply('app');
    const old = (await keys.waitReady('app')).status?.accessKeyId;
    await hidden();
    await keys.patchSecret('app', { metadata: { labels: { team: 'web' } }, stringData: { more: 'x' } });
    expect((await keys.lookNow('app')).status?.accessKeyId).toBe(old);
    await keys.patchSecret('app', { stringData: { aws_secret_access_key: 'forged' } });
    const { status } = await keys.lookNow('app');
    expect(status?.accessKeyId).not.toBe(old);
    const secret = await keys.secret('app');
    expect(secret?.data).toMatchObject({ aws_access_key_id: status?.accessKeyId, more: 'x' });
    expect(secret?.data.aws_secret_access_key).not.toBe('forged');
    expect(secret?.metadata.labels).toMatchObject({ team: 'web' });
  });

  it('a key that somebody deleted or deactivated in AWS', async ({ keys, iam }) => {
    await keys.start();
    await keys.apply('app');
    const first = (await keys.waitReady('app')).status?.accessKeyId ?? '';
    await hidden();
    await iam.deleteKey(keys.user, first);
    const second = (await keys.lookNow('app')).status?.accessKeyId ?? '';
    expect(second).not.toBe(first);
    await hidden();
    await iam.setKey(keys.user, second, 'Inactive');
    const third = (await keys.lookNow('app')).status?.accessKeyId;
    expect(third).not.toBe(second);
    expect((await keys.secret('app'))?.data.aws_access_key_id).toBe(third);
  });

  it('a Secret, again and again: after three fresh keys that is a fight, told as one', async ({
    keys,
    iam,
  }) => {
    await keys.start();
    await keys.apply('app');
    let id = (await keys.waitReady('app')).status?.accessKeyId;
    for (const _ of ['first', 'second', 'third']) {
      await hidden();
      await keys.deleteSecret('app');
      const before = id;
      await keys.lookNow('app');
      const replaced = await keys.waitFor('app', ({ status }) => status?.accessKeyId !== before);
      id = replaced.status?.accessKeyId;
      await keys.waitReady('app');
    }
    await hidden();
    const mark = await keys.mark();
    const held = await iam.keys(keys.user);
    await keys.deleteSecret('app');
    await keys.lookNow('app');
    const { message } = await keys.waitBlocked('app', 'DriftFight');
    expect(message).toContain('secret was repaired three times');
    // Nothing gives way to a key that is not made.
    expect(await keys.writes(mark)).toEqual([]);
    expect(await iam.keys(keys.user)).toEqual(held);
  });

  it('a reply: the key it told of is deleted, and never a third one made', async ({ keys, iam, bed }) => {
    await bed.inject({ cut: 'after' }, { operation: 'CreateAccessKey', times: 1 });
    await keys.start();
    await keys.apply('app');
    await keys.waitReady('app');
    expect(await keys.writes()).toEqual(['CreateAccessKey', 'DeleteAccessKey', 'CreateAccessKey']);
    const [key, ...more] = await iam.keys(keys.user);
    expect(more).toEqual([]);
    expect((await keys.secret('app'))?.data.aws_access_key_id).toBe(key?.id);
  });

  it('a reply, of a key that AWS does not show at once', async ({ keys, iam, bed }) => {
    await bed.inject({ delayVisibilityMs: 700 }, { operation: 'CreateAccessKey', times: 1 });
    await bed.inject({ cut: 'after' }, { operation: 'CreateAccessKey', times: 1 });
    await keys.start();
    await keys.apply('app');
    const { status } = await keys.waitReady('app');
    expect(await iam.keys(keys.user)).toEqual([{ id: status?.accessKeyId, active: true }]);
  });

  it('a process that was killed before it could deliver', async ({ keys, iam, bed }) => {
    const held = await bed.inject({ hold: 'after' }, { operation: 'CreateAccessKey', times: 1 });
    const first = await bed.spawn(['--kinds', 'IAMAccessKey']);
    await keys.apply('app');
    expect(await bed.proxy.waitHeld(held)).toHaveLength(1);
    first.kill('SIGKILL');
    await first.exited;
    await bed.proxy.release(held, 'drop');
    const [lost] = await iam.keys(keys.user);
    await keys.start();
    const { status } = await keys.waitReady('app');
    expect(status?.accessKeyId).not.toBe(lost?.id);
    expect(await iam.keys(keys.user)).toEqual([{ id: status?.accessKeyId, active: true }]);
  });
});

/** The time in which AWS may hide a new key, as the bed has it: a fresh one is not asked for before. */
const hidden = () => new Promise((resolve) => setTimeout(resolve, 1_100));
