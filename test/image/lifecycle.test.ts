import { describe, expect } from 'vitest';
import { managing, onImageBed } from '../support/image.ts';

const it = onImageBed('ap-southeast-1');

describe('an image of an instance', () => {
  it('is made in one call, and tagged as this object’s with its snapshots', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance({ app: 'shop' });
    await bed.start(managing);
    await images.apply('shop', {
      source: { instanceId: instance.id },
      description: 'before the upgrade',
      tags: { team: 'web' },
      snapshotTags: { cost: 'backup' },
      copyInstanceTags: true,
    });
    const { status, metadata } = await images.waitReady('shop');

    expect(await bed.writes()).toEqual(['CreateImage']);
    expect(status).toMatchObject({
      state: 'Available',
      imageName: `${bed.namespace}-shop`,
      instanceId: instance.id,
      size: '15Gi',
      arn: `arn:aws:ec2:${bed.region}::image/${status?.imageId}`,
    });
    expect(status?.createdAt).toMatch(/^\d{4}-/);
    const [call] = await bed.calls('CreateImage');
    expect(call?.input).toMatchObject({ NoReboot: 'true', Description: 'before the upgrade' });
    const owner = {
      'mooring.dev/cluster': bed.namespace,
      'mooring.dev/id': `Image/${bed.namespace}/shop`,
      'mooring.dev/uid': metadata.uid,
    };
    expect(await aws.tags(status?.imageId ?? '')).toMatchObject({
      ...owner,
      'mooring.dev/role': 'primary',
      team: 'web',
      app: 'shop',
    });
    const [snapshot] = await aws.snapshots(status?.snapshots ?? []);
    expect(Object.fromEntries((snapshot?.Tags ?? []).map(({ Key, Value }) => [Key, Value]))).toMatchObject({
      ...owner,
      'mooring.dev/role': 'snapshot',
      cost: 'backup',
    });
  });

  it('is Pending until AWS is done, with its progress, and then Available', async ({ bed, images }) => {
    const instance = await bed.ec2.runInstance();
    await bed.proxy.setImagePending(bed.region, 'until settled');
    await bed.start(managing);
    await images.apply('shop', { source: { instanceId: instance.id } });
    const { status } = await images.waitFor('shop', (image) => image.status?.progress !== undefined);
    expect(status).toMatchObject({ state: 'Pending', progress: '45%' });
    const { message } = await images.waitBlocked('shop', 'Pending');
    expect(message).toBe(`AWS is making ${status?.imageId}`);

    await bed.proxy.changeImage(status?.imageId ?? '', { pending: false });
    await bed.proxy.setImagePending(bed.region, 'none');
    const ready = await images.waitReady('shop');
    expect(ready.status).toMatchObject({ state: 'Available', imageId: status?.imageId });
    expect(ready.status).not.toHaveProperty('progress');
    expect(await bed.writes()).toEqual(['CreateImage']);
  });

  it('that AWS fails to make says why, and is not made again', async ({ bed, images }) => {
    const instance = await bed.ec2.runInstance();
    await bed.proxy.setImageFailure(bed.region, { reason: 'the snapshot could not be written' });
    await bed.start(managing);
    await images.apply('shop', { source: { instanceId: instance.id } });
    const { message } = await images.waitBlocked('shop', 'Failed');
    await bed.proxy.setImageFailure(bed.region, null);
    const { status } = await images.lookNow('shop');
    expect(message).toBe(`${status?.imageId} failed: the snapshot could not be written`);
    expect(status).toMatchObject({ state: 'Failed', reason: 'the snapshot could not be written' });
    expect(await bed.writes()).toEqual(['CreateImage']);
  });

  it('leaves out the volumes it is told to', async ({ bed, images }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    await images.apply('shop', {
      source: { instanceId: instance.id },
      noReboot: false,
      volumes: [
        { deviceName: '/dev/sdf', exclude: true },
        { deviceName: '/dev/sda1', deleteOnTermination: true },
      ],
    });
    await images.waitReady('shop');
    const [call] = await bed.calls('CreateImage');
    expect(call?.input).toMatchObject({
      NoReboot: 'false',
      'BlockDeviceMapping.1.DeviceName': '/dev/sdf',
      'BlockDeviceMapping.1.NoDevice': '',
      'BlockDeviceMapping.2.DeviceName': '/dev/sda1',
      'BlockDeviceMapping.2.Ebs.DeleteOnTermination': 'true',
    });
  });

  it('is gone for good with its snapshots when the object is deleted', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    await images.apply('shop', { source: { instanceId: instance.id } });
    const { status } = await images.waitReady('shop');
    await images.deleteAndWait('shop');
    expect(await bed.writes()).toEqual(['CreateImage', 'DeregisterImage']);
    expect(await aws.get(status?.imageId ?? '')).toBeUndefined();
    expect(await aws.snapshots(status?.snapshots ?? [])).toEqual([]);
  });
});

describe('the instance', () => {
  it('is the one that the selector finds', async ({ bed, images }) => {
    const [one, two] = await bed.ec2.runInstances(2, { role: bed.namespace });
    if (!one || !two) throw new Error('no two instances');
    await bed.start(managing);
    await images.apply('shop', { source: { instanceSelector: { matchTags: { role: bed.namespace } } } });
    expect((await images.waitBlocked('shop', 'Conflict')).message).toBe(
      `source.instanceSelector finds ${one.id} and ${two.id}: it must find one`,
    );
    await bed.ec2.terminate(two.id);
    await images.lookNow('shop');
    expect((await images.waitReady('shop')).status?.instanceId).toBe(one.id);
  });

  it('is waited for', async ({ bed, images }) => {
    await bed.start(managing);
    await images.apply('shop', { source: { instanceSelector: { matchTags: { role: bed.namespace } } } });
    const { message } = await images.waitBlocked('shop', 'DependencyNotReady');
    expect(message).toBe('no instance has the tags of source.instanceSelector');
    expect(await bed.writes()).toEqual([]);
  });
});

it('tells when it expires', async ({ bed, images }) => {
  const instance = await bed.ec2.runInstance();
  await bed.start(managing);
  await images.apply('shop', { source: { instanceId: instance.id }, deprecateAfter: '30d' });
  const { status } = await images.waitReady('shop');
  expect(status?.expires).toBe(status?.deprecatedAt);
  expect(Date.parse(status?.expires ?? '') - Date.parse(status?.createdAt ?? '')).toBeGreaterThan(
    30 * 24 * 3_600_000 - 61_000,
  );
});
