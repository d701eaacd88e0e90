import { expect, it } from 'vitest';
import { tagCalls } from './tag-calls.ts';

const calls = {
  set: (tags: object, changes: object) => ['set', tags, changes],
  unset: (keys: string[], changes: object) => ['unset', keys, changes],
};

it('makes a call only for what there is to change', () => {
  expect(tagCalls({ set: {}, unset: [] }, calls)).toEqual([]);
  expect(tagCalls({ set: { a: '1' }, unset: [] }, calls)).toEqual([
    ['set', { a: '1' }, { set: { a: '1' }, unset: [] }],
  ]);
  expect(tagCalls({ set: { a: '1' }, unset: ['b'] }, calls)).toEqual([
    ['set', { a: '1' }, { set: { a: '1' }, unset: [] }],
    ['unset', ['b'], { set: {}, unset: ['b'] }],
  ]);
});
