import { describe, expect, it } from 'vitest';
import { referenceKey } from '../../core/context.ts';
import { tagKeys } from '../../core/identity.ts';
import { diff as plan } from './diff.ts';
import {
  abroad,
  callsOf,
  ctx,
  home,
  key,
  keyId,
  now,
  object,
  owned,
  seen,
  tagsOfAnother,
  visibleAfter,
} from './sample.test-data.ts';
import type { Seen } from './seen.ts';
import type { KMSKey } from './self.ts';

const diff = (self: KMSKey, aws: Seen, more: object = {}) =>
  plan(self, aws, { ...ctx, ...more }, visibleAfter);
const creation = { token: 't-1', time: new Date(now - 10_000).toISOString() };
const replica = (more: object = {}) =>
  key({
    tags: owned('u-1', 'replica'),
    multiRegion: true,
    primaryRegion: home,
    replicaRegions: [abroad],
    ...more,
  });
const primary = (more: object = {}) =>
  key({ multiRegion: true, primaryRegion: home, replicaRegions: [abroad], ...more });
const deleting = { deleting: true };

const cases: readonly (readonly [string, KMSKey, Seen, string[]])[] = [
  ['nothing differs', object(), seen(), []],
  ['there is no key', object({}, { status: {} }), seen({ key: undefined }), ['kms:CreateKey']],
  ['the description is another', object({ description: 'ours' }), seen(), ['kms:UpdateKeyDescription']],
  ['a tag is missing', object({ tags: { team: 'app' } }), seen(), ['kms:TagResource']],
  [
    'one tag is new and one is gone: never one key in both calls',
    object({ tags: { stage: 'b', team: 'x' } }, { status: { keyId, managedTags: ['old', 'stage'] } }),
    seen({ key: key({ tags: { ...owned(), old: '1', stage: 'a' } }) }),
    ['kms:TagResource', 'kms:UntagResource'],
  ],
  ['it is disabled', object(), seen({ key: key({ state: 'Disabled' }) }), ['kms:EnableKey']],
  ['it is to be disabled', object({ enabled: false }), seen(), ['kms:DisableKey']],
  [
    'access differs',
    object({ access: { externalAccounts: ['444455556666'] } }),
    seen(),
    ['kms:PutKeyPolicy'],
  ],
  [
    'the policy in AWS is none',
    object({ access: {} }),
    seen({ key: key({ policy: '{"Statement":"x"}' }) }),
    ['kms:PutKeyPolicy'],
  ],
  ['neither policy nor access is declared', object(), seen({ key: key({ policy: '{}' }) }), []],
  ['an alias is missing', object({ aliases: ['alias/a'] }), seen(), ['kms:CreateAlias']],
  [
    'an alias is no longer declared, and another is somebody else’s',
    object({}, { status: { keyId, aliases: ['alias/a'] } }),
    seen({ key: key({ aliases: ['alias/a', 'alias/b'] }) }),
    ['kms:DeleteAlias'],
  ],
  [
    'an alias is another key’s, of the same kind, and may be taken',
    object({ aliases: ['alias/a'], takeOver: true }),
    seen({
      key: key({
        holders: { 'alias/a': { keyId: 'k', spec: 'SYMMETRIC_DEFAULT', usage: 'ENCRYPT_DECRYPT' } },
      }),
    }),
    ['kms:UpdateAlias'],
  ],
  [
    'an alias is another key’s, of another kind, and may be taken',
    object({ aliases: ['alias/a'], takeOver: true }),
    seen({ key: key({ holders: { 'alias/a': { keyId: 'k', spec: 'RSA_2048', usage: 'SIGN_VERIFY' } } }) }),
    ['kms:DeleteAlias', 'kms:CreateAlias'],
  ],
  ['rotation is off', object({ rotation: {} }), seen(), ['kms:EnableKeyRotation']],
  [
    'rotation has another period',
    object({ rotation: { periodDays: 90 } }),
    seen({ rotation: { enabled: true, period: 365 } }),
    ['kms:EnableKeyRotation'],
  ],
  [
    'rotation is on, and not to be',
    object({ rotation: { enabled: false } }),
    seen({ rotation: { enabled: true, period: 365 } }),
    ['kms:DisableKeyRotation'],
  ],
  ['rotation is not declared', object(), seen({ rotation: { enabled: true, period: 365 } }), []],
  [
    'rotation is to be on of a key to be disabled: in this order',
    object({ rotation: {}, enabled: false }),
    seen(),
    ['kms:EnableKeyRotation', 'kms:DisableKey'],
  ],
  [
    'a disabled key is to be enabled and rotated: in this order',
    object({ rotation: {} }),
    seen({ key: key({ state: 'Disabled' }) }),
    ['kms:EnableKey', 'kms:EnableKeyRotation'],
  ],
  [
    'it is to be deleted while its manifest lives: nothing else before that is cancelled',
    object({ description: 'ours', tags: { a: 'b' } }),
    seen({ key: key({ state: 'PendingDeletion' }) }),
    ['kms:CancelKeyDeletion'],
  ],
  ['a token is new', object({ rotateNow: 'b' }), seen(), ['status', 'kms:RotateKeyOnDemand']],
  [
    'the token is the one it was found with',
    object({ rotateNow: 'b' }, { status: {} }),
    seen({ cameBy: 'identity' }),
    [],
  ],
  [
    'the token is done',
    object({ rotateNow: 'b' }, { status: { keyId, rotation: { lastToken: 'b' } } }),
    seen(),
    [],
  ],
  [
    'it was kept, and is found again',
    object(),
    seen({ key: key({ tags: { ...owned('u-0'), [tagKeys.released]: 'true' } }), cameBy: 'identity' }),
    ['kms:TagResource', 'kms:UntagResource'],
  ],
  [
    'a replica is missing',
    object({ multiRegion: true, replicas: [{ region: abroad }] }),
    seen({ key: primary() }),
    ['kms:ReplicateKey'],
  ],
  [
    'a replica differs',
    object({ multiRegion: true, replicas: [{ region: abroad, aliases: ['alias/a'], enabled: false }] }),
    seen({ key: primary(), replicas: { [abroad]: replica() } }),
    [`kms:CreateAlias in ${abroad}`, `kms:DisableKey in ${abroad}`],
  ],
  [
    'a replica is no longer declared',
    object({ multiRegion: true }),
    seen({ key: primary(), replicas: { [abroad]: replica() } }),
    [`kms:ScheduleKeyDeletion in ${abroad}`],
  ],
  [
    'a replica that somebody else made is not declared',
    object({ multiRegion: true }),
    seen({ key: primary(), replicas: { [abroad]: replica({ tags: {} }) } }),
    [],
  ],
  [
    'both are to be deleted while the manifest lives',
    object({ multiRegion: true, replicas: [{ region: abroad }] }),
    seen({
      key: primary({ state: 'PendingReplicaDeletion' }),
      replicas: { [abroad]: replica({ state: 'PendingDeletion' }) },
    }),
    ['kms:CancelKeyDeletion', `kms:CancelKeyDeletion in ${abroad}`],
  ],
  [
    'the object is deleted: names first, replicas before the key',
    object(
      { multiRegion: true, aliases: ['alias/a'], replicas: [{ region: abroad, aliases: ['alias/a'] }] },
      deleting,
    ),
    seen({
      key: primary({ aliases: ['alias/a', 'alias/theirs'] }),
      replicas: { [abroad]: replica({ aliases: ['alias/a'] }) },
    }),
    [
      `kms:DeleteAlias in ${abroad}`,
      `kms:ScheduleKeyDeletion in ${abroad}`,
      'kms:DeleteAlias',
      'kms:ScheduleKeyDeletion',
    ],
  ],
  [
    'the object is deleted, and its deletion scheduled',
    object({}, deleting),
    seen({ key: key({ state: 'PendingDeletion' }) }),
    [],
  ],
  [
    'the object is deleted with Retain',
    object({ deletionPolicy: 'Retain' }, deleting),
    seen(),
    ['kms:TagResource'],
  ],
  [
    'the object of an adopted key is deleted',
    object({ adopt: keyId }, deleting),
    seen(),
    ['kms:TagResource'],
  ],
  [
    'the object is deleted, and the key it was to adopt never taken over',
    object({ adopt: keyId, deletionPolicy: 'Delete', keySpec: 'HMAC_256' }, deleting),
    seen({ key: key({ tags: {} }) }),
    [],
  ],
  [
    'the object is deleted, and the key is another’s',
    object({}, deleting),
    seen({ key: key({ tags: tagsOfAnother }) }),
    [],
  ],
];

