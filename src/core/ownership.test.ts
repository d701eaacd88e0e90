import { describe, expect, it } from 'vitest';
import { ownershipTags, tagKeys } from './identity.ts';
import { type Claim, claimOn, mayManage, ownerOf, recordedId } from './ownership.ts';
import type { Tags } from './tags.ts';

const identity = { cluster: 'prod-eu', kind: 'ElasticIP', namespace: 'shop', name: 'web' };
const self = { identity, uid: 'u-1' };
const ours = ownershipTags({ identity, uid: 'u-1', role: 'primary', creation: 't-1' });
const without = (key: string): Tags =>
  Object.fromEntries(Object.entries(ours).filter(([name]) => name !== key));

describe('whose a resource is', () => {
  it.each<[string, Tags, Claim]>([
    ['all of our tags', ours, 'ours'],
    ['the cluster tag taken off', without(tagKeys.cluster), 'ours'],
    ['the id taken off', without(tagKeys.id), 'ours'],
    ['the uid taken off', without(tagKeys.uid), 'ours'],
    ['another uid under our name', { ...ours, [tagKeys.uid]: 'u-0' }, 'previous'],
    ['only another uid left', { [tagKeys.uid]: 'u-0' }, 'previous'],
    ['another cluster', { ...ours, [tagKeys.cluster]: 'prod-us' }, 'foreign'],
    ['another name', { ...ours, [tagKeys.id]: 'ElasticIP/shop/mail' }, 'foreign'],
    ['another kind', { ...ours, [tagKeys.id]: 'Image/shop/web' }, 'foreign'],
    ['our uid under another name', { ...ours, [tagKeys.id]: 'ElasticIP/shop/mail' }, 'foreign'],
    ['no tag at all', {}, 'unclaimed'],
    ['tags of other people', { Name: 'web', team: 'shop' }, 'unclaimed'],
    ['the mark of a released one', { ...ours, [tagKeys.released]: 'true' }, 'ours'],
  ])('with %s', (_, tags, claim) => {
    expect(claimOn(tags, self)).toBe(claim);
  });
});

describe('whether this object may write to it', () => {
  const previous = { ...ours, [tagKeys.uid]: 'u-0' };
  const foreign = { ...ours, [tagKeys.cluster]: 'prod-us' };
  it.each<[string, Tags, 'known id' | 'identity' | 'adopt', boolean]>([
    ['its own, by its known id', ours, 'known id', true],
    ['its own, found by identity', ours, 'identity', true],
    ['its own, adopted', ours, 'adopt', true],
    ['one whose tags were all lost, by its known id', {}, 'known id', true],
    ['one that nobody claims, adopted', {}, 'adopt', true],
    ['one that a former object of this name left, found by identity', previous, 'identity', true],
    ['one that a former object of this name left, adopted', previous, 'adopt', true],
    ['its known one, taken over by an object with another uid', previous, 'known id', false],
    ["another cluster's, by its known id", foreign, 'known id', false],
    ["another cluster's, adopted", foreign, 'adopt', false],
    ["another cluster's, found by identity", foreign, 'identity', false],
  ])('%s', (_, tags, cameBy, may) => {
    expect(mayManage(tags, self, cameBy)).toBe(may);
  });
});

describe('the id that status records', () => {
  const previous = { ...ours, [tagKeys.uid]: 'u-0' };
  it.each<[string, Tags, string | undefined, string | undefined]>([
    ['its own', ours, undefined, 'new'],
    ['one that nobody claims', {}, undefined, 'new'],
    ['one that is still to be taken over', previous, undefined, undefined],
    ['one that was taken away', previous, 'known', 'known'],
  ])('of %s', (_, tags, known, recorded) => {
    expect(recordedId('new', tags, self, known)).toBe(recorded);
  });
});

describe('who a Conflict names', () => {
  it('is as much as the tags tell', () => {
    expect(ownerOf(ours)).toBe('ElasticIP/shop/web of cluster prod-eu (uid u-1)');
    expect(ownerOf({})).toBe('an unnamed object');
  });
});
