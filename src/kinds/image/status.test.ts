import { describe, expect, it } from 'vitest';
import {
  at,
  copySite,
  ctx,
  day,
  image,
  known,
  minute,
  now,
  object,
  own,
  owned,
  seen,
  sharing,
  site,
  snapshot,
  tagsOfAnother,
} from './sample.test-data.ts';
import type { Site } from './seen.ts';
import { imageNameOf } from './self.ts';
import { type ImageStatus, imageDefinition } from './spec.ts';
import { statusOf } from './status.ts';
import { withInstanceTags } from './tags.ts';

describe('status', () => {
  it('tells an image as a user wants to read it', () => {
    expect(statusOf(object(), seen({ inUseBy: ['arn:i'] }), ctx)).toEqual({
      imageId: 'ami-1',
      arn: `arn:aws:ec2:${own}::image/ami-1`,
      imageName: 'shop-web',
      state: 'Available',
      instanceId: 'i-0123456789abcdef0',
      createdAt: '2025-12-31T12:00:00Z',
      size: '8Gi',
      snapshots: ['snap-1'],
      inUseBy: ['arn:i'],
      managedTags: [],
      managedSnapshotTags: [],
    });
  });

  it('tells no id of an image that is not taken over yet: the next look may still do it', () => {
    const found = seen({
      primary: site({ image: image({ tags: owned('primary', 'u-0') }) }),
      cameBy: 'identity',
    });
    expect(statusOf(object(), found, ctx)).toMatchObject({ imageName: 'shop-web', state: 'Available' });
    expect(statusOf(object(), found, ctx)).not.toHaveProperty('imageId');
    expect(statusOf(object({}, { status: known }), found, ctx)).toMatchObject({ imageId: 'ami-1' });
  });

  it('tells how far a pending one is', () => {
    const snapshots = [snapshot({ progress: 100 }), snapshot({ snapshotId: 'snap-2', progress: 33 })];
    const found = seen({ primary: site({ image: image({ state: 'pending' }), snapshots }) });
    expect(statusOf(object(), found, ctx)).toMatchObject({ state: 'Pending', progress: '66%' });
  });

  it('keeps the id of one that is gone, and the snapshots that are left of it', () => {
    const found = seen({ primary: site({ image: undefined }) });
    expect(statusOf(object({}, { status: known }), found, ctx)).toMatchObject({ ...known, state: 'Gone' });
    const creation = { token: 't-1', time: at(now) };
    expect(statusOf(object({}, { status: known, creation }), found, ctx)).not.toHaveProperty('state');
  });

  it('keeps a wanted copy that is gone, and forgets one that nobody wants', () => {
    const status = { ...known, copies: [{ region: 'eu-west-1', imageId: 'ami-2' }] };
    const found = seen({ copies: [{ region: 'eu-west-1', snapshots: [] }] });
    const wanted = object({ copies: [{ region: 'eu-west-1' }] }, { status });
    expect(statusOf(wanted, found, ctx).copies).toEqual([{ region: 'eu-west-1', imageId: 'ami-2' }]);
    expect(statusOf(object({}, { status }), found, ctx)).not.toHaveProperty('copies');
  });

  it('expires when its schedule lets it go, if that is the first', () => {
    const found = seen({ primary: site({ image: image({ deprecatedAt: at(now + 9 * day) }) }) });
    const until = (time: string) =>
      statusOf(object({}, { annotations: { 'mooring.dev/expires': time } }), found, ctx).expires;
    expect(until('2026-01-03T06:00:00Z')).toBe('2026-01-03T06:00:00Z');
    expect(until('2027-01-03T06:00:00Z')).toBe('2026-01-10T12:00:00Z');
    expect(until('soon')).toBe('2026-01-10T12:00:00Z');
  });

  it('remembers when AWS was asked for a copy, until that was seen finished', () => {
    const copies = [{ region: 'eu-west-1' }];
    const asked = { at: at(now), replaces: 'ami-0' };
    const pending = image({ imageId: 'ami-2', state: 'pending' });
    const told = (site: Partial<Site>, status: ImageStatus = {}) =>
      statusOf(
        object({ copies }, { status }),
        seen({ copies: [copySite('eu-west-1', { snapshots: [], ...site })] }),
        {
          ...ctx,
          now: now + minute,
        },
      ).copies;
    const first = told({ image: pending, asked });
    const expected = {
      region: 'eu-west-1',
      imageId: 'ami-2',
      state: 'Pending',
      askedAt: '2026-01-01T12:00:00Z',
      replaces: 'ami-0',
    };
    expect(first).toMatchObject([expected]);
    expect(told({ image: undefined }, { copies: first })).toEqual([expected]);
    expect(told({ image: pending }, { copies: first })).toMatchObject([expected]);
    const finished = told({ image: { ...pending, state: 'available' } }, { copies: first });
    expect(finished).toEqual([
      { region: 'eu-west-1', imageId: 'ami-2', state: 'Available', snapshots: ['snap-1'] },
    ]);
    expect(told({ image: undefined }, { copies: finished })).toEqual([
      { region: 'eu-west-1', imageId: 'ami-2' },
    ]);
  });

  it('tells that an image of a schedule will never be', () => {
    const scheduledBy = {
      schedule: 'shop/nightly',
      scheduleName: 'night',
      tick: at(now - day),
      instanceId: 'i-0123456789abcdef0',
      startBefore: at(now),
    };
    const found = seen({ primary: site({ image: undefined, snapshots: [] }) });
    expect(statusOf(object({ scheduledBy }), found, ctx)).toMatchObject({
      state: 'Failed',
      reason:
        'it was to be begun before 2026-01-01T12:00:00.000Z: the disk of i-0123456789abcdef0 is no longer what it was at 2025-12-31T12:00:00.000Z',
    });
    const creation = { token: 't-1', time: at(now) };
    expect(statusOf(object({ scheduledBy }, { creation }), found, ctx)).not.toHaveProperty('state');
  });

  it('expires at the first of deprecation and disabling', () => {
    const found = seen({ primary: site({ image: image({ deprecatedAt: at(now + 9 * day) }) }) });
    const self = (disableAfter: string) => object({ deprecateAfter: '10d', disableAfter });
    expect(statusOf(self('5d'), found, ctx).expires).toBe('2026-01-05T12:00:00Z');
    expect(statusOf(self('50d'), found, ctx).expires).toBe('2026-01-10T12:00:00Z');
    expect(statusOf(object(), seen(), ctx)).not.toHaveProperty('expires');
  });

  it('remembers sharing until it is withdrawn', () => {
    const status = { ...known, shared: true };
    const still = seen({ primary: site({ sharing: sharing({ accounts: ['111111111111'] }) }) });
    expect(statusOf(object({}, { status }), still, ctx).shared).toBe(true);
    const withdrawn = seen({ primary: site({ sharing: sharing() }) });
    expect(statusOf(object({}, { status }), withdrawn, ctx)).not.toHaveProperty('shared');
  });

  it('is what its own schema takes, and says the same of the same', () => {
    const self = object({ copies: [{ region: 'eu-west-1' }], share: {}, disableAfter: '12h' });
    const found = seen({
      primary: site({ image: image({ state: 'disabled' }) }),
      copies: [copySite('eu-west-1')],
    });
    const status = imageDefinition.status.parse(statusOf(self, found, ctx));
    expect(status).toEqual(statusOf(self, found, ctx));
    expect(statusOf({ ...self, status }, found, { ...ctx, now: now + day })).toEqual(status);
  });
});

