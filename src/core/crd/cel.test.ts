import { describe, expect, it } from 'vitest';
import { atMostOneOf, celString, exactlyOneOf, immutableFields, setOnceFields } from './cel.ts';

describe('rules', () => {
  it('immutable: neither changed, nor added, nor removed', () => {
    expect(immutableFields(['address'])).toEqual([
      {
        rule: 'has(oldSelf.address) == has(self.address) && (!has(self.address) || self.address == oldSelf.address)',
        message: 'address is immutable: delete and create the object to change it',
        fieldPath: '.address',
      },
    ]);
  });

  it('set once: may be added', () => {
    expect(setOnceFields(['adopt'])[0]?.rule).toBe(
      '!has(oldSelf.adopt) || (has(self.adopt) && self.adopt == oldSelf.adopt)',
    );
  });

  it('spells a name that CEL keeps for itself as Kubernetes does', () => {
    expect(exactlyOneOf(['namespace', 'b']).rule).toContain('has(self.__namespace__)');
  });

  it('names the fields of which one is to be chosen', () => {
    expect(exactlyOneOf(['a', 'b', 'c']).message).toBe('exactly one of a, b and c must be given');
    expect(atMostOneOf(['a', 'b']).message).toBe('at most one of a and b may be given');
  });

  it('and which of them are given', () => {
    expect(atMostOneOf(['a', 'b', 'c']).messageExpression).toBe(
      "'at most one of a, b and c may be given: given are ' + (has(self.a) ? 'a' : '') + (has(self.b) ? (has(self.a) ? ', b' : 'b') : '') + (has(self.c) ? (has(self.a) || has(self.b) ? ', c' : 'c') : '')",
    );
    expect(exactlyOneOf(['a', 'b']).messageExpression).toContain("has(self.a) || has(self.b) ? 'given are '");
  });

  it.each([
    ['plain', '"plain"'],
    ['a\\.b', "r'a\\.b'"],
    ['say "a"', '"say \\"a\\""'],
    ["it's \\.", '"it\'s \\\\."'],
  ])('writes %s as a string', (value, expected) => {
    expect(celString(value)).toBe(expected);
  });
});
