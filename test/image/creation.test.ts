import { describe, expect } from 'vitest';
import { managing, onImageBed } from '../support/image.ts';

const it = onImageBed('ap-southeast-2');

describe('no image is made twice', () => {
  it('when the reply was lost', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    await bed.inject({ cut: 'after' }, { operation: 'CreateImage', times: 1 });
    await images.apply('shop', { source: { instanceId: instance.id } });
    const { status } = await images.waitReady('shop');
    expect(await bed.writes()).toEqual(['CreateImage']);
    expect((await aws.named(`${bed.namespace}-shop`)).map(({ ImageId }) => ImageId)).toEqual([
      status?.imageId,
    ]);
  });

  it('when AWS hides it for a while', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing, { visibleAfter: 4_000 });
    await bed.inject({ delayVisibilityMs: 2_500 }, { operation: 'CreateImage', times: 1 });
    await bed.inject({ cut: 'after' }, { operation: 'CreateImage', times: 1 });
    await images.apply('shop', { source: { instanceId: instance.id } });
    const { status } = await images.waitReady('shop');
    expect(await bed.writes()).toEqual(['CreateImage']);
    expect(await aws.named(`${bed.namespace}-shop`)).toMatchObject([{ ImageId: status?.imageId }]);
  });

  it('by a cluster rebuilt from Git: it finds its own again', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    const spec = { source: { instanceId: instance.id } };
    await images.apply('shop', spec);
    const { status } = await images.waitReady('shop');
    await images.forget('shop');
    const rebuilt = await bed.mark();
    const { metadata } = await images.apply('shop', spec);
    const again = await images.waitReady('shop');
    expect(again.status).toMatchObject({ imageId: status?.imageId, snapshots: status?.snapshots });
    expect(await bed.writes(rebuilt)).toEqual(['CreateTags']);
    expect(await aws.tags(status?.imageId ?? '')).toMatchObject({ 'mooring.dev/uid': metadata.uid });
    const [snapshot] = await aws.snapshots(status?.snapshots ?? []);
    expect(snapshot?.Tags).toContainEqual({ Key: 'mooring.dev/uid', Value: metadata.uid });
  });

  it('nor is a copy by hand, to which the tags came along, taken for it', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    const spec = { source: { instanceId: instance.id } };
    await images.apply('shop', spec);
    const { status } = await images.waitReady('shop');
    const byHand = await aws.copyWithTags(status?.imageId ?? '', `${bed.namespace}-by-hand`);
    await images.forget('shop');
    await images.apply('shop', spec);
    expect((await images.waitReady('shop')).status?.imageId).toBe(status?.imageId);
    await images.deleteAndWait('shop');
    expect(await aws.get(byHand)).toBeDefined();
  });
});

describe('a name that is taken', () => {
  it('is a Conflict that names who has it, and nothing of theirs is touched', async ({
    bed,
    images,
    aws,
  }) => {
    const instance = await bed.ec2.runInstance();
    const name = `${bed.namespace}-golden`;
    const theirs = await aws.create(instance.id, name);
    await bed.start(managing);
    await images.apply('shop', { source: { instanceId: instance.id }, imageName: name });
    expect((await images.waitBlocked('shop', 'Conflict')).message).toBe(
      `${theirs} is named ${name} already, and AWS's names are unique: delete it, adopt it, or give another spec.imageName`,
    );
    await images.deleteAndWait('shop');
    expect(await bed.writes()).toEqual([]);
    expect(await aws.get(theirs)).toBeDefined();
  });

  it('since the last look is told in AWS’s words', async ({ bed, images }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    const error = { code: 'InvalidAMIName.Duplicate', message: 'AMI name x is already in use by AMI ami-1' };
    await bed.inject({ error }, { operation: 'CreateImage', times: 1 });
    await images.apply('shop', { source: { instanceId: instance.id } });
    expect((await images.waitBlocked('shop', 'Conflict')).message).toBe(error.message);
    await images.lookNow('shop');
    await images.waitReady('shop');
  });
});

