import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tagKeys } from './identity.ts';
import {
  applyTags,
  describeTagChanges,
  diffTags,
  foldKey,
  isReservedTagKey,
  type TagChanges,
  type TagRules,
  type Tags,
  tagList,
  tagsOf,
} from './tags.ts';

describe('what has to change for tags to be as declared', () => {
  it.each<[string, Tags, Tags, TagRules, TagChanges | undefined]>([
    ['nothing, when they are', { a: '1' }, { a: '1' }, {}, undefined],
    ['nothing for tags that others put there', { a: '1' }, { a: '1', theirs: 'x' }, {}, undefined],
    ['one that is missing is set', { a: '1' }, {}, {}, { set: { a: '1' }, unset: [] }],
    ['one of another value is set', { a: '1' }, { a: '2' }, {}, { set: { a: '1' }, unset: [] }],
    ['an empty value is a value', { a: '' }, {}, {}, { set: { a: '' }, unset: [] }],
    [
      'one of ours that is no longer declared is removed',
      {},
      { a: '1' },
      { managed: ['a'] },
      { set: {}, unset: ['a'] },
    ],
    ['one of ours that is gone already is let be', {}, {}, { managed: ['a'] }, undefined],
    [
      'who owns a resource is never removed, whatever status says',
      {},
      { [tagKeys.uid]: 'u-1', 'aws:x': 'y' },
      { managed: [tagKeys.uid, 'aws:x'] },
      undefined,
    ],
    ['case tells keys apart', { Env: 'a' }, { env: 'a' }, {}, { set: { Env: 'a' }, unset: [] }],
    ['case does not where AWS says so', { Env: 'a' }, { env: 'a' }, { ignoreCase: true }, undefined],
    [
      'nor when a value changes',
      { Env: 'b' },
      { env: 'a' },
      { ignoreCase: true },
      { set: { Env: 'b' }, unset: [] },
    ],
    [
      'nor for what is no longer declared',
      { Env: 'a' },
      { env: 'a' },
      { ignoreCase: true, managed: ['ENV'] },
      undefined,
    ],
  ])('%s', (_, desired, seen, rules, changes) => {
    expect(diffTags(desired, seen, rules)).toEqual(changes);
  });

  const values = fc.constantFrom('', '1', '2');
  const spellings = { a: ['a', 'A'], b: ['b'], team: ['team', 'Team'] };
  /** Each key once, in one of its spellings: IAM takes no more. */
  const tagsOfIam = fc
    .record(
      Object.fromEntries(
        Object.entries(spellings).map(([key, of]) => [key, fc.tuple(fc.constantFrom(...of), values)]),
      ),
      { requiredKeys: [] },
    )
    .map((drawn) => Object.fromEntries(Object.values(drawn).flatMap((pair) => (pair ? [pair] : []))));

  it.each([
    [
      'where case tells keys apart',
      fc.dictionary(fc.constantFrom('a', 'A', 'b', 'team', '__proto__'), values),
      false,
    ],
    ['where it does not', tagsOfIam, true],
  ])(
    'leaves nothing to change once it is applied, and touches nothing of others, %s',
    (_, tags, ignoreCase) => {
      const fold = foldKey({ ignoreCase });
      fc.assert(
        fc.property(tags, tags, fc.subarray(['A', 'b', 'team']), (desired, seen, managed) => {
          const rules = { managed, ignoreCase };
          const changes = diffTags(desired, seen, rules);
          const after = changes ? applyTags(seen, changes, rules) : seen;
          expect(diffTags(desired, after, rules)).toBeUndefined();
          const ours = new Set([...Object.keys(desired), ...managed].map(fold));
          const others = Object.entries(seen).filter(([key]) => !ours.has(fold(key)));
          for (const other of others) expect(Object.entries(after)).toContainEqual(other);
        }),
      );
    },
  );
});

describe('tags', () => {
  it('are read and written in the form AWS has them', () => {
    expect(tagsOf(tagList({ a: '1', b: '' }))).toEqual({ a: '1', b: '' });
    expect(tagsOf([{ Key: 'a' }, { Value: 'no key' }])).toEqual({ a: '' });
    expect(tagsOf(undefined)).toEqual({});
  });

  it('are told by name, ours as restored', () => {
    const set = { Name: 'web', [tagKeys.uid]: 'u-1' };
    expect(describeTagChanges({ set, unset: ['old'] })).toBe('set Name; restore mooring.dev/uid; remove old');
  });

  it.each([
    ['mooring.dev/anything', true],
    ['Mooring.Dev/anything', true],
    ['aws:cloudformation:stack-name', true],
    ['AWS:x', true],
    ['team', false],
    ['awsome', false],
  ])('%s reserved: %s', (key, reserved) => {
    expect(isReservedTagKey(key)).toBe(reserved);
  });
});
