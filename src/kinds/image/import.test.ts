import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asObject, type Rendered } from '../../core/import.ts';
import { importImage } from './import.ts';
import {
  at,
  callsOf,
  ctx,
  day,
  hour,
  identity,
  image,
  minute,
  now,
  own,
  planned,
  seen,
  sharing,
  site,
  snapshot,
  tagsOfAnother,
} from './sample.test-data.ts';
import type { Seen, Site } from './seen.ts';
import { imageDefinition } from './spec.ts';

const found = (more: Parameters<typeof image>[0] = {}, rest: Partial<Site> = {}): Seen =>
  seen({
    primary: site({
      image: image({ tags: {}, ...more }),
      snapshots: [snapshot({ tags: {} })],
      sharing: sharing(),
      ...rest,
    }),
    cameBy: 'adopt',
  });
const render = (one: Seen): Rendered => importImage(one, ctx);
const plain = { adopt: 'ami-1', region: own, imageName: 'shop-web' };
const created = now - day;

describe('an image', () => {
  it.each<[string, Seen, object]>([
    ['that has nothing beside', found(), {}],
    [
      'with a description and tags',
      found({ description: 'x', tags: { team: 'shop' } }),
      { description: 'x', tags: { team: 'shop' } },
    ],
    [
      'whose snapshots have tags in common',
      found(
        {},
        {
          snapshots: [snapshot({ tags: { a: '1', b: '2', c: '3' } }), snapshot({ tags: { a: '1', b: '4' } })],
        },
      ),
      { snapshotTags: { a: '1' } },
    ],
    [
      'made of another object’s snapshot',
      found({}, { snapshots: [snapshot({ tags: tagsOfAnother }), snapshot({ tags: { a: '1' } })] }),
      { snapshotTags: { a: '1' } },
    ],
    [
      'that is shared',
      found({}, { sharing: sharing({ accounts: ['2', '1'].map((n) => n.repeat(12)) }) }),
      { share: { accounts: ['111111111111', '222222222222'] } },
    ],
    [
      'that is shared with its snapshots',
      found(
        {},
        {
          sharing: sharing({ accounts: ['111111111111'], snapshotAccounts: { 'snap-1': ['111111111111'] } }),
        },
      ),
      { share: { accounts: ['111111111111'], snapshots: true } },
    ],
    [
      'that is public',
      found({ public: true }, { sharing: sharing({ public: true }) }),
      { share: { public: true, publicConfirmed: true } },
    ],
    ['that is to be deprecated', found({ deprecatedAt: at(created + 90 * day) }), { deprecateAfter: '90d' }],
    [
      'that was deprecated',
      found({ deprecatedAt: at(created + 13 * hour + 20_000) }),
      { deprecateAfter: '13h' },
    ],
    [
      'that is protected',
      found({ deregistrationProtection: 'enabled-with-cooldown' }),
      { deregistrationProtection: { enabled: true, cooldown: true } },
    ],
    ['whose protection is off', found({ deregistrationProtection: 'disabled' }), {}],
  ])('%s is adopted as it is', (_, one, spec) => {
    expect(render(one)).toEqual({ spec: { ...plain, ...spec }, notes: [] });
  });

  it('whose name no manifest can say goes without', () => {
    expect(render(found({ name: 'a:b' }))).toEqual({ spec: { adopt: 'ami-1', region: own }, notes: [] });
  });

  it.each<[string, Seen, string]>([
    [
      'whom its snapshots are shared with',
      found({}, { sharing: sharing({ snapshotAccounts: { 'snap-1': ['111111111111'] } }) }),
      'its snapshots are shared with others than it is, which a manifest cannot say',
    ],
    [
      'sharing that is of no use',
      found({}, { sharing: sharing({ accounts: ['111111111111'], managedKey: 'arn:key' }) }),
      'it is encrypted with arn:key, and nobody can use it',
    ],
    [
      'that it is deprecated at another time',
      found({ deprecatedAt: at(created + 90 * day + 10 * minute) }),
      'which is no whole number of hours after it was made, or too many',
    ],
    [
      'that it is disabled',
      found({ state: 'disabled' }, { sharing: undefined }),
      'is disabled, and stays so',
    ],
  ])('keeps %s, which is told', (_, one, note) => {
    expect(render(one)).toEqual({ spec: plain, notes: [expect.stringContaining(note)] });
  });

  it.each<[string, Seen, string]>([
    ['that is pending', found({ state: 'pending' }), 'it is pending: import it when it is available'],
    ['that failed', found({ state: 'failed', stateReason: 'why' }), 'AWS failed to make it: why'],
    ['of an object', found({ tags: tagsOfAnother }), 'it belongs to Image/shop/mail'],
    [
      'whose snapshot has no room for tags',
      found(
        {},
        {
          snapshots: [
            snapshot({ tags: Object.fromEntries(Array.from({ length: 45 }, (_, n) => [`k${n}`, ''])) }),
            snapshot(),
          ],
        },
      ),
      'its snapshot snap-1 cannot be tagged: it has 45 tags',
    ],
  ])('%s is left out', (_, one, reason) => {
    expect(render(one)).toEqual({ reason: expect.stringContaining(reason) });
  });
});