describe('an image that exists already', () => {
  it('is adopted by its id, kept as declared, and left when the object goes', async ({
    bed,
    images,
    aws,
  }) => {
    const instance = await bed.ec2.runInstance();
    const theirs = await aws.create(instance.id, `${bed.namespace}-golden`);
    await bed.start(managing);
    await images.apply('golden', { adopt: theirs, tags: { team: 'web' } });
    const { status } = await images.waitReady('golden');
    expect(status).toMatchObject({
      imageId: theirs,
      imageName: `${bed.namespace}-golden`,
      state: 'Available',
    });
    expect(await aws.tags(theirs)).toMatchObject({ team: 'web', 'mooring.dev/role': 'primary' });
    expect(await aws.tags(theirs)).not.toHaveProperty('mooring.dev/creation');
    await images.deleteAndWait('golden');
    expect(await aws.tags(theirs)).toHaveProperty('mooring.dev/released');
    expect((await aws.snapshots(status?.snapshots ?? [])).length).toBe(1);
  });

  it('and is another object’s is not', async ({ bed, images }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    await images.apply('shop', { source: { instanceId: instance.id } });
    const { status } = await images.waitReady('shop');
    await images.apply('thief', { adopt: status?.imageId ?? '' });
    expect((await images.waitBlocked('thief', 'Conflict')).message).toContain(
      `${status?.imageId} belongs to Image/${bed.namespace}/shop`,
    );
    await images.deleteAndWait('thief');
    expect(await bed.writes()).toEqual(['CreateImage']);
  });

  it('elsewhere is copied', async ({ bed, images, aws }) => {
    const elsewhere = aws.in('ap-northeast-3');
    const instance = await bed.ec2.runInstance();
    const here = await aws.create(instance.id, `${bed.namespace}-origin`);
    await bed.start([...managing, '--region', 'ap-northeast-3']);
    await images.apply('shop', { source: { copyFrom: { imageId: here, region: bed.region } } });
    const { status } = await images.waitReady('shop');
    expect(await elsewhere.get(status?.imageId ?? '')).toMatchObject({ Name: `${bed.namespace}-shop` });
    await images.deleteAndWait('shop');
    expect(await elsewhere.get(status?.imageId ?? '')).toBeUndefined();
    expect(await aws.get(here)).toBeDefined();
    elsewhere.close();
  });
});

describe('an image that somebody deregistered', () => {
  it('is Gone, and is not made anew of a disk that is another by now', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    await images.apply('shop', { source: { instanceId: instance.id } });
    const { status } = await images.waitReady('shop');
    await aws.deregister(status?.imageId ?? '');
    await images.lookNow('shop');
    expect((await images.waitBlocked('shop', 'Gone')).message).toContain(`${status?.imageId} does not exist`);
    expect((await images.get('shop')).status).toMatchObject({ state: 'Gone', imageId: status?.imageId });
    expect(await bed.writes()).toEqual(['CreateImage']);

    await images.annotate('shop', { 'mooring.dev/allow-recreation': status?.imageId ?? '' });
    const again = await images.waitReady('shop');
    expect(again.status?.imageId).not.toBe(status?.imageId);
    expect(await bed.writes()).toEqual(['CreateImage', 'CreateImage']);
  });

  it('leaves its snapshots, which go with the object', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    await images.apply('shop', { source: { instanceId: instance.id } });
    const { status } = await images.waitReady('shop');
    await aws.deregister(status?.imageId ?? '');
    await images.lookNow('shop');
    await images.deleteAndWait('shop');
    expect(await bed.writes()).toEqual(['CreateImage', 'DeleteSnapshot']);
    expect(await aws.snapshots(status?.snapshots ?? [])).toEqual([]);
  });
});

describe('an image that a schedule wanted', () => {
  const scheduledBy = (instanceId: string, more: object = {}) => ({
    schedule: 'shop/nightly',
    scheduleName: 'night',
    tick: '2026-01-31T02:00:00Z',
    instanceId,
    ...more,
  });

  it('is not made when it is too late for its tick, and has failed', async ({ bed, images }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    await images.apply('shop', {
      source: { instanceId: instance.id },
      scheduledBy: scheduledBy(instance.id, { startBefore: '2026-01-31T03:00:00Z' }),
    });
    const { message } = await images.waitBlocked('shop', 'TooLate');
    const reason = `it was to be begun before 2026-01-31T03:00:00Z: the disk of ${instance.id} is no longer what it was at 2026-01-31T02:00:00Z`;
    expect(message).toBe(reason);
    const { status } = await images.get('shop');
    expect(status).toMatchObject({ state: 'Failed', reason });
    expect(status?.conditions).toContainEqual(expect.objectContaining({ type: 'Stalled', status: 'True' }));
    expect(await bed.writes()).toEqual([]);
    await images.deleteAndWait('shop');
  });

  it('has failed when its instance is terminated before it was begun', async ({ bed, images }) => {
    const instance = await bed.ec2.runInstance();
    await bed.ec2.terminate(instance.id);
    await bed.start(managing);
    await images.apply('shop', {
      source: { instanceId: instance.id },
      scheduledBy: scheduledBy(instance.id),
    });
    const { message } = await images.waitBlocked('shop', 'Failed');
    expect(message).toBe(`${instance.id} is terminated: there is no disk to make the image of`);
    expect((await images.get('shop')).status).toMatchObject({ state: 'Failed', reason: message });
    expect(await bed.writes()).toEqual([]);
    await images.deleteAndWait('shop');
  });
});