describe('the name in AWS', () => {
  it('is of the namespace and the name', () => {
    expect(imageNameOf(object())).toBe('shop-web');
    expect(imageNameOf(object({ imageName: 'golden' }))).toBe('golden');
  });

  it('past AWS’s limit is cut, and differs still', () => {
    const named = (name: string) =>
      imageNameOf({ ...object(), identity: { cluster: 'c', kind: 'Image', namespace: 'shop', name } });
    const [one, two] = [named(`${'a'.repeat(200)}-1`), named(`${'a'.repeat(200)}-2`)];
    expect([one.length, two.length]).toEqual([128, 128]);
    expect(one).not.toBe(two);
  });
});

describe('the instance’s tags', () => {
  it('go below ours, without reserved ones, as many as there is room for', () => {
    const ours = { team: 'web' };
    const theirs = { team: 'ops', app: 'shop', 'aws:autoscaling:groupName': 'x', 'mooring.dev/id': 'y' };
    expect(withInstanceTags(ours, theirs)).toEqual({ team: 'web', app: 'shop' });
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`tag${n}`, '']));
    expect(Object.keys(withInstanceTags(ours, many))).toHaveLength(48);
  });
});

describe('of the tags that are set for the object status records', () => {
  it.each<[string, object, Readonly<Record<string, string>>, string[]]>([
    ['those of the manifest', { tags: { team: 'x' } }, { team: 'x' }, ['team']],
    ['one that is taken out of it, until it is gone', {}, { old: 'x' }, ['old']],
    ['none that is gone', {}, {}, []],
    ['none that others put there', {}, { theirs: 'x' }, []],
  ])('%s', (_, spec, tags, keys) => {
    const status = { ...known, managedTags: ['old'], managedSnapshotTags: ['old'] };
    const self = object({ ...spec, snapshotTags: Object(spec).tags }, { status });
    const copy = copySite('eu-west-1');
    const found = seen({
      copies: [
        {
          ...copy,
          image: image({ tags: { ...owned('copy'), ...tags } }),
          snapshots: [snapshot({ tags: { ...owned('snapshot'), ...tags } })],
        },
      ],
    });
    const told = statusOf(self, found, ctx);
    expect(told.managedTags).toEqual(keys);
    expect(told.managedSnapshotTags).toEqual(keys);
  });
});

it('of a snapshot that is somebody else’s no tag is recorded: it is never taken off', () => {
  const self = object({}, { status: { ...known, managedSnapshotTags: ['old'] } });
  const theirs = snapshot({ tags: { ...tagsOfAnother, old: 'x' } });
  const found = seen({ primary: site({ snapshots: [theirs] }) });
  expect(statusOf(self, found, ctx).managedSnapshotTags).toEqual([]);
});
