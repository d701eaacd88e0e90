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
const state = fc.constantFrom('Enabled', 'Disabled', 'PendingDeletion');
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

const worldKey = (multiRegion: boolean, replicaRegions: string[], arn: string): fc.Arbitrary<WorldKey> =>
  fc.record({ tags, state, policy, rotation, description: fc.constantFrom('', 'theirs') }).map((drawn) => {
    const { policy: _p, tags: _t, aliases: _a, holders: _h, ...sample } = key();
    return {
      description: {
        ...sample,
        arn,
        state: drawn.state,
        description: drawn.description,
        multiRegion,
        primaryRegion: multiRegion ? home : undefined,
        replicaRegions,
      },
      policy: drawn.policy,
      tags: drawn.tags,
      rotation: drawn.rotation,
      onDemand: [],
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
  .record({ multiRegion: fc.boolean(), exists: fc.boolean(), replicated: fc.boolean() })
  .chain(({ multiRegion, exists, replicated }) => {
    const regions = multiRegion && exists && replicated ? [abroad] : [];
    const arn = key().arn;
    return fc.record({
      one: exists ? worldKey(multiRegion, regions, arn) : fc.constant(undefined),
      replica:
        regions.length > 0 ? worldKey(true, regions, arn.replace(home, abroad)) : fc.constant(undefined),
      ownNames: names,
      heldNames: names,
      spec: fc.record({
        description: fc.option(fc.constant('ours'), { nil: undefined }),
        enabled: fc.boolean(),
        aliases: names,
        takeOver: fc.boolean(),
        rotation: fc.option(fc.record({ enabled: fc.boolean(), periodDays: fc.constantFrom(90, 365) }), {
          nil: undefined,
        }),
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
      deleting: fc.boolean(),
    });
  })
  .map(({ one, replica, ownNames, heldNames, spec, known, deleting }) => {
    const world = worldOf(one, replica && { region: abroad, key: replica });
    const here = world.get(home);
    here?.keys.set('holder', holder);
    for (const name of heldNames) here?.aliases.set(name, 'holder');
    if (one) for (const name of ownNames) here?.aliases.set(name, keyId);
    const status = known ? { keyId, managedTags: ['team'], aliases: ownNames } : {};
    return { self: object(JSON.parse(JSON.stringify(spec)), { status, deleting }), world };
  });
