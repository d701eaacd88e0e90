import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesAny, matchesGlob } from './glob.ts';

describe('a glob', () => {
  it.each([
    ['ci-deployer', 'ci-deployer', true],
    ['ci-deployer', 'ci-deployer-2', false],
    ['ci-*', 'ci-', true],
    ['ci-*', 'CI-deployer', false],
    ['*-deployer', 'ci-deployer', true],
    ['*-deployer', 'ci-deployer-2', false],
    ['a*b*c', 'a-c-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['*', '', true],
    ['', 'a', false],
    ['a?c', 'abc', false],
    ['a.c', 'abc', false],
    ['arn:aws:iam::aws:policy/*ReadOnly*', 'arn:aws:iam::aws:policy/job-function/ReadOnlyAccess', true],
  ])('%s matches %s: %s', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  it('without an asterisk matches itself alone; with text put in its place, that', () =>
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[ab?.]{0,3}$/), { minLength: 1 }),
        fc.string(),
        (parts, filler) => {
          expect(matchesGlob(parts.join('*'), parts.join(filler))).toBe(true);
          expect(matchesGlob(parts.join(''), `${parts.join('')}x`)).toBe(false);
        },
      ),
    ));

  it('agrees with the regular expression that means the same', () =>
    fc.assert(
      fc.property(fc.stringMatching(/^[ab*]{0,8}$/), fc.stringMatching(/^[ab]{0,10}$/), (pattern, text) => {
        expect(matchesGlob(pattern, text)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(text));
      }),
    ));

  it('takes no time on a pattern made to take it', () => {
    expect(matchesGlob(`${'*a'.repeat(128)}b`, 'a'.repeat(2_000))).toBe(false);
  });

  it('of several one is enough, and of none none', () => {
    expect(matchesAny(['a', 'b*'], 'bc')).toBe(true);
    expect(matchesAny([], 'bc')).toBe(false);
  });
});
