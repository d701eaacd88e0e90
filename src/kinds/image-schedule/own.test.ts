import { describe, expect, it } from 'vitest';
import type { Image } from '../../aws/readers/images.ts';
import { ownershipTags } from '../../core/identity.ts';
import { scheduleTags } from '../../core/image-template.ts';
import { imageNameOf, objectNameOf, scheduleTagOf } from './names.ts';
import { ownImage } from './own.ts';

const self = { cluster: 'prod', kind: 'ImageSchedule', namespace: 'shop', name: 'web' };
const tick = Date.UTC(2026, 2, 1, 6);
const run = { schedule: 'daily', tick };
const objectName = objectNameOf('web', run, 'i-0000000a');
const origin = {
  schedule: scheduleTagOf(self),
  scheduleName: 'daily',
  tick: '2026-03-01T06:00:00Z',
  instanceId: 'i-0000000a',
};
const tags = {
  ...ownershipTags({ identity: { ...self, kind: 'Image', name: objectName }, uid: 'u-1', role: 'primary' }),
  ...scheduleTags(origin),
};
const image = (more: Partial<Image> = {}): Image => ({
  imageId: 'ami-1',
  name: imageNameOf('shop', objectName),
  description: '',
  state: 'available',
  public: false,
  snapshotIds: [],
  size: 8,
  tags,
  ...more,
});

describe('an image is this schedule’s own', () => {
  it('by its tags and its name', () => {
    expect(ownImage(image(), self)).toEqual({
      imageId: 'ami-1',
      objectName,
      schedule: 'daily',
      instanceId: 'i-0000000a',
      tick,
      state: 'available',
      isProtected: false,
      copyRegions: [],
    });
    const copied = image({ tags: { ...tags, 'mooring.dev/copies': 'eu-west-1 eu-west-3' } });
    expect(ownImage(copied, self)?.copyRegions).toEqual(['eu-west-1', 'eu-west-3']);
  });

  it.each<[string, Partial<Image>]>([
    ['of another cluster', { tags: { ...tags, 'mooring.dev/cluster': 'stage' } }],
    ['of another schedule', { tags: { ...tags, 'mooring.dev/schedule': 'shop/mail' } }],
    ['of another namespace', { tags: { ...tags, 'mooring.dev/id': `Image/mail/${objectName}` } }],
    ['that was released', { tags: { ...tags, 'mooring.dev/released': 'true' } }],
    ['that is a copy', { tags: { ...tags, 'mooring.dev/role': 'copy' } }],
    ['made by hand, with these tags', { name: 'by hand' }],
    ['without a tick', { tags: { ...tags, 'mooring.dev/schedule-tick': 'yesterday' } }],
    ['that is being deregistered', { state: 'deregistered' }],
  ])('not one %s', (_, more) => {
    expect(ownImage(image(more), self)).toBeUndefined();
  });

  it.each([
    ['pending', 'pending'],
    ['transient', 'pending'],
    ['failed', 'failed'],
    ['error', 'failed'],
    ['invalid', 'failed'],
    ['disabled', 'disabled'],
  ])('whose state %s is %s', (state, expected) => {
    expect(ownImage(image({ state }), self)?.state).toBe(expected);
  });

  it('protected, also while the protection’s cool-down lasts', () => {
    const protections = ['enabled-without-cooldown', 'enabled-with-cooldown', 'disabled'];
    const found = protections.map((deregistrationProtection) =>
      ownImage(image({ deregistrationProtection }), self),
    );
    expect(found.map((one) => one?.isProtected)).toEqual([true, true, false]);
  });
});

describe('names', () => {
  it('are the same for the same tick and instance, and others for others', () => {
    expect(objectName).toBe('web.daily.i-0000000a.202603010600');
    expect(objectNameOf('web', { ...run, runNow: 'a' }, 'i-0000000a')).toMatch(
      /^web\.daily\.i-0000000a\.now-[0-9a-f]{10}$/,
    );
    const all = [
      objectNameOf('web', run, 'i-1'),
      objectNameOf('web', run, 'i-2'),
      objectNameOf('web', { ...run, tick: tick + 60_000 }, 'i-1'),
      objectNameOf('web.daily', { ...run, schedule: 'x' }, 'i-1'),
      objectNameOf('web', { ...run, runNow: 'a' }, 'i-1'),
      objectNameOf('web', { ...run, runNow: 'b' }, 'i-1'),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it('fit into what Kubernetes and AWS take, however long the schedule’s is', () => {
    const long = 'a'.repeat(250);
    const name = objectNameOf(long, { schedule: 'b'.repeat(32), tick }, 'i-0123456789abcdef0');
    expect(name.length).toBeLessThanOrEqual(253);
    expect(imageNameOf('n'.repeat(63), name).length).toBeLessThanOrEqual(128);
    expect(imageNameOf('n'.repeat(63), name)).toMatch(/^[a-zA-Z0-9()[\] ./'@_-]{3,128}$/);
    expect(scheduleTagOf({ namespace: 'n'.repeat(63), name: long }).length).toBeLessThanOrEqual(256);
    expect(imageNameOf('a', 'b-c')).not.toBe(imageNameOf('a-b', 'c'));
  });
});
