import { describe, expect, it } from 'vitest';
import { fakeRead } from '../../../test/support/fake-read.ts';
import { VirtualClock } from '../../../test/support/virtual-clock.ts';
import { AwsError } from '../../core/errors.ts';
import { idTag, ownershipTags, tagKeys } from '../../core/identity.ts';
import { tagList } from '../../core/tags.ts';
import type { InputOf } from '../calls/index.ts';
import { createKeyAliasReaders } from './key-aliases.ts';
import { createKeyReaders } from './keys.ts';
import { allKeyIds, createOwnedKeyReaders } from './owned-keys.ts';

const scope = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
const identity = (name: string) => ({ cluster: 'blue', kind: 'KMSKey', namespace: 'web', name });
const arnOf = (id: string) => `arn:aws:kms:eu-central-1:111122223333:key/${id}`;
const gone = (call: string, code = 'NotFoundException') =>
  new AwsError({
    class: code === 'NotFoundException' ? 'NotFound' : 'Invalid',
    code,
    call,
    message: code,
    definite: true,
  });

describe('keys by identity', () => {
  it('50 look-ups are three calls, of 20 values at most; replicas are not found', async () => {
    const clock = new VirtualClock();
    const asked: InputOf<'tag:GetResources'>[] = [];
    const read = fakeRead({
      'tag:GetResources': (input) => {
        asked.push(input);
        const ids = input.TagFilters?.[1]?.Values ?? [];
        const of = (id: string, role: string) => ({
          ResourceARN: arnOf(`${id.split('/')[2]}-${role}`),
          Tags: tagList({ [tagKeys.id]: id, [tagKeys.role]: role }),
        });
        return { ResourceTagMappingList: ids.flatMap((id) => [of(id, 'primary'), of(id, 'replica')]) };
      },
    });
    const owned = createOwnedKeyReaders(read, scope, { clock, window: 15 });
    const all = Promise.all(Array.from({ length: 50 }, (_, n) => owned.byIdentity(identity(`k${n}`))));
    await clock.advance(15);
    expect((await all).map((keys) => keys.map(({ keyId }) => keyId))).toEqual(
      Array.from({ length: 50 }, (_, n) => [`k${n}-primary`]),
    );
    expect(asked.map(({ TagFilters }) => TagFilters?.[1]?.Values?.length)).toEqual([20, 20, 10]);
    expect(asked[0]).toMatchObject({
      ResourceTypeFilters: ['kms:key'],
      TagFilters: [{ Key: tagKeys.cluster, Values: ['blue'] }, { Key: tagKeys.id }],
    });
  });

  it('past the index: every key of every page is asked, and one that is gone by now is none', async () => {
    const clock = new VirtualClock();
    const mine = ownershipTags({ identity: identity('app'), uid: 'u', role: 'primary' });
    const read = fakeRead({
      'kms:ListKeys': ({ Marker }) =>
        Marker === undefined
          ? { Keys: [{ KeyId: 'a' }, { KeyId: 'b' }], Truncated: true, NextMarker: 'm' }
          : { Keys: [{ KeyId: 'c' }], Truncated: false },
      'kms:ListResourceTags': ({ KeyId }) => {
        if (KeyId === 'b') throw gone('kms:ListResourceTags');
        const tags = KeyId === 'c' ? mine : { [tagKeys.id]: idTag(identity('other')) };
        return { Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })) };
      },
    });
    const owned = createOwnedKeyReaders(read, scope, { clock, window: 15 });
    const found = owned.inFull(identity('app'));
    await clock.advance(15);
    expect((await found).map(({ keyId }) => keyId)).toEqual(['c']);
  });
});

it('all keys are listed to the last page, by their ids only', async () => {
  const read = fakeRead({
    'kms:ListKeys': ({ Marker }) =>
      Marker === undefined
        ? { Keys: [{ KeyId: 'a' }], Truncated: true, NextMarker: 'more' }
        : { Keys: [{ KeyId: 'b' }] },
  });
  expect(await allKeyIds(read, scope)).toEqual(['a', 'b']);
});

describe('a key', () => {
  it('is undefined after NotFound, part by part', async () => {
    const read = fakeRead({
      'kms:DescribeKey': () => {
        throw gone('kms:DescribeKey');
      },
      'kms:GetKeyPolicy': () => {
        throw gone('kms:GetKeyPolicy');
      },
      'kms:ListResourceTags': () => {
        throw gone('kms:ListResourceTags');
      },
      'kms:GetKeyRotationStatus': () => {
        throw gone('kms:GetKeyRotationStatus', 'UnsupportedOperationException');
      },
    });
    const keys = createKeyReaders(read, scope);
    const parts = [keys.describe('k'), keys.policy('k'), keys.tags('k'), keys.rotation('k')];
    expect(await Promise.all(parts)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('has its tags, aliases and rotations on as many pages as there are', async () => {
    const pages =
      <Item>(...items: readonly Item[][]) =>
      (Marker: string | undefined) => {
        const at = Number(Marker ?? 0);
        const more = at + 1 < items.length;
        return { items: items[at] ?? [], Truncated: more, ...(more ? { NextMarker: String(at + 1) } : {}) };
      };
    const tags = pages([{ TagKey: 'a', TagValue: '1' }], [{ TagKey: 'b', TagValue: '2' }]);
    const aliases = pages(
      [{ AliasName: 'alias/b', TargetKeyId: 'k' }],
      [{ AliasName: 'alias/a', TargetKeyId: 'k' }, { AliasName: 'alias/aws/none' }],
    );
    const rotations = pages(
      [{ RotationType: 'ON_DEMAND' as const, RotationDate: new Date(2_000) }],
      [
        { RotationType: 'AUTOMATIC' as const, RotationDate: new Date(3_000) },
        { RotationType: 'ON_DEMAND' as const, RotationDate: new Date(1_000) },
      ],
    );
    const read = fakeRead({
      'kms:ListResourceTags': ({ Marker }) => {
        const { items, ...rest } = tags(Marker);
        return { Tags: items, ...rest };
      },
      'kms:ListAliases': ({ Marker }) => {
        const { items, ...rest } = aliases(Marker);
        return { Aliases: items, ...rest };
      },
      'kms:ListKeyRotations': ({ Marker }) => {
        const { items, ...rest } = rotations(Marker);
        return { Rotations: items, ...rest };
      },
    });
    expect(await createKeyReaders(read, scope).tags('k')).toEqual({ a: '1', b: '2' });
    expect(await createKeyAliasReaders(read, scope).of('k')).toEqual(['alias/a', 'alias/b']);
    expect(await createKeyReaders(read, scope).onDemandRotations('k')).toEqual([
      '1970-01-01T00:00:01.000Z',
      '1970-01-01T00:00:02.000Z',
    ]);
  });
});
