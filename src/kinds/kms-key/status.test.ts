import { describe, expect, it } from 'vitest';
import { diff } from './diff.ts';
import {
  abroad,
  ctx,
  key,
  keyId,
  object,
  owned,
  seen,
  tagsOfAnother,
  visibleAfter,
} from './sample.test-data.ts';
import { statusOf } from './status.ts';

it.each(['identity', 'adopt'] as const)(
  'tells no id of a key found by %s that is not taken over yet: the next look may still do it',
  (cameBy) => {
    const found = seen({ key: key({ tags: owned('u-0') }), cameBy });
    const status = statusOf(object({ rotateNow: 'a' }, { status: {} }), found, ctx);
    expect(status).toMatchObject({ arn: key().arn, keyState: 'Enabled' });
    expect(status).not.toHaveProperty('keyId');
    const next = { ...found, cameBy: status.keyId === undefined ? cameBy : ('known id' as const) };
    const self = object({ rotateNow: 'a' }, { status });
    expect(diff(self, next, ctx, visibleAfter)).toMatchObject({ steps: [{ event: 'TakenOver' }] });
  },
);

it('keeps the id of a key that another object has taken over', () => {
  expect(statusOf(object(), seen({ key: key({ tags: owned('u-2') }) }), ctx).keyId).toBe(keyId);
});

it('takes none of another’s', () => {
  const found = seen({ key: key({ tags: tagsOfAnother }), cameBy: 'adopt' });
  expect(statusOf(object({ adopt: keyId }, { status: {} }), found, ctx)).toEqual({});
});

describe('of the tags that are set for the object status records', () => {
  it.each<[string, object, Readonly<Record<string, string>>, string[]]>([
    ['those of the manifest', { tags: { team: 'x' } }, { team: 'x' }, ['team']],
    ['one that is taken out of it, until it is gone', {}, { old: 'x' }, ['old']],
    ['none that is gone', {}, {}, []],
    ['none that others put there', {}, { theirs: 'x' }, []],
  ])('%s', (_, spec, tags, keys) => {
    const replicas = [{ region: abroad }];
    const managedTags = ['old'];
    const known = { keyId, managedTags, replicas: [{ region: abroad, arn: 'arn:x', managedTags }] };
    const self = object({ multiRegion: true, replicas, ...spec }, { status: known });
    const shown = { ...owned(), ...tags };
    const found = seen({ key: key({ tags: shown }), replicas: { [abroad]: key({ tags: shown }) } });
    const told = statusOf(self, found, ctx);
    expect(told.managedTags).toEqual(keys);
    expect(told.replicas?.[0]?.managedTags).toEqual(keys);
  });
});
