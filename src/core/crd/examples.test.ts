import { describe, expect, it } from 'vitest';
import { exampleAt, needsExample } from './examples.ts';
import type { StructuralSchema } from './schema.ts';

const specs = new Map([
  [
    'Berth',
    [
      { name: 'north-quay', lines: [{ colour: 'red' }, { colour: 'tan' }], account: '111122223333' },
      { name: 'east', tags: { owner: 'port' }, crew: { names: ['Ann'] } },
    ],
  ],
  ['Ship', [{ hull: { paint: { colour: 'blue-grey' } } }]],
]);

describe('the example of a field', () => {
  it.each<[string, string | undefined, string]>([
    ['name', 'east', 'the shortest there is'],
    ['lines[].colour', 'red', 'out of a list'],
    ['tags', '{"owner":"port"}', 'a map whole'],
    ['tags.*', 'port', 'a value of a map'],
    ['account', '"111122223333"', 'quoted where YAML would read a number'],
    ['boats[].crew.names', '["Ann"]', 'from where the same fields stand elsewhere'],
    ['deck.paint.colour', 'blue-grey', 'from another kind with the same fields'],
    ['boats[].name', 'east', 'from a field of the same name'],
    ['deck.hull', undefined, 'none where another kind has only the last word in common'],
    ['flag', undefined, 'none where nobody gives one'],
  ])('%s: %s, %s', (path, example) => {
    expect(exampleAt(specs, 'Berth', path)).toBe(example);
  });
});

describe('an example', () => {
  const rule = (message: string): StructuralSchema => ({
    type: 'string',
    'x-kubernetes-validations': [{ rule: 'true', message }],
  });
  it.each<[string, StructuralSchema, boolean]>([
    ['text', { type: 'string' }, true],
    ['a list of text', { type: 'array', items: { type: 'string' } }, true],
    ['a document', { 'x-kubernetes-preserve-unknown-fields': true }, true],
    ['a rule that names none', rule('must be short'), true],
    ['a rule that names one', rule('must be an id such as i-1'), false],
    ['a list whose items have such a rule', { type: 'array', items: rule('must be such as a') }, false],
    ['a default', { type: 'string', default: '60s' }, false],
    ['a choice', { type: 'string', enum: ['a', 'b'] }, false],
    ['a switch', { type: 'boolean' }, false],
    ['a number', { type: 'integer' }, false],
    ['a structure', { type: 'object', properties: { a: { type: 'string' } } }, false],
  ])('is needed by %s: %s', (_, field, needed) => {
    expect(needsExample(field)).toBe(needed);
  });
});