describe('the plan where', () => {
  it.each(cases)('%s', (_, self, aws, calls) => {
    const { steps, blocked } = diff(self, aws);
    expect(callsOf({ steps })).toEqual(calls);
    expect(blocked).toBeUndefined();
    for (const step of steps) expect(step.why).not.toBe('');
  });
});

const stuck: readonly (readonly [string, KMSKey, Seen, string, string])[] = [
  ['the key is gone', object(), seen({ key: undefined }), 'Gone', `mooring.dev/allow-recreation=${keyId}`],
  [
    'the key is gone, as one before it',
    object({}, { annotations: { 'mooring.dev/allow-recreation': 'the-one-before' } }),
    seen({ key: undefined }),
    'Gone',
    'it says "the-one-before"',
  ],
  ['the key is gone, but young', object({}, { creation }), seen({ key: undefined }), 'Pending', keyId],
  [
    'the key is another’s',
    object(),
    seen({ key: key({ tags: tagsOfAnother }) }),
    'Conflict',
    'KMSKey/shop/mail',
  ],
  [
    'two keys claim to be it',
    object({}, { status: {} }),
    seen({
      key: undefined,
      claims: [
        { keyId: 'a', tags: owned() },
        { keyId: 'b', tags: owned() },
      ],
    }),
    'Conflict',
    'a and b',
  ],
  [
    'what is adopted does not exist',
    object({ adopt: 'alias/x' }, { status: {} }),
    seen({ key: undefined }),
    'NotFound',
    'alias/x',
  ],
  ['it is AWS’s own', object(), seen({ key: key({ manager: 'AWS' }) }), 'Conflict', 'of an AWS service'],
  ['its spec is another', object({ keySpec: 'HMAC_256' }), seen(), 'Conflict', 'keySpec SYMMETRIC_DEFAULT'],
  [
    'it is in another key store',
    object({ origin: 'AWS_CLOUDHSM', customKeyStoreId: 'cks-0123456789abcdef0' }),
    seen({ key: key({ origin: 'AWS_CLOUDHSM', customKeyStoreId: 'cks-fedcba98765432100' }) }),
    'Conflict',
    'customKeyStoreId cks-fedcba98765432100',
  ],
  [
    'it is another key of the store',
    object({ origin: 'EXTERNAL_KEY_STORE', customKeyStoreId: 'cks-0123456789abcdef0', xksKeyId: 'ours' }),
    seen({
      key: key({
        origin: 'EXTERNAL_KEY_STORE',
        customKeyStoreId: 'cks-0123456789abcdef0',
        xksKeyId: 'theirs',
      }),
    }),
    'Conflict',
    'xksKeyId theirs',
  ],
  [
    'it became a replica',
    object({ multiRegion: true }),
    seen({ key: primary({ primaryRegion: abroad }) }),
    'Conflict',
    abroad,
  ],
  [
    'an alias is another key’s',
    object({ aliases: ['alias/a'] }),
    seen({ key: key({ holders: { 'alias/a': { keyId: 'k' } } }) }),
    'Conflict',
    '(k)',
  ],
  [
    'rotation is to change while it is disabled',
    object({ enabled: false, rotation: {} }),
    seen({ key: key({ state: 'Disabled' }) }),
    'InvalidSpec',
    'spec.rotation',
  ],
  [
    'a rotation may have been made',
    object(
      { rotateNow: 'b' },
      { status: { keyId, rotation: { attempt: { token: 'b', time: creation.time } } } },
    ),
    seen(),
    'Pending',
    'has rotated the key',
  ],
  [
    'it was rotated 25 times',
    object({ rotateNow: 'b' }),
    seen({
      rotation: { enabled: false, onDemand: Array.from({ length: 25 }, () => '2024-01-01T00:00:00Z') },
    }),
    'QuotaExceeded',
    '25 times',
  ],
  [
    'a role has no ARN',
    object({ access: { users: [{ roleRef: { name: 'app' } }] } }, { status: {} }),
    seen({ key: undefined }),
    'DependencyNotReady',
    'IAMRole app',
  ],
  [
    'a replica is being made',
    object({ multiRegion: true, replicas: [{ region: abroad }] }),
    seen({ key: primary(), replicas: { [abroad]: replica({ state: 'Creating' }) } }),
    'Pending',
    `${keyId} in ${abroad} is creating`,
  ],
  [
    'a replica would be beside the key',
    object({ multiRegion: true, replicas: [{ region: home }] }),
    seen({ key: primary() }),
    'InvalidSpec',
    home,
  ],
  [
    'its key store is away',
    object(),
    seen({ key: key({ state: 'Unavailable' }) }),
    'DependencyNotReady',
    'key store',
  ],
];

