import { describe, expect } from 'vitest';
import { managing, onImageBed } from '../support/image.ts';

const it = onImageBed('eu-central-2');

describe('a snapshot that AWS leaves when the image goes', () => {
  it('is deleted by itself, and its id is known though the image is gone', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    await images.apply('shop', { source: { instanceId: instance.id } });
    const { status } = await images.waitReady('shop');
    const [snapshot = ''] = status?.snapshots ?? [];
    await bed.proxy.setSnapshotRefusal(snapshot, 'internal-error');
    await images.deleteAndWait('shop');
    expect(await bed.writes()).toEqual(['CreateImage', 'DeregisterImage', 'DeleteSnapshot']);
    expect(await aws.snapshots([snapshot])).toEqual([]);
  });

  it('is waited for while AWS calls it in use', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    await images.apply('shop', { source: { instanceId: instance.id } });
    const { status } = await images.waitReady('shop');
    const [snapshot = ''] = status?.snapshots ?? [];
    await bed.proxy.setSnapshotRefusal(snapshot, 'internal-error');
    const error = { code: 'InvalidSnapshot.InUse', message: `${snapshot} is in use by ${status?.imageId}` };
    const inUse = await bed.inject({ error }, { operation: 'DeleteSnapshot' });
    await images.delete('shop');
    const { message } = await images.waitBlocked('shop', 'Deleting');
    expect(message).toContain(`AWS says that ${snapshot} is in use`);
    expect((await images.get('shop')).status?.snapshots).toEqual([snapshot]);

    await bed.proxy.remove(inUse);
    await images.annotate('shop', { 'mooring.dev/reconcile-at': 'now' });
    await images.waitGone('shop');
    expect(await aws.snapshots([snapshot])).toEqual([]);
  });

  it('stays where another image is made of it', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    await images.apply('shop', { source: { instanceId: instance.id } });
    await images.apply('mine', { source: { instanceId: instance.id }, deletionPolicy: 'Retain' });
    const { status } = await images.waitReady('shop');
    const [snapshot = ''] = status?.snapshots ?? [];
    const other = (await images.waitReady('mine')).status?.imageId ?? '';
    await bed.proxy.setSnapshotRefusal(snapshot, 'internal-error');
    await bed.proxy.changeImage(other, { madeOf: snapshot });
    const error = { code: 'InvalidSnapshot.InUse', message: `${snapshot} is in use by ${other}` };
    await bed.inject({ error }, { operation: 'DeleteSnapshot' });
    await images.delete('shop');
    await images.waitBlocked('shop', 'Deleting');
    await images.annotate('shop', { 'mooring.dev/reconcile-at': 'now' });
    await images.waitGone('shop');
    expect(await aws.snapshots([snapshot])).toHaveLength(1);
  });

  it('keeps the object until the permission is there', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    await images.apply('shop', { source: { instanceId: instance.id } });
    const { status } = await images.waitReady('shop');
    const [snapshot = ''] = status?.snapshots ?? [];
    await bed.proxy.setSnapshotRefusal(snapshot, 'missing-permissions');
    const error = { code: 'UnauthorizedOperation', message: 'You are not authorized.', status: 403 };
    const denied = await bed.inject({ error }, { operation: 'DeleteSnapshot' });
    await images.delete('shop');
    const { message } = await images.waitBlocked('shop', 'AccessDenied');
    expect(message).toContain('ec2:DeleteSnapshot');
    const held = await images.get('shop');
    expect(held.status?.snapshots).toEqual([snapshot]);
    expect(await aws.get(status?.imageId ?? '')).toBeUndefined();

    await bed.proxy.remove(denied);
    await images.annotate('shop', { 'mooring.dev/reconcile-at': 'now' });
    await expect.poll(async () => aws.snapshots([snapshot])).toEqual([]);
  });

  it('stays where the manifest says so', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    await images.apply('shop', { source: { instanceId: instance.id }, deleteSnapshots: false });
    const { status } = await images.waitReady('shop');
    await images.deleteAndWait('shop');
    expect(await aws.get(status?.imageId ?? '')).toBeUndefined();
    expect(await aws.snapshots(status?.snapshots ?? [])).toHaveLength(1);
  });
});

describe('an image that is retained', () => {
  it('is left with its snapshots and found again by the same manifest', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    const spec = { source: { instanceId: instance.id }, deletionPolicy: 'Retain' } as const;
    await images.apply('shop', spec);
    const { status } = await images.waitReady('shop');
    await images.deleteAndWait('shop');
    expect(await aws.tags(status?.imageId ?? '')).toMatchObject({ 'mooring.dev/released': 'true' });
    await images.apply('shop', spec);
    expect((await images.waitReady('shop')).status?.imageId).toBe(status?.imageId);
    expect(await aws.tags(status?.imageId ?? '')).not.toHaveProperty('mooring.dev/released');
    expect(await bed.writes()).toEqual(['CreateImage', 'CreateTags', 'CreateTags', 'DeleteTags']);
  });
});

describe('an image that is protected', () => {
  it('is held, and says what lets it go', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    const source = { instanceId: instance.id };
    await images.apply('shop', { source, deregistrationProtection: { enabled: true } });
    const { status } = await images.waitReady('shop');
    expect(status?.deregistrationProtection).toBe('enabled-without-cooldown');
    await images.delete('shop');
    const { message } = await images.waitBlocked('shop', 'DeletionHeld');
    expect(message).toContain('set spec.deregistrationProtection.enabled to false');
    expect(await aws.get(status?.imageId ?? '')).toBeDefined();

    await images.apply('shop', { source, deregistrationProtection: { enabled: false } });
    await expect.poll(async () => aws.get(status?.imageId ?? '')).toBeUndefined();
    expect(await bed.writes()).toEqual([
      'CreateImage',
      'EnableImageDeregistrationProtection',
      'DisableImageDeregistrationProtection',
      'DeregisterImage',
    ]);
  });

  it('for 24 hours more says so in AWS’s words, and goes then', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    const source = { instanceId: instance.id };
    await images.apply('shop', { source, deregistrationProtection: { enabled: true, cooldown: true } });
    const { status } = await images.waitReady('shop');
    await images.apply('shop', { source, deregistrationProtection: { enabled: false } });
    await images.waitReady('shop');
    await images.delete('shop');
    const { message } = await images.waitBlocked('shop', 'DeletionHeld');
    expect(message).toBe(`The AMI ${status?.imageId} is protected from deregistration.`);

    await bed.proxy.changeImage(status?.imageId ?? '', { cooldownOver: true });
    await images.annotate('shop', { 'mooring.dev/reconcile-at': 'now' });
    await expect.poll(async () => aws.get(status?.imageId ?? '')).toBeUndefined();
  });
});

it('an image that is still pending goes as well', async ({ bed, images, aws }) => {
  const instance = await bed.ec2.runInstance();
  await bed.proxy.setImagePending(bed.region, 'until settled');
  await bed.start(managing);
  await images.apply('shop', { source: { instanceId: instance.id } });
  const { status } = await images.waitFor('shop', (image) => image.status?.snapshots !== undefined);
  await bed.proxy.setImagePending(bed.region, 'none');
  await images.deleteAndWait('shop');
  expect(await aws.get(status?.imageId ?? '')).toBeUndefined();
  expect(await aws.snapshots(status?.snapshots ?? [])).toEqual([]);
});
