import { describe, expect } from 'vitest';
import { managing, onKeyBed } from '../support/kms-key.ts';

const it = onKeyBed('ap-south-2');

describe('the cluster is rebuilt', () => {
  it('the same key is found by its tags, and nothing is made or rotated', async ({ bed, keys, kms }) => {
    const spec = { aliases: [`alias/${bed.namespace}`], rotation: {}, rotateNow: 'then', access: {} };
    const first = await bed.start(managing);
    await keys.apply('app', spec);
    const { status } = await keys.waitReady('app');
    await first.stop();
    await keys.forget('app');
    const before = await bed.mark();
    await bed.start(managing);
    const { metadata } = await keys.apply('app', spec);
    const { status: after } = await keys.waitReady('app');

    expect(after?.keyId).toBe(status?.keyId);
    expect(await bed.writes(before)).toEqual(['TagResource']);
    expect(await kms.tags(status?.keyId ?? '')).toMatchObject({ 'mooring.dev/uid': metadata.uid });
    expect(await bed.kube.events('app')).toContainEqual(
      expect.objectContaining({ reason: 'TakenOver', type: 'Normal' }),
    );
  });
});

describe('the cluster is rebuilt, and the key cannot be taken over at once', () => {
  it('because the operator only looks: it is once it may', async ({ bed, keys, kms }) => {
    const first = await bed.start(managing);
    await keys.apply('app');
    const { status } = await keys.waitReady('app');
    await first.stop();
    await keys.forget('app');
    const before = await bed.mark();
    const looking = await bed.start([...managing, '--read-only']);
    const { metadata } = await keys.apply('app');
    await keys.waitBlocked('app', 'ReadOnly');
    const shown = (await keys.get('app')).status;
    expect(shown).toMatchObject({ arn: status?.arn, drift: [{ call: 'kms:TagResource' }] });
    await looking.stop();
    await bed.start(managing);
    expect((await keys.waitReady('app')).status?.keyId).toBe(status?.keyId);
    expect(await bed.writes(before)).toEqual(['TagResource']);
    expect(await kms.tags(status?.keyId ?? '')).toMatchObject({ 'mooring.dev/uid': metadata.uid });
  });

  it('because it may not tag: it is once it may', async ({ bed, keys, kms }) => {
    const first = await bed.start(managing);
    await keys.apply('app');
    const { status } = await keys.waitReady('app');
    await first.stop();
    await keys.forget('app');
    const denied = { error: { code: 'AccessDeniedException', message: 'not authorized: kms:TagResource' } };
    const rule = await bed.inject(denied, { operation: 'TagResource' });
    await bed.start(managing);
    const { metadata } = await keys.apply('app');
    await keys.waitBlocked('app', 'AccessDenied');
    await bed.proxy.remove(rule);
    await keys.lookNow('app');
    expect((await keys.waitReady('app')).status?.keyId).toBe(status?.keyId);
    expect(await kms.tags(status?.keyId ?? '')).toMatchObject({ 'mooring.dev/uid': metadata.uid });
  });
});

describe('the reply to CreateKey is lost', () => {
  it('the key is found and used, and no second one made', async ({ bed, keys, kms }) => {
    await bed.start(managing, { visibleAfter: 5_000 });
    const rule = await bed.inject({ cut: 'after' }, { operation: 'CreateKey' });
    await keys.apply('app', { aliases: [`alias/${bed.namespace}`] });
    await keys.waitFor('app', (key) => key.status?.creation !== undefined);
    await bed.proxy.remove(rule);
    const { status } = await keys.waitReady('app');
    expect(await kms.ownKeys()).toEqual([status?.keyId]);
    expect(await bed.calls('CreateKey')).toHaveLength(1);
  });

  it('and KMS hides the key for a while: it waits, and finds it', async ({ bed, keys, kms }) => {
    await bed.start(managing, { visibleAfter: 3_000 });
    const hidden = await bed.inject({ delayVisibilityMs: 1_500 }, { operation: 'CreateKey' });
    const lost = await bed.inject({ cut: 'after' }, { operation: 'CreateKey' });
    await keys.apply('app');
    await keys.waitFor('app', (key) => key.status?.creation !== undefined);
    await bed.proxy.remove(lost);
    await bed.proxy.remove(hidden);
    expect((await keys.waitBlocked('app', 'Pending')).message).toContain('may already have been created');
    const { status } = await keys.waitReady('app');
    expect(await kms.ownKeys()).toEqual([status?.keyId]);
    expect(await bed.calls('CreateKey')).toHaveLength(1);
    // The index of tags may lag behind for longer, so every key was asked.
    expect((await bed.calls('ListKeys')).length).toBeGreaterThan(0);
  });

  it('and the object is deleted: the key that nobody knows is scheduled for deletion too', async ({
    bed,
    keys,
    kms,
  }) => {
    await bed.start(managing, { visibleAfter: 3_000 });
    const lost = await bed.inject({ cut: 'after' }, { operation: 'CreateKey' });
    await keys.apply('app');
    await keys.waitFor('app', (key) => key.status?.creation !== undefined);
    await keys.deleteAndWait('app');
    await bed.proxy.remove(lost);
    const [keyId = '', ...more] = await kms.ownKeys();
    expect(more).toEqual([]);
    expect((await kms.describe(keyId)).KeyState).toBe('PendingDeletion');
  });
});