describe('it waits, and says for what, where', () => {
  it.each(stuck)('%s', (_, self, aws, reason, words) => {
    const { steps, blocked } = diff(self, aws);
    expect(callsOf({ steps })).toEqual([]);
    expect(blocked?.reason).toBe(reason);
    expect(blocked?.message).toContain(words);
  });

  it('a key that is gone, until a person confirms', () => {
    const { steps } = diff(object(), seen({ key: undefined }), { mayRecreate: true });
    expect(steps).toMatchObject([
      { call: 'kms:CreateKey', creates: true, warns: true, event: 'KeyReplaced' },
    ]);
  });
});

describe('what the steps say', () => {
  it('a key made in place of one that is gone is not rotated for a token of old', () => {
    const self = object({ rotateNow: 'b' });
    const lost = seen({ key: undefined });
    const [step] = diff(self, lost, { mayRecreate: true }).steps;
    const after = step?.fold(lost, { KeyMetadata: { KeyId: 'next' } }) ?? lost;
    expect(callsOf(diff(self, after))).toEqual([]);
  });

  it('CreateKey carries description, policy and tags, and never bypasses the lockout check', () => {
    const self = object({ description: 'ours', tags: { team: 'app' }, access: {} }, { status: {} });
    const [step] = diff(self, seen({ key: undefined })).steps;
    expect(step?.input).toMatchObject({ Description: 'ours', KeySpec: 'SYMMETRIC_DEFAULT' });
    expect(step?.input).toMatchObject({
      Tags: expect.arrayContaining([{ TagKey: 'team', TagValue: 'app' }]),
    });
    expect(JSON.stringify(step?.input)).toContain('Enable IAM User Permissions');
    expect(step?.input).not.toHaveProperty('BypassPolicyLockoutSafetyCheck');
    expect(step?.creates).toBe(true);
  });

  it('CreateKey names the key store, and the key in it', () => {
    const store = { customKeyStoreId: 'cks-0123456789abcdef0', xksKeyId: 'theirs' };
    const self = object({ origin: 'EXTERNAL_KEY_STORE', ...store }, { status: {} });
    expect(diff(self, seen({ key: undefined })).steps[0]?.input).toMatchObject({
      Origin: 'EXTERNAL_KEY_STORE',
      CustomKeyStoreId: store.customKeyStoreId,
      XksKeyId: store.xksKeyId,
    });
  });

  it('a policy follows the ARN of the role it names', () => {
    const self = object({ access: { users: [{ roleRef: { name: 'app' } }] } });
    const at = (arn: string) => {
      const role = referenceKey({ kind: 'IAMRole', namespace: 'shop', name: 'app' });
      return { references: new Map([[role, { ready: true, status: { arn } }]]) };
    };
    const [first] = diff(self, seen(), at('arn:aws:iam::111122223333:role/a')).steps;
    const after = first?.fold(seen(), {}) ?? seen();
    expect(callsOf(diff(self, after, at('arn:aws:iam::111122223333:role/a')))).toEqual([]);
    const [second] = diff(self, after, at('arn:aws:iam::111122223333:role/b')).steps;
    expect(second?.why).toContain('principal AWS arn:aws:iam::111122223333:role/b added');
  });

  it('scheduling is held by the rules against accidents, names included', () => {
    const self = object({ aliases: ['alias/a'] }, deleting);
    const { steps } = diff(self, seen({ key: key({ aliases: ['alias/a'] }) }));
    expect(steps.map(({ destroys }) => destroys)).toEqual([true, true]);
  });
});
