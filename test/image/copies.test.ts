import { describe, expect } from 'vitest';
import { managing, onImageBed } from '../support/image.ts';
import { MovableClock } from '../support/movable-clock.ts';

const it = onImageBed('eu-west-2');
const [near, far] = ['ap-southeast-5', 'ap-southeast-7'] as const;
const key = (region: string) => `arn:aws:kms:${region}:123456789012:key/11111111-2222-4333-8444-555555555555`;

describe('copies in other Regions', () => {
  it('are made once the image is there, tagged as its own', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    await images.apply('shop', {
      source: { instanceId: instance.id },
      tags: { team: 'web' },
      copies: [{ region: near }, { region: far, kmsKeyId: key(far) }],
    });
    const { status, metadata } = await images.waitReady('shop');
    expect(await bed.writes()).toEqual(['CreateImage']);
    expect(status?.copies).toMatchObject([
      { region: near, state: 'Available' },
      { region: far, state: 'Available' },
    ]);
    const there = aws.in(far);
    const [, copy] = status?.copies ?? [];
    expect(await there.tags(copy?.imageId ?? '')).toMatchObject({
      team: 'web',
      'mooring.dev/role': 'copy',
      'mooring.dev/id': `Image/${bed.namespace}/shop`,
      'mooring.dev/uid': metadata.uid,
    });
    expect(await there.snapshots(copy?.snapshots ?? [])).toMatchObject([
      { Encrypted: true, KmsKeyId: key(far) },
    ]);
    there.close();
  });

  it('are waited for, and told with their state', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.proxy.setImagePending(near, 'until settled');
    await bed.start(managing);
    await images.apply('shop', { source: { instanceId: instance.id }, copies: [{ region: near }] });
    const { status } = await images.waitFor(
      'shop',
      (image) => image.status?.copies?.[0]?.progress !== undefined,
    );
    expect(status).toMatchObject({ state: 'Available', copies: [{ state: 'Pending', progress: '45%' }] });
    expect((await images.waitBlocked('shop', 'Pending')).message).toBe(`AWS is copying the image to ${near}`);
    await bed.proxy.changeImage(status?.copies?.[0]?.imageId ?? '', { pending: false });
    await bed.proxy.setImagePending(near, 'none');
    await images.waitReady('shop');
    await images.deleteAndWait('shop');
    const there = aws.in(near);
    expect(await there.named(`${bed.namespace}-shop`)).toEqual([]);
    expect(await there.snapshots(status?.copies?.[0]?.snapshots ?? [])).toEqual([]);
    there.close();
  });

  it('are made once though the reply was lost', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    await bed.inject({ cut: 'after' }, { operation: 'CopyImage', region: near, times: 1 });
    await images.apply('shop', { source: { instanceId: instance.id }, copies: [{ region: near }] });
    const { status } = await images.waitReady('shop');
    const there = aws.in(near);
    expect((await there.named(`${bed.namespace}-shop`)).map(({ ImageId }) => ImageId)).toEqual([
      status?.copies?.[0]?.imageId,
    ]);
    there.close();
  });

  it('are asked for once though AWS hides them at first', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing, { visibleAfter: 60_000 });
    await bed.inject({ delayVisibilityMs: 6_000 }, { operation: 'CopyImage', region: near, times: 1 });
    await images.apply('shop', { source: { instanceId: instance.id }, copies: [{ region: near }] });
    const hidden = await images.waitFor('shop', ({ status }) =>
      (status?.conditions ?? []).some(({ message }) => message.startsWith('waiting until AWS shows ami-')),
    );
    expect(hidden.status?.copies).toMatchObject([{ region: near, state: 'Pending' }]);
    const { status } = await images.waitReady('shop');
    expect(status?.copies).toEqual([
      expect.objectContaining({
        region: near,
        state: 'Available',
        imageId: hidden.status?.copies?.[0]?.imageId,
      }),
    ]);
    expect(status?.copies?.[0]).not.toHaveProperty('askedAt');
    const there = aws.in(near);
    expect(await there.named(`${bed.namespace}-shop`)).toHaveLength(1);
    const asked = await bed.proxy.calls({ region: near, operation: 'CopyImage' });
    expect(asked.filter(({ input }) => input.Name === `${bed.namespace}-shop`)).toHaveLength(1);
    there.close();
  });

  it('that AWS still hides when the object is deleted go too', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing, { visibleAfter: 60_000 });
    await bed.inject({ delayVisibilityMs: 6_000 }, { operation: 'CopyImage', region: near, times: 1 });
    await images.apply('shop', { source: { instanceId: instance.id }, copies: [{ region: near }] });
    const { status } = await images.waitFor('shop', (image) => image.status?.copies !== undefined);
    await images.deleteAndWait('shop');
    const there = aws.in(near);
    expect(await there.get(status?.copies?.[0]?.imageId ?? '')).toBeUndefined();
    there.close();
  });

  it('that the manifest has no more are found and go, though status was lost', async ({
    bed,
    images,
    aws,
  }) => {
    const instance = await bed.ec2.runInstance();
    const operator = await bed.start(managing);
    const source = { instanceId: instance.id };
    await images.apply('shop', { source, copies: [{ region: near }, { region: far }] });
    const { status } = await images.waitReady('shop');
    const tags = await aws.tags(status?.imageId ?? '');
    expect(tags['mooring.dev/copies']).toBe(`${near} ${far}`);
    expect(await bed.writes()).toEqual(['CreateImage']);
    await operator.stop();

    await images.forget('shop');
    await images.apply('shop', { source, copies: [{ region: far }] });
    await bed.start(managing);
    const after = await images.waitReady('shop');
    expect(after.status).toMatchObject({ imageId: status?.imageId, copies: [{ region: far }] });
    const there = aws.in(near);
    expect(await there.get(status?.copies?.[0]?.imageId ?? '')).toBeUndefined();
    there.close();
    expect((await aws.tags(status?.imageId ?? ''))['mooring.dev/copies']).toBe(far);
  });

  it('that fail say why, and are made anew after a while', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    const clock = new MovableClock();
    await bed.proxy.setImageFailure(near, { reason: 'the key cannot be used' });
    await bed.start(managing, { clock });
    await images.apply('shop', { source: { instanceId: instance.id }, copies: [{ region: near }] });
    const { message } = await images.waitBlocked('shop', 'Failed');
    await bed.proxy.setImageFailure(near, null);
    const { status } = await images.get('shop');
    const [failed] = status?.copies ?? [];
    expect(message).toBe(
      `copy ${failed?.imageId} in ${near} failed: the key cannot be used. It is copied anew`,
    );
    expect(status).toMatchObject({ state: 'Available', copies: [{ state: 'Failed', failures: 1 }] });

    clock.set(Date.now() + 6 * 60_000);
    await images.lookNow('shop');
    const { copies = [] } = (await images.waitReady('shop')).status ?? {};
    expect(copies).toMatchObject([{ region: near, state: 'Available' }]);
    expect(copies[0]).not.toHaveProperty('failures');
    const there = aws.in(near);
    expect(await there.named(`${bed.namespace}-shop`)).toMatchObject([{ ImageId: copies[0]?.imageId }]);
    expect(await there.get(failed?.imageId ?? '')).toBeUndefined();
    expect(await there.snapshots(failed?.snapshots ?? [])).toEqual([]);
    there.close();
  });

  it('go when the manifest has them no more, and come back when somebody deregisters them', async ({
    bed,
    images,
    aws,
  }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    const source = { instanceId: instance.id };
    await images.apply('shop', { source, copies: [{ region: near }, { region: far }] });
    const { status } = await images.waitReady('shop');
    const [nearby, distant] = status?.copies ?? [];
    await images.apply('shop', { source, copies: [{ region: near }] });
    const after = await images.waitReady('shop');
    expect(after.status?.copies).toMatchObject([{ region: near, imageId: nearby?.imageId }]);
    const [here, there] = [aws.in(near), aws.in(far)];
    expect(await there.get(distant?.imageId ?? '')).toBeUndefined();
    expect(await there.snapshots(distant?.snapshots ?? [])).toEqual([]);

    await here.deregister(nearby?.imageId ?? '');
    await images.lookNow('shop');
    const again = await images.waitReady('shop');
    expect(again.status?.copies?.[0]?.imageId).not.toBe(nearby?.imageId);
    here.close();
    there.close();
  });
});

