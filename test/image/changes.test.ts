import { describe, expect } from 'vitest';
import { managing, onImageBed } from '../support/image.ts';

const it = onImageBed('mx-central-1');
const day = 24 * 3_600_000;
const friend = '210987654321';
const other = '310987654321';

describe('somebody changes', () => {
  it('the tags of an image or of its snapshots: one call each, and theirs stay', async ({
    bed,
    images,
    aws,
  }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    const source = { instanceId: instance.id };
    await images.apply('shop', { source, tags: { team: 'web' }, snapshotTags: { cost: 'backup' } });
    const { status } = await images.waitReady('shop');
    const { imageId = '', snapshots: [snapshot = ''] = [] } = status ?? {};
    await aws.untag(imageId, 'mooring.dev/id');
    await aws.tag(imageId, { team: 'ops', theirs: 'yes' });
    await aws.untag(snapshot, 'cost');
    const drifted = await bed.mark();
    await images.lookNow('shop');
    await images.waitReady('shop');
    expect(await bed.writes(drifted)).toEqual(['CreateTags', 'CreateTags']);
    expect(await aws.tags(imageId)).toMatchObject({
      team: 'web',
      theirs: 'yes',
      'mooring.dev/id': `Image/${bed.namespace}/shop`,
    });
    const [seen] = await aws.snapshots([snapshot]);
    expect(seen?.Tags).toContainEqual({ Key: 'cost', Value: 'backup' });
  });

  it('anything, and the sweep finds it in pages', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start([...managing, '--resync', '10s']);
    for (const name of ['a', 'b', 'c'])
      await images.apply(name, { source: { instanceId: instance.id }, tags: { team: 'web' } });
    for (const name of ['a', 'b', 'c']) await images.waitReady(name);
    const { status } = await images.get('b');
    await aws.untag(status?.imageId ?? '', 'team');
    const drifted = await bed.mark();
    await expect.poll(async () => (await aws.tags(status?.imageId ?? '')).team).toBe('web');
    expect(await bed.writes(drifted)).toEqual(['CreateTags']);
  });

  it('who may use it: taken back to what is declared', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    const source = { instanceId: instance.id };
    await images.apply('shop', { source, share: { accounts: [friend], snapshots: true } });
    const { status } = await images.waitReady('shop');
    const { imageId = '', snapshots: [snapshot = ''] = [] } = status ?? {};
    expect(await aws.sharedWith(imageId)).toEqual([friend]);
    expect(await aws.snapshotSharedWith(snapshot)).toEqual([friend]);
    await aws.shareWith(imageId, other);
    await images.lookNow('shop');
    await images.waitReady('shop');
    expect(await aws.sharedWith(imageId)).toEqual([friend]);
  });
});

