import { describe, expect, it } from 'vitest';
import { tagKeys } from '../../core/identity.ts';
import { diff } from './diff.ts';
import { type Case, expectPlan, none } from './plan-table.test-data.ts';
import {
  address,
  associatedWith,
  ctx,
  known,
  now,
  object,
  on,
  owned,
  seen,
  tagsOfAnother,
} from './sample.test-data.ts';

describe('an address', () => {
  it.each<[string, Case]>([
    ['is allocated where there is none', { self: object(), seen: none, calls: ['AllocateAddress'] }],
    ['that is as declared is let be', { seen: {} }],
    [
      'that carries this identity is taken over, not allocated again',
      {
        self: object(),
        seen: { cameBy: 'identity', address: address({ tags: owned('u-0') }) },
        calls: ['CreateTags'],
      },
    ],
    [
      'that was retained is taken back, and its mark removed',
      {
        self: object(),
        seen: {
          cameBy: 'identity',
          address: address({ tags: { ...owned('u-0'), [tagKeys.released]: 'true' } }),
        },
        calls: ['CreateTags', 'DeleteTags'],
      },
    ],
    [
      'is never picked from two that claim to be it: both are named',
      {
        self: object(),
        seen: {
          ...none,
          claims: [address(), address({ allocationId: 'eipalloc-2', publicIp: '203.0.113.2' })],
        },
        blocked: ['Conflict', /^eipalloc-1 \(203\.0\.113\.1\) and eipalloc-2 \(203\.0\.113\.2\) all carry/],
      },
    ],
    [
      'with our identity and another uid, known to us, is somebody else’s',
      {
        seen: { address: address({ tags: owned('u-0') }) },
        blocked: [
          'Conflict',
          /^eipalloc-1 belongs to ElasticIP\/shop\/web of cluster prod-eu \(uid u-0\): it is left/,
        ],
      },
    ],
    [
      'of another object is left alone, however it was found',
      { seen: { address: address({ tags: tagsOfAnother }) }, blocked: ['Conflict', /ElasticIP\/shop\/mail/] },
    ],
    [
      'to adopt that nobody claims is tagged as ours',
      {
        self: object({ adopt: '203.0.113.1' }),
        seen: { cameBy: 'adopt', address: address({ tags: { Name: 'old' } }) },
        calls: ['CreateTags'],
      },
    ],
    [
      'to adopt that another object has is refused',
      {
        self: object({ adopt: '203.0.113.1' }),
        seen: { cameBy: 'adopt', address: address({ tags: tagsOfAnother }) },
        blocked: ['Conflict', /mail/],
      },
    ],
    [
      'to adopt that does not exist is not allocated instead',
      {
        self: object({ adopt: 'eipalloc-0123abcd' }),
        seen: { address: undefined, cameBy: 'adopt' },
        blocked: ['NotFound', 'spec.adopt names eipalloc-0123abcd'],
      },
    ],
  ])('%s', (_, test) => expectPlan(test));
});

describe('tags', () => {
  const managed = (keys: string[]) => ({ ...known, managedTags: keys });
  it.each<[string, Case]>([
    [
      'that were lost are restored, all of them',
      { seen: { address: address({ tags: {} }) }, calls: ['CreateTags'] },
    ],
    ['that others put there are left', { seen: { address: address({ tags: { ...owned(), theirs: '1' } }) } }],
    [
      'of another value are set',
      {
        self: object({ tags: { team: 'web' } }, { status: known }),
        seen: { address: address({ tags: { ...owned(), team: 'x' } }) },
        calls: ['CreateTags'],
      },
    ],
    [
      'taken out of the manifest are removed',
      {
        self: object({}, { status: managed(['team']) }),
        seen: { address: address({ tags: { ...owned(), team: 'x' } }) },
        calls: ['DeleteTags'],
      },
    ],
  ])('%s', (_, test) => expectPlan(test));

  it('restored include the token of the intent that status records', () => {
    const self = object({}, { status: known, creation: { token: 't-1', time: new Date(now).toISOString() } });
    const [step] = diff(self, seen({ address: address({ tags: {} }) }), ctx).steps;
    expect(step?.input).toMatchObject({
      Tags: expect.arrayContaining([{ Key: tagKeys.creation, Value: 't-1' }]),
    });
  });

  it('of a known address keep the token it was created under', () => {
    const self = object({}, { status: known, creation: { token: 't-2', time: new Date(now).toISOString() } });
    expectPlan({ self, seen: { address: address({ tags: owned('u-1', 't-1') }) } });
  });
});

describe('a spare address of this object', () => {
  const spare = address({
    allocationId: 'eipalloc-2',
    publicIp: '203.0.113.2',
    tags: owned('u-1', 't-lost'),
  });
  it.each<[string, Case]>([
    ['whose reply was lost is released', { seen: { claims: [spare] }, calls: ['ReleaseAddress'] }],
    [
      'is kept when something uses it',
      { seen: { claims: [{ ...spare, association: associatedWith(on('z')) }] } },
    ],
    [
      'is kept when another object made it',
      { seen: { claims: [{ ...spare, tags: owned('u-0', 't-lost') }] } },
    ],
    ['is kept when nobody knows what made it', { seen: { claims: [{ ...spare, tags: owned() }] } }],
    [
      'is kept when it only carries a copy of our tags',
      { seen: { address: address({ tags: owned('u-1', 't-lost') }), claims: [spare] } },
    ],
  ])('%s', (_, test) => expectPlan(test));
});