describe('a copy', () => {
  it('on the AWS-managed key cannot be shared, which is said before AWS is asked', async ({
    bed,
    images,
  }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    await images.apply('shop', {
      source: { instanceId: instance.id },
      copies: [{ region: near, encrypted: true, share: { accounts: ['210987654321'] } }],
    });
    const { message } = await images.waitBlocked('shop', 'InvalidSpec');
    expect(message).toContain('is encrypted with the AWS-managed key for EBS');
    const calls = await bed.proxy.calls({ region: near, operation: 'ModifyImageAttribute' });
    expect(calls).toEqual([]);
  });

  it('is shared by itself', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    await images.apply('shop', {
      source: { instanceId: instance.id },
      copies: [{ region: near, share: { accounts: ['210987654321'], snapshots: true } }],
    });
    const { status } = await images.waitReady('shop');
    const there = aws.in(near);
    expect(await there.sharedWith(status?.copies?.[0]?.imageId ?? '')).toEqual(['210987654321']);
    expect(await aws.sharedWith(status?.imageId ?? '')).toEqual([]);
    there.close();
  });

  it('waits for the KMSKey it is to be encrypted with, and takes its replica there', async ({
    bed,
    images,
    aws,
  }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start([...managing, '--kinds', 'KMSKey']);
    await images.apply('shop', {
      source: { instanceId: instance.id },
      copies: [{ region: near, kmsKeyRef: { name: 'backup' } }],
    });
    expect((await images.waitBlocked('shop', 'DependencyNotReady')).message).toBe(
      `copy in ${near}: KMSKey ${bed.namespace}/backup does not exist (yet)`,
    );
    await bed.kube.client.apply(
      `/apis/mooring.dev/v1alpha1/namespaces/${bed.namespace}/kmskeys/backup`,
      {
        apiVersion: 'mooring.dev/v1alpha1',
        kind: 'KMSKey',
        metadata: { name: 'backup' },
        spec: { multiRegion: true, replicas: [{ region: near }] },
      },
      { fieldManager: 'kubectl', force: true },
    );
    const { status } = await images.waitReady('shop');
    const there = aws.in(near);
    const [snapshot] = await there.snapshots(status?.copies?.[0]?.snapshots ?? []);
    expect(snapshot?.KmsKeyId).toMatch(new RegExp(`^arn:aws:kms:${near}:.*:key/mrk-`));
    there.close();
  });
});
