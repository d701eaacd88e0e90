import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asObject, type Rendered } from '../../core/import.ts';
import { diff } from './diff.ts';
import { importKey } from './import.ts';
import {
  abroad,
  callsOf,
  ctx,
  defaultPolicy,
  home,
  identity,
  key,
  keyId,
  seen,
  tagsOfAnother,
} from './sample.test-data.ts';
import type { Seen, SeenKey } from './seen.ts';
import { kmsKeyDefinition } from './spec.ts';

const found = (more: Partial<SeenKey> = {}, rest: Partial<Seen> = {}): Seen =>
  seen({ key: key({ tags: {}, ...more }), cameBy: 'adopt', ...rest });
const replica = (more: Partial<SeenKey> = {}): SeenKey =>
  key({ tags: {}, multiRegion: true, primaryRegion: home, arn: key().arn.replace(home, abroad), ...more });
const primary = (more: Partial<SeenKey>, ...[copy]: SeenKey[]): Seen =>
  found(
    { multiRegion: true, primaryRegion: home, replicaRegions: [abroad], ...more },
    { replicas: copy ? { [abroad]: copy } : {} },
  );
const render = (one: Seen): Rendered => importKey(one, ctx);
const plain = { adopt: keyId, region: home };

const policyOf = (...more: object[]) => ({
  Version: '2012-10-17' as const,
  Statement: [...defaultPolicy.Statement, ...more],
});
const logs = {
  Sid: 'logs',
  Effect: 'Allow',
  Principal: { Service: 'logs.amazonaws.com' },
  Action: ['kms:Decrypt*'],
  Resource: '*',
};
const withLogs = JSON.stringify(policyOf(logs));
const ofDeleted = JSON.stringify(policyOf({ ...logs, Principal: { AWS: 'AIDAABCDEFGHIJKLMNOP' } }));

describe('a key', () => {
  it.each<[string, Seen, object]>([
    ['that has nothing beside AWS’s defaults', found(), {}],
    ['with the console’s default policy', found({ policy: JSON.stringify(policyOf()) }), {}],
    ['with another policy', found({ policy: withLogs }), { policy: policyOf(logs) }],
    ['that is disabled', found({ state: 'Disabled' }), { enabled: false }],
    [
      'with names and a description',
      found({ description: 'x', aliases: ['alias/a', 'alias/b'] }),
      { description: 'x', aliases: ['alias/a', 'alias/b'] },
    ],
    ['that is rotated every year', found({}, { rotation: { enabled: true, period: 365 } }), { rotation: {} }],
    [
      'that is rotated otherwise',
      found({}, { rotation: { enabled: true, period: 90 } }),
      { rotation: { periodDays: 90 } },
    ],
    [
      'of another spec, with a choice of usages',
      found({ spec: 'RSA_2048', usage: 'SIGN_VERIFY' }, { rotation: undefined }),
      { keySpec: 'RSA_2048', keyUsage: 'SIGN_VERIFY' },
    ],
    [
      'of another spec, with one usage',
      found({ spec: 'HMAC_256', usage: 'GENERATE_VERIFY_MAC' }, { rotation: undefined }),
      { keySpec: 'HMAC_256' },
    ],
    [
      'whose material is elsewhere',
      found(
        { origin: 'EXTERNAL_KEY_STORE', customKeyStoreId: 'cks-0123456789abcdef0', xksKeyId: 'x' },
        { rotation: undefined },
      ),
      { origin: 'EXTERNAL_KEY_STORE', customKeyStoreId: 'cks-0123456789abcdef0', xksKeyId: 'x' },
    ],
    [
      'with a replica like it',
      primary(
        { description: 'x', policy: withLogs, tags: { a: '1' } },
        replica({ description: 'x', policy: withLogs, tags: { a: '1' } }),
      ),
      {
        description: 'x',
        multiRegion: true,
        policy: policyOf(logs),
        replicas: [{ region: abroad }],
        tags: { a: '1' },
      },
    ],
    [
      'with a replica unlike it',
      primary(
        { policy: withLogs, tags: { a: '1' } },
        replica({ description: 'y', state: 'Disabled', aliases: ['alias/r'], tags: { a: '2', b: '3' } }),
      ),
      {
        multiRegion: true,
        policy: policyOf(logs),
        replicas: [
          {
            region: abroad,
            description: 'y',
            enabled: false,
            aliases: ['alias/r'],
            policy: { ...policyOf(), Id: 'key-default-1' },
            tags: { a: '2', b: '3' },
          },
        ],
        tags: { a: '1' },
      },
    ],
  ])('%s is adopted as it is', (_, one, spec) => {
    expect(render(one)).toEqual({ spec: { ...plain, ...spec }, notes: [] });
  });

  it.each<[string, Seen, object, string]>([
    [
      'a policy that names somebody who is gone',
      found({ policy: ofDeleted }),
      {},
      `${keyId}: its policy AIDAABCDEFGHIJKLMNOP is the unique id of a user or role: name it by its ARN: policy is left out, and so left as it is`,
    ],
    [
      'a replica that lacks a tag of the key',
      primary({ tags: { a: '1' } }, replica()),
      { multiRegion: true, tags: { a: '1' } },
      `the replica in ${abroad} is left out, and so left as it is: it would get the key's tags that it lacks: a`,
    ],
    [
      'a replica whose policy a manifest cannot say',
      primary({ policy: withLogs }, replica({ policy: ofDeleted })),
      { multiRegion: true, policy: policyOf(logs) },
      `the replica in ${abroad} is left out, and so left as it is: it would get the key's policy in place of its own`,
    ],
    [
      'a replica of an object',
      primary({}, replica({ tags: tagsOfAnother })),
      { multiRegion: true },
      `the replica in ${abroad} is left out, and so left as it is: it belongs to KMSKey/shop/mail of cluster prod-eu (uid u-9) by its mooring.dev tags`,
    ],
    [
      'a replica that is to be deleted',
      primary({}, replica({ state: 'PendingDeletion' })),
      { multiRegion: true },
      `the replica in ${abroad} is left out, and so left as it is: it is scheduled for deletion`,
    ],
  ])('keeps %s, which is told', (_, one, spec, note) => {
    expect(render(one)).toEqual({ spec: { ...plain, ...spec }, notes: [note] });
  });

  it('keeps names beyond those that a manifest takes', () => {
    const aliases = Array.from({ length: 21 }, (_, n) => `alias/${String(n).padStart(2, '0')}`);
    expect(render(found({ aliases }))).toEqual({
      spec: { ...plain, aliases: aliases.slice(0, 20) },
      notes: [`${keyId}: a manifest has 20 aliases, and leaves the others: alias/20`],
    });
  });

  it.each<[string, Partial<SeenKey>, string]>([
    ['of AWS', { manager: 'AWS' }, 'an AWS service made it for itself'],
    [
      'that is a replica',
      { multiRegion: true, primaryRegion: abroad },
      `import that with --region ${abroad}`,
    ],
    ['that is to be deleted', { state: 'PendingDeletion' }, 'it is scheduled for deletion'],
    ['of an object', { tags: tagsOfAnother }, 'it belongs to KMSKey/shop/mail'],
  ])('%s is left out', (_, more, reason) => {
    expect(render(found(more))).toEqual({ reason: expect.stringContaining(reason) });
  });
});

