import { describe, expect, it } from 'vitest';
import { abroad, ctx, key, keyId, object, owned, seen } from './sample.test-data.ts';
import { statusOf } from './status.ts';

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
