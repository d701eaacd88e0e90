import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tagKeys } from './identity.ts';
import {
  applyTags,
  describeTagChanges,
  diffTags,
  foldKey,
  isReservedTagKey,
  type KeyRules,
  managedKeys,
  type TagChanges,
  type TagRules,
  type Tags,
  tagList,
  tagsOf,
} from './tags.ts';

const iam: KeyRules = { ignoreCase: true };

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

describe('the keys that status records as ours', () => {
  it.each<[string, Tags, string[] | undefined, Tags[], KeyRules, string[]]>([
    ['are the desired ones, in order', { team: 'x', a: '1' }, undefined, [{}], {}, ['a', 'team']],
    ['and those recorded that are still there', { a: '1' }, ['old'], [{ old: '1' }], {}, ['a', 'old']],
    ['without those that are gone', { a: '1' }, ['old'], [{ a: '1' }], {}, ['a']],
    ['without those that others put there', { a: '1' }, [], [{ a: '1', theirs: 'x' }], {}, ['a']],
    ['of several resources as long as one has it', {}, ['old'], [{}, { old: '1' }], {}, ['old']],
    ['once, where case tells no keys apart', { Team: 'x' }, ['team'], [{ team: 'x' }], iam, ['Team']],
    ['in whatever case they are still there', {}, ['Old'], [{ old: '1' }], iam, ['Old']],
    ['and each by itself, where case does', { Team: 'x' }, ['team'], [{ team: 'x' }], {}, ['Team', 'team']],
  ])('%s', (_, desired, before, seen, rules, keys) => {
    expect(managedKeys(desired, before, seen, rules)).toEqual(keys);
  });

  it('are as many as status holds: those still to be taken off before those still to be set', () => {
    const tags = (prefix: string) =>
      Object.fromEntries(Array.from({ length: 44 }, (_, n) => [`${prefix}${n}`, '1']));
    const old = Object.keys(tags('old'));
    const keys = managedKeys(tags('new'), old, [tags('old')]);
    expect(keys).toHaveLength(50);
    expect(keys).toEqual(expect.arrayContaining(old));
  });
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
