import { describe, expect, it } from 'vitest';
import { tagKeys } from '../../core/identity.ts';
import { observe } from './observe.ts';
import { ctx, key, keyId, object, owned } from './sample.test-data.ts';
import type { KMSKey } from './self.ts';
import type { Source } from './sources.ts';
import { sourcesOf, type WorldKey, worldOf } from './world.test-data.ts';

const creation = { token: 't-1', time: '2026-01-01T11:59:00Z' };
const nowhere = { in: () => expect.fail('a look past the sources') };

const worldKey = (id: string, tags: Record<string, string> = owned(), state = 'Enabled'): WorldKey => {
  const { policy: _p, tags: _t, aliases: _a, holders: _h, ...sample } = key();
  return {
    description: { ...sample, keyId: id, state },
    policy: '{}',
    tags,
    rotation: { enabled: false },
    onDemand: [],
  };
};

/** What `self` sees of these keys, with some of the sources replaced; and what was asked. */
async function look(self: KMSKey, keys: readonly WorldKey[], replaced: Partial<Source> = {}) {
  const [first, ...more] = keys;
  const world = worldOf(first, undefined);
  for (const one of more) world.get('eu-central-1')?.keys.set(one.description.keyId, one);
  const source = { ...sourcesOf(world).at(undefined), ...replaced };
  const asked: string[] = [];
  const counted: Source = {
    ...source,
    ownedInFull: (identity) => {
      asked.push('in full');
      return source.ownedInFull(identity);
    },
    onDemandRotations: (id) => {
      asked.push('rotations');
      return source.onDemandRotations(id);
    },
  };
  return { seen: await observe(self, ctx, nowhere, { at: () => counted }), asked };
}

const lagging: Partial<Source> = { owned: async () => [] };

describe('a key is found', () => {
  it('by its identity where no id is known', async () => {
    const { seen, asked } = await look(object({}, { status: {} }), [worldKey(keyId)]);
    expect(seen).toMatchObject({ key: { keyId }, cameBy: 'identity' });
    expect(asked).toEqual([]);
  });

  it('past the index of tags, if there was an intent and the index shows none', async () => {
    const { seen, asked } = await look(object({}, { status: {}, creation }), [worldKey(keyId)], lagging);
    expect(seen.key?.keyId).toBe(keyId);
    expect(asked).toEqual(['in full']);
    expect((await look(object({}, { status: {} }), [worldKey(keyId)], lagging)).asked).toEqual([]);
  });

  it('by its id, whatever its tags are by now', async () => {
    const { seen } = await look(object(), [worldKey(keyId, {})]);
    expect(seen).toMatchObject({ key: { keyId }, cameBy: 'known id' });
  });

  it('as the successor of one that is gone only if the last intent made it', async () => {
    const next = worldKey('next', { ...owned(), [tagKeys.creation]: creation.token });
    expect((await look(object({}, { creation }), [next])).seen).toMatchObject({
      key: { keyId: 'next' },
      cameBy: 'identity',
    });
    expect((await look(object(), [next])).seen.key).toBeUndefined();
  });

  it('among two that claim to be it only if the other is scheduled for deletion', async () => {
    const self = object({}, { status: {} });
    const two = await look(self, [worldKey('a'), worldKey('b')]);
    expect(two.seen.key).toBeUndefined();
    expect(two.seen.claims.map((claim) => claim.keyId)).toEqual(['a', 'b']);
    expect((await look(self, [worldKey('a'), worldKey('b', owned(), 'PendingDeletion')])).seen).toMatchObject(
      {
        key: { keyId: 'a' },
        claims: [],
      },
    );
  });

  it('together with another that claims to be it, which is told', async () => {
    const { seen } = await look(object(), [worldKey(keyId), worldKey('spare')]);
    expect(seen.key?.keyId).toBe(keyId);
    expect(seen.claims.map((claim) => claim.keyId)).toEqual(['spare']);
  });
});

describe('on-demand rotations are listed', () => {
  it.each<[string, KMSKey, string[]]>([
    ['not as a rule', object(), []],
    ['where one is wanted', object({ rotateNow: 'b' }), ['rotations']],
    [
      'not where it is done',
      object({ rotateNow: 'b' }, { status: { keyId, rotation: { lastToken: 'b' } } }),
      [],
    ],
    [
      'where one may have been made',
      object({}, { status: { keyId, rotation: { attempt: { token: 'a', time: creation.time } } } }),
      ['rotations'],
    ],
    ['not where the key is seen for the first time', object({ rotateNow: 'b' }, { status: {} }), []],
  ])('%s', async (_, self, expected) => {
    expect((await look(self, [worldKey(keyId)])).asked).toEqual(expected);
  });
});