describe('the manifest changes', () => {
  it('who may use it, and to nobody', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    const source = { instanceId: instance.id };
    await images.apply('shop', { source, share: { accounts: [friend], snapshots: true } });
    const { status } = await images.waitReady('shop');
    const { imageId = '', snapshots: [snapshot = ''] = [] } = status ?? {};
    const before = await bed.mark();
    await images.apply('shop', {
      source,
      share: { accounts: [other], public: true, publicConfirmed: true },
    });
    await images.waitReady('shop');
    expect(await bed.writes(before)).toEqual(['ModifyImageAttribute', 'ModifySnapshotAttribute']);
    expect(await aws.sharedWith(imageId)).toEqual([other, 'all']);
    expect(await aws.snapshotSharedWith(snapshot)).toEqual([]);

    await images.apply('shop', { source });
    const after = await images.waitReady('shop');
    expect(await aws.sharedWith(imageId)).toEqual([]);
    expect(after.status).not.toHaveProperty('shared');
  });

  it('which organizations and units of them may use it', async ({ bed, images, aws }) => {
    const organization = 'arn:aws:organizations::123456789012:organization/o-a1b2c3d4e5';
    const unit = 'arn:aws:organizations::123456789012:ou/o-a1b2c3d4e5/ou-a1b2-c3d4e5f6';
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    const source = { instanceId: instance.id };
    const both = { organizationArns: [organization], ouArns: [unit] };
    await images.apply('shop', { source, share: both });
    const { status } = await images.waitReady('shop');
    const imageId = status?.imageId ?? '';
    expect(await aws.sharedWith(imageId)).toEqual([organization, unit]);
    const settled = await bed.mark();
    await images.lookNow('shop');
    expect(await bed.writes(settled)).toEqual([]);

    await images.apply('shop', { source, share: { organizationArns: [organization], accounts: [friend] } });
    await images.waitReady('shop');
    expect(await aws.sharedWith(imageId)).toEqual([friend, organization]);
    await images.apply('shop', { source });
    await images.waitReady('shop');
    expect(await aws.sharedWith(imageId)).toEqual([]);
  });

  it('its description and when it is deprecated', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    const source = { instanceId: instance.id };
    await images.apply('shop', { source, description: 'first', deprecateAfter: '90d' });
    const { status } = await images.waitReady('shop');
    const imageId = status?.imageId ?? '';
    const lead = Date.parse(status?.expires ?? '') - Date.parse(status?.createdAt ?? '');
    expect(Math.abs(lead - 90 * day)).toBeLessThanOrEqual(60_000);
    await images.apply('shop', { source, description: 'second', deprecateAfter: '2w' });
    const later = await images.waitReady('shop');
    expect(await aws.get(imageId)).toMatchObject({ Description: 'second' });
    expect(Date.parse(later.status?.expires ?? '')).toBeLessThan(Date.parse(status?.expires ?? ''));

    await images.apply('shop', { source, description: 'second' });
    await images.waitFor('shop', (image) => image.status?.expires === undefined);
    expect(await aws.get(imageId)).not.toHaveProperty('DeprecationTime');
    expect(await bed.writes()).toEqual([
      'CreateImage',
      'EnableImageDeprecation',
      'ModifyImageAttribute',
      'EnableImageDeprecation',
      'DisableImageDeprecation',
    ]);
  });

  it('when it is disabled: sharing ends, and comes back with it', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    const base = { source: { instanceId: instance.id }, share: { accounts: [friend], snapshots: true } };
    await images.apply('shop', { ...base, disableAfter: '7d' });
    const { status } = await images.waitReady('shop');
    const { imageId = '', snapshots: [snapshot = ''] = [] } = status ?? {};
    expect(await aws.snapshotSharedWith(snapshot)).toEqual([friend]);
    const createdAt = new Date(Date.parse(status?.createdAt ?? '') - 8 * day).toISOString();
    await bed.proxy.changeImage(imageId, { createdAt });
    await images.lookNow('shop');
    const disabled = await images.waitReady('shop');
    expect(disabled.status).toMatchObject({ state: 'Disabled', imageId });
    expect(disabled.status?.disabledAt).toBeDefined();
    expect(await aws.sharedWith(imageId)).toEqual([]);
    expect(await aws.snapshotSharedWith(snapshot)).toEqual([]);
    const settled = await bed.mark();
    await images.lookNow('shop');
    expect(await bed.writes(settled)).toEqual([]);
    await aws.shareSnapshotWith(snapshot, other);
    await images.lookNow('shop');
    expect(await aws.snapshotSharedWith(snapshot)).toEqual([]);

    await images.apply('shop', { ...base, disableAfter: '30d' });
    await images.waitFor('shop', (image) => image.status?.state === 'Available');
    await images.waitReady('shop');
    expect(await aws.sharedWith(imageId)).toEqual([friend]);
    expect(await aws.snapshotSharedWith(snapshot)).toEqual([friend]);
    expect((await images.get('shop')).status).not.toHaveProperty('disabledAt');
  });
});

