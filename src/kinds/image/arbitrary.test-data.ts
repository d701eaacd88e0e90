import fc from 'fast-check';
import type { Image } from '../../aws/readers/images.ts';
import {
  at,
  day,
  hour,
  image,
  now,
  object,
  own,
  owned,
  snapshot,
  tagsOfAnother,
} from './sample.test-data.ts';
import type { ImageObject } from './self.ts';
import type { ImageStatus } from './spec.ts';
import { nobody, type Placed, type World } from './world.test-data.ts';

/** Any object, and any state of AWS it may find. */
export interface Situation {
  readonly self: ImageObject;
  readonly world: World;
}

export const regions = ['eu-west-1', 'us-east-1'] as const;

const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

const share = fc.record(
  {
    accounts: fc.constantFrom([], ['111111111111'], ['111111111111', '222222222222']),
    public: fc.boolean(),
    publicConfirmed: fc.constant(true),
    snapshots: fc.boolean(),
  },
  { requiredKeys: ['publicConfirmed'] },
);

const copies = fc
  .subarray([...regions])
  .chain((chosen) =>
    fc.tuple(...chosen.map((region) => fc.record({ region: fc.constant(region), share: maybe(share) }))),
  );

const spec = fc.record(
  {
    description: fc.constantFrom('', 'nightly'),
    noReboot: fc.boolean(),
    tags: fc.constantFrom({}, { team: 'web' }, { team: 'ops', stage: 'prod' }),
    snapshotTags: fc.constantFrom({}, { cost: 'backup' }),
    copyInstanceTags: fc.boolean(),
    share,
    copies,
    deprecateAfter: fc.constantFrom('1h', '90d'),
    disableAfter: fc.constantFrom('1h', '365d'),
    deregistrationProtection: fc.record({ enabled: fc.boolean(), cooldown: fc.boolean() }),
    deletionPolicy: fc.constantFrom('Delete', 'Retain'),
    deleteSnapshots: fc.boolean(),
  },
  { requiredKeys: [] },
);

const tags = (role: 'primary' | 'copy' | 'snapshot') =>
  fc.constantFrom(
    owned(role),
    { ...owned(role), team: 'theirs', 'mooring.dev/released': 'true' },
    { ...owned(role), 'mooring.dev/uid': 'u-0' },
    { 'mooring.dev/uid': 'u-1' },
    {},
    tagsOfAnother,
  );

const someImage = (imageId: string, role: 'primary' | 'copy') =>
  fc.record({
    imageId: fc.constant(imageId),
    snapshotIds: fc.constant([`${imageId}-a`, `${imageId}-b`]),
    state: fc.constantFrom('pending', 'available', 'available', 'available', 'failed', 'disabled'),
    tags: tags(role),
    description: fc.constantFrom('', 'old'),
    createdAt: fc.constantFrom(at(now - hour / 2), at(now - 2 * hour), at(now - 100 * day)),
    deprecatedAt: maybe(fc.constantFrom(at(now - day), at(now + day))),
    deregistrationProtection: maybe(fc.constantFrom('disabled', 'enabled-without-cooldown')),
  });

const permissions = fc.constantFrom(
  nobody,
  { ...nobody, accounts: ['111111111111'] },
  { ...nobody, public: true },
);

const placed = (region: string, imageId: string, role: 'primary' | 'copy') =>
  fc.record({ more: someImage(imageId, role), permissions }).map(
    ({ more, permissions: its }): Placed => ({
      region,
      image: image({ ...more, public: more.state === 'disabled' ? false : its.public }),
      permissions: more.state === 'disabled' ? nobody : its,
    }),
  );

const world: fc.Arbitrary<World> = fc
  .record({
    primary: maybe(placed(own, 'ami-1', 'primary')),
    copies: fc.tuple(...regions.map((region) => maybe(placed(region, `ami-${region}`, 'copy')))),
    snapshotTags: tags('snapshot'),
    shared: fc.boolean(),
  })
  .map(({ primary, copies: there, snapshotTags, shared }) => {
    const images = [primary, ...there].filter((one) => one !== undefined);
    return {
      images,
      snapshots: images.flatMap(({ region, image: { snapshotIds } }) =>
        snapshotIds.map((snapshotId) => ({
          ...snapshot({ snapshotId, tags: snapshotTags }),
          region,
          accounts: shared ? ['111111111111'] : [],
        })),
      ),
      tokens: new Map(),
      made: 0,
      rebooted: [],
    };
  });

const statusOver = ({ images }: World, knows: boolean, shared: boolean): ImageStatus => {
  const [primary, ...rest] = [
    images.find(({ region }) => region === own),
    ...images.filter((one) => one.region !== own),
  ];
  const of = (found: Image) => ({
    imageId: found.imageId,
    snapshots: [...found.snapshotIds],
    ...(shared ? { shared } : {}),
  });
  if (!knows || !primary) return {};
  return {
    ...of(primary.image),
    copies: rest.flatMap((one) => (one ? [{ region: one.region, ...of(one.image) }] : [])),
    managedTags: ['team'],
  };
};

export const situation: fc.Arbitrary<Situation> = fc
  .record({
    spec,
    world,
    knows: fc.boolean(),
    shared: fc.boolean(),
    deleting: fc.boolean(),
    disabledByUs: fc.boolean(),
  })
  .map(({ spec: declared, world: there, knows, shared, deleting, disabledByUs }) => ({
    world: there,
    self: object(declared, {
      deleting,
      status: {
        ...statusOver(there, knows, shared),
        ...(disabledByUs && knows ? { disabledAt: at(now - hour) } : {}),
      },
    }),
  }));
