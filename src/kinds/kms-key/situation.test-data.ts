/** Any object, and any AWS KMS it may meet, for properties. */

import fc from 'fast-check';
import { tagKeys } from '../../core/identity.ts';
import { abroad, defaultPolicy, home, key, keyId, object, owned, tagsOfAnother } from './sample.test-data.ts';
import { type WorldKey, worldOf } from './world.test-data.ts';

const tags = fc.oneof(
  fc.constant(owned()),
  fc.constant(owned('u-0')),
  fc.constant({ ...owned(), [tagKeys.released]: 'true', team: 'old', costs: '1' }),
  fc.constant({}),
  fc.constant(tagsOfAnother),
);
/** Where its material is from decides which states a key may be in, and whether it is rotated. */
const origins = {
  AWS_KMS: { more: {}, states: ['Enabled', 'Disabled', 'PendingDeletion'] },
  EXTERNAL: { more: {}, states: ['PendingImport', 'Enabled', 'Disabled', 'PendingDeletion'] },
  EXTERNAL_KEY_STORE: {
    more: { customKeyStoreId: 'cks-0123456789abcdef0', xksKeyId: 'theirs' },
    states: ['Unavailable', 'Enabled', 'Disabled', 'PendingDeletion'],
  },
} as const;
type Origin = keyof typeof origins;
const primaryStates = ['Updating', 'PendingReplicaDeletion'];
const replicaStates = ['Creating', 'Enabled', 'Disabled', 'PendingDeletion'];
const time = '2025-12-31T12:00:00.000Z';
const policy = fc.constantFrom(
  JSON.stringify(defaultPolicy),
  JSON.stringify({ ...defaultPolicy, Statement: [] }),
  JSON.stringify(defaultPolicy).replace('arn:aws:iam::111122223333:root', 'AROAEXAMPLEEXAMPLE12'),
);
const rotation = fc.constantFrom(
  { enabled: false },
  { enabled: true, period: 365 },
  { enabled: true, period: 90 },
);
const names = fc.uniqueArray(fc.constantFrom('alias/a', 'alias/b'), { maxLength: 2 });

interface Drawn {
  readonly origin: Origin;
  readonly multiRegion: boolean;
  readonly replicaRegions: string[];
  readonly arn: string;
  readonly states: readonly string[];
}

const worldKey = ({ origin, multiRegion, replicaRegions, arn, states }: Drawn): fc.Arbitrary<WorldKey> =>
  fc
    .record({
      tags,
      state: fc.constantFrom(...states),
      policy,
      rotation,
      startedOnDemand: fc.constantFrom(undefined, undefined, time),
      onDemand: fc.constantFrom(
        [],
        [time],
        Array.from({ length: 25 }, () => time),
      ),
      description: fc.constantFrom('', 'theirs'),
    })
    .map((drawn) => {
      const { policy: _p, tags: _t, aliases: _a, holders: _h, ...sample } = key();
      return {
        description: {
          ...sample,
          ...origins[origin].more,
          origin,
          arn,
          state: drawn.state,
          description: drawn.description,
          multiRegion,
          primaryRegion: multiRegion ? home : undefined,
          replicaRegions,
        },
        policy: drawn.policy,
        tags: drawn.tags,
        rotation: { ...drawn.rotation, ...(drawn.startedOnDemand ? { startedOnDemand: time } : {}) },
        onDemand: drawn.onDemand,
      };
    });

const holder: WorldKey = {
  description: { ...key(), keyId: 'holder', spec: 'RSA_2048', usage: 'SIGN_VERIFY' },
  policy: '',
  tags: {},
  rotation: { enabled: false },
  onDemand: [],
};

/** Any object, and any AWS it may meet. */
export const situation = fc
  .record({
    of: fc.constantFrom<readonly [Origin, multiRegion: boolean]>(
      ['AWS_KMS', false],
      ['AWS_KMS', true],
      ['EXTERNAL', false],
      ['EXTERNAL', true],
      ['EXTERNAL_KEY_STORE', false],
    ),
    exists: fc.boolean(),
    replicated: fc.boolean(),
  })
  .chain(({ of: [origin, multiRegion], exists, replicated }) => {
    const rotates = origin === 'AWS_KMS';
    const regions = multiRegion && exists && replicated ? [abroad] : [];
    const arn = key().arn;
    return fc.record({
      one: exists
        ? worldKey({
            origin,
            multiRegion,
            replicaRegions: regions,
            arn,
            states: [...origins[origin].states, ...(regions.length > 0 ? primaryStates : [])],
          })
        : fc.constant(undefined),
      replica:
        regions.length > 0
          ? worldKey({
              origin,
              multiRegion,
              replicaRegions: regions,
              arn: arn.replace(home, abroad),
              states: replicaStates,
            })
          : fc.constant(undefined),
      ownNames: names,
      heldNames: names,
      spec: fc.record({
        description: fc.option(fc.constant('ours'), { nil: undefined }),
        enabled: fc.boolean(),
        aliases: names,
        takeOver: fc.boolean(),
        rotation: rotates
          ? fc.option(fc.record({ enabled: fc.boolean(), periodDays: fc.constantFrom(90, 365) }), {
              nil: undefined,
            })
          : fc.constant(undefined),
        rotateNow: rotates ? fc.constantFrom(undefined, 'a', 'b') : fc.constant(undefined),
        origin: fc.constant(origin),
        customKeyStoreId: fc.constant(Reflect.get(origins[origin].more, 'customKeyStoreId')),
        xksKeyId: fc.constant(Reflect.get(origins[origin].more, 'xksKeyId')),
        access: fc.option(fc.constant({ externalAccounts: ['444455556666'] }), { nil: undefined }),
        tags: fc.option(fc.constant({ team: 'app' }), { nil: undefined }),
        deletionPolicy: fc.constantFrom(undefined, 'Delete', 'Retain'),
        multiRegion: fc.constant(multiRegion),
        replicas: fc.constantFrom(
          undefined,
          ...(multiRegion
            ? [[{ region: abroad, aliases: ['alias/a'], enabled: false }], [{ region: abroad }]]
            : []),
        ),
      }),
      known: fc.boolean(),
      rotated: fc.constantFrom(
        undefined,
        { lastToken: 'a' },
        { attempt: { token: 'a', time } },
        { lastToken: 'a', attempt: { token: 'b', time } },
      ),
      deleting: fc.boolean(),
    });
  })
  .map(({ one, replica, ownNames, heldNames, spec, known, rotated, deleting }) => {
    const world = worldOf(one, replica && { region: abroad, key: replica });
    const here = world.get(home);
    here?.keys.set('holder', holder);
    for (const name of heldNames) here?.aliases.set(name, 'holder');
    if (one) for (const name of ownNames) here?.aliases.set(name, keyId);
    const rotation = rotated && spec.origin === 'AWS_KMS' ? { rotation: rotated } : {};
    const status = known ? { keyId, managedTags: ['team'], aliases: ownNames, ...rotation } : {};
    return { self: object(JSON.parse(JSON.stringify(spec)), { status, deleting }), world };
  });
