import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesAny, matchesGlob } from './glob.ts';

describe('a glob', () => {
  it.each([
    ['ci', 'ci', true],
    ['ci', 'ci2', false],
    ['ci', 'CI', false],
    ['*', '', true],
    ['*', 'anything', true],
    ['ci-*', 'ci-', true],
    ['ci-*', 'ci', false],
    ['*-bot', 'web-bot', true],
    ['*-bot', 'web-bots', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['**', 'x', true],
    ['a.c', 'abc', false],
    ['', '', true],
    ['', 'x', false],
  ])('%j and %j: %s', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  it('agrees with the regular expression it stands for', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    const plain = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
    fc.assert(
      fc.property(letters, plain, (pattern, text) => {
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(text);
        expect(matchesGlob(pattern, text)).toBe(expected);
      }),
    );
  });

  it('of several, one is enough; of none, nothing', () => {
    expect(matchesAny(['x', 'ci-*'], 'ci-web')).toBe(true);
    expect(matchesAny([], 'ci-web')).toBe(false);
  });
});