const tags = fc.dictionary(fc.constantFrom('a', 'b', 'aws:x', 'c (d)'), fc.constantFrom('', '1', '2'));
const policy = fc.constantFrom(
  JSON.stringify(defaultPolicy),
  withLogs,
  ofDeleted,
  '{"Statement":',
  undefined,
);
const part = fc.record({
  tags,
  policy,
  description: fc.constantFrom('', 'x', 'y: #z'),
  state: fc.constantFrom('Enabled', 'Disabled'),
  aliases: fc.subarray(['alias/a', 'alias/b/c', 'alias/d-e']),
});
const kinds = fc.constantFrom<Partial<SeenKey>>(
  {},
  { spec: 'RSA_4096', usage: 'ENCRYPT_DECRYPT' },
  { spec: 'ECC_NIST_P256', usage: 'KEY_AGREEMENT' },
  { spec: 'HMAC_512', usage: 'GENERATE_VERIFY_MAC' },
  { origin: 'EXTERNAL' },
  { origin: 'AWS_CLOUDHSM', customKeyStoreId: 'cks-0123456789abcdef0' },
);
const situation: fc.Arbitrary<Seen> = fc
  .record({
    kind: kinds,
    own: part,
    copies: fc.dictionary(fc.constantFrom(abroad, 'us-west-2'), part),
    rotation: fc.constantFrom<Seen['rotation']>(
      { enabled: false },
      { enabled: true, period: 365 },
      { enabled: true, period: 2_560 },
      { enabled: true },
    ),
  })
  .map(({ kind, own, copies, rotation }) => {
    const rotated = Object.keys(kind).length === 0;
    const regions = Object.keys(copies).filter(() => kind.customKeyStoreId === undefined);
    const multi =
      regions.length > 0 ? { multiRegion: true, primaryRegion: home, replicaRegions: regions } : {};
    return found(
      { ...kind, ...own, ...multi },
      {
        rotation: rotated ? rotation : undefined,
        replicas: Object.fromEntries(
          regions.map((region) => [region, replica({ ...kind, ...copies[region] })]),
        ),
      },
    );
  });

describe('any key that is nobody’s', () => {
  it('is adopted by its manifest, which changes nothing of it but whose it is', () => {
    fc.assert(
      fc.property(situation, (one) => {
        const rendered = render(one);
        if ('reason' in rendered) return expect.unreachable(rendered.reason);
        const self = asObject(kmsKeyDefinition, rendered.spec);
        if (typeof self === 'string') return expect.unreachable(self);
        const plan = diff({ ...self, identity, uid: 'u-1' }, one, ctx, 0);
        expect(plan.blocked).toBeUndefined();
        expect(callsOf(plan).sort()).toEqual(
          [
            'kms:TagResource',
            ...(self.spec.replicas ?? []).map(({ region }) => `kms:TagResource in ${region}`),
          ].sort(),
        );
        const keys = JSON.stringify(plan.steps.map(({ input }) => input)).match(/"TagKey":"[^"]*"/g) ?? [];
        expect(keys.filter((name) => !name.startsWith('"TagKey":"mooring.dev/'))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});