describe('the API server refuses', () => {
  const origin = { schedule: 'shop/nightly', scheduleName: 'night', instanceId: 'i-0123456789abcdef0' };
  it.for<[string, object, string]>([
    ['no source', {}, 'source must be given'],
    [
      'two sources',
      {
        source: {
          instanceId: 'i-0123456789abcdef0',
          copyFrom: { imageId: 'ami-0123456789abcdef0', region: 'eu-west-1' },
        },
      },
      'exactly one of instanceId, instanceSelector and copyFrom',
    ],
    [
      'a public image nobody has confirmed',
      { source: { instanceId: 'i-0123456789abcdef0' }, share: { public: true } },
      'public needs publicConfirmed',
    ],
    [
      'deprecation in more than ten years',
      { source: { instanceId: 'i-0123456789abcdef0' }, deprecateAfter: '522w' },
      'at most ten years',
    ],
    [
      'deprecation of a public image in more than two',
      {
        source: { instanceId: 'i-0123456789abcdef0' },
        share: { public: true, publicConfirmed: true },
        deprecateAfter: '731d',
      },
      'at most two years',
    ],
    [
      'deprecation of a public copy in more than two',
      {
        source: { instanceId: 'i-0123456789abcdef0' },
        copies: [
          { region: 'eu-west-1' },
          { region: 'eu-west-2', share: { public: true, publicConfirmed: true } },
        ],
        deprecateAfter: '731d',
      },
      'at most two years',
    ],
    [
      'more tags than an image with copies has room for',
      {
        source: { instanceId: 'i-0123456789abcdef0' },
        copies: [{ region: 'eu-west-1' }],
        tags: Object.fromEntries(Array.from({ length: 44 }, (_, n) => [`tag${n}`, 'x'])),
      },
      'at most 43 tags',
    ],
    [
      'more tags than a scheduled image with copies has room for',
      {
        source: { instanceId: 'i-0123456789abcdef0' },
        copies: [{ region: 'eu-west-1' }],
        tags: Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`tag${n}`, 'x'])),
        scheduledBy: { ...origin, tick: '2026-01-31T02:00:00Z' },
      },
      'at most 39 tags',
    ],
    [
      'a time to begin before that is none',
      {
        source: { instanceId: 'i-0123456789abcdef0' },
        scheduledBy: { ...origin, tick: '2026-01-31T02:00:00Z', startBefore: 'tomorrow' },
      },
      'must be a time in UTC',
    ],
    [
      'a copy in its own Region',
      {
        source: { instanceId: 'i-0123456789abcdef0' },
        region: 'eu-west-1',
        copies: [{ region: 'eu-west-1' }],
      },
      "copies are in other Regions than the image's own",
    ],
    [
      'two keys for one copy',
      {
        source: { instanceId: 'i-0123456789abcdef0' },
        copies: [{ region: 'eu-west-1', kmsKeyId: 'alias/a', kmsKeyRef: { name: 'a' } }],
      },
      'at most one of kmsKeyId and kmsKeyRef',
    ],
    [
      'a name AWS would not take',
      { source: { instanceId: 'i-0123456789abcdef0' }, imageName: 'naïve' },
      'must be 3 to 128 of letters',
    ],
    [
      'a tag that says whose it is',
      { source: { instanceId: 'i-0123456789abcdef0' }, snapshotTags: { 'mooring.dev/uid': 'x' } },
      'is reserved',
    ],
  ])('%s', async ([, spec, message], { images }) => {
    await expect(images.apply('shop', spec)).rejects.toThrow(message);
  });

  it('another key for a copy that is encrypted with one', async ({ images }) => {
    const source = { instanceId: 'i-0123456789abcdef0' };
    await images.apply('shop', { source, copies: [{ region: 'eu-west-1', kmsKeyId: 'alias/a' }] });
    await expect(
      images.apply('shop', { source, copies: [{ region: 'eu-west-1', kmsKeyId: 'alias/b' }] }),
    ).rejects.toThrow('kmsKeyId is immutable');
    await images.apply('shop', { source, copies: [{ region: 'eu-west-2', kmsKeyId: 'alias/b' }] });
  });

  it('another source or name once it is made', async ({ images }) => {
    const source = { instanceId: 'i-0123456789abcdef0' };
    await images.apply('shop', { source });
    await expect(images.apply('shop', { source: { instanceId: 'i-0123456789abcdef1' } })).rejects.toThrow(
      'source, once set, cannot be changed',
    );
    await expect(images.apply('shop', { source, imageName: 'another' })).rejects.toThrow(
      'imageName is immutable',
    );
  });
});