const tags = fc.dictionary(fc.constantFrom('a', 'b', 'aws:x', 'c (d)'), fc.constantFrom('', '1', '2'));
const accounts = fc.subarray(['111111111111', '222222222222']);
const situation: fc.Arbitrary<Seen> = fc
  .record({
    tags,
    state: fc.constantFrom('available', 'available', 'disabled'),
    description: fc.constantFrom('', 'x: #y'),
    name: fc.constantFrom('shop-web', 'a b/c', 'x:y'),
    createdAt: fc.integer({ min: 0, max: 4 * 365 * 24 * 60 }).map((age) => at(now - age * minute - 7_000)),
    deprecatedAt: fc.option(fc.integer({ min: -2 * 365 * 24, max: 12 * 365 * 24 })),
    deregistrationProtection: fc.constantFrom(
      undefined,
      'disabled',
      'enabled-with-cooldown',
      'enabled-without-cooldown',
    ),
    snapshots: fc.array(
      fc.record({ tags: fc.oneof(tags, fc.constant(tagsOfAnother)), encrypted: fc.boolean() }),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
    accounts,
    snapshotAccounts: fc.oneof(fc.constant('none'), fc.constant('same'), accounts),
    organizationArns: fc.subarray(['arn:aws:organizations::123456789012:organization/o-a1b2c3d4e5']),
    public: fc.boolean(),
    managedKey: fc.constantFrom(undefined, undefined, 'arn:aws:kms:eu-central-1:123456789012:key/x'),
  })
  .map(({ snapshots, snapshotAccounts, managedKey, organizationArns, ...drawn }) => {
    const ids = snapshots.map((_, n) => `snap-${n}`);
    const of =
      typeof snapshotAccounts !== 'string'
        ? snapshotAccounts
        : snapshotAccounts === 'same'
          ? drawn.accounts
          : [];
    const isPublic = drawn.public && drawn.state === 'available';
    const { deprecatedAt, accounts: shared, ...rest } = drawn;
    const deprecated =
      deprecatedAt === null ? undefined : at(Math.floor((now + deprecatedAt * hour) / minute) * minute);
    return found(
      { ...rest, public: isPublic, deprecatedAt: deprecated, snapshotIds: ids },
      {
        snapshots: snapshots.map((one, n) => snapshot({ ...one, snapshotId: `snap-${n}` })),
        sharing:
          drawn.state === 'available'
            ? sharing({
                accounts: shared,
                organizationArns,
                public: isPublic,
                snapshotAccounts: Object.fromEntries(ids.map((id) => [id, of])),
                ...(managedKey ? { managedKey } : {}),
              })
            : undefined,
      },
    );
  });

describe('any image that is nobody’s', () => {
  it('is adopted by its manifest, which changes nothing of it but whose it is', () => {
    fc.assert(
      fc.property(situation, (one) => {
        const rendered = render(one);
        if ('reason' in rendered) return expect.unreachable(rendered.reason);
        const self = asObject(imageDefinition, { ...rendered.spec, adopt: 'ami-0000000a' });
        if (typeof self === 'string') return expect.unreachable(self);
        const plan = planned({ ...self, identity, uid: 'u-1' }, one);
        expect(plan.blocked).toBeUndefined();
        expect([...new Set(callsOf(plan))]).toEqual(['ec2:CreateTags']);
        const keys = JSON.stringify(plan.steps.map(({ input }) => input)).match(/"Key":"[^"]*"/g) ?? [];
        expect(keys.filter((key) => !key.startsWith('"Key":"mooring.dev/'))).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});
