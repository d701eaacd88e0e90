import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actionCovers, actionsMatch, statementAllows, statementsAllowing } from './match.ts';

describe('actionsMatch', () => {
  it.each([
    ['iam:PassRole', 'iam:PassRole', true],
    ['IAM:passrole', 'iam:PassRole', true],
    ['iam:*', 'iam:PassRole', true],
    ['*', 'iam:PassRole', true],
    ['*:*', 'iam:PassRole', true],
    ['s3:Get?bject', 's3:GetObject', true],
    ['s3:Get?bject', 's3:Getbject', false],
    ['s3:*', 'iam:PassRole', false],
    ['iam:*Role', '*:Pass*', true],
    ['iam:Create*', 'iam:*AccessKey', true],
    ['iam:Create*', 'iam:Delete*', false],
    ['s3:Get?', 's3:Get??', false],
    ['s3:Get*x', 's3:Get?', true],
    ['s3:a*b', 's3:a*c', false],
    ['', '*', true],
    ['s3.Get', 's3:Get', false],
  ])('%s and %s: %s', (one, other, expected) => {
    expect([actionsMatch(one, other), actionsMatch(other, one)]).toEqual([expected, expected]);
  });

  it('takes as long as the product of the lengths, whatever the wildcards', () => {
    expect(actionsMatch(`${'a*'.repeat(100)}b`, `${'a*'.repeat(100)}c`)).toBe(false);
  });
});

describe('actionCovers', () => {
  it.each([
    ['*', 'iam:*', true],
    ['iam:*', 'iam:PassRole', true],
    ['iam:*', 'iam:Pass*', true],
    ['iam:Pass*', 'iam:*', false],
    ['iam:PassRole', 'IAM:passrole', true],
    ['iam:P?ssRole', 'iam:PassRole', true],
    ['iam:PassRole', 'iam:P?ssRole', false],
    ['s3:Get?', 's3:Get*', false],
    ['s3:*?', 's3:?*', true],
    ['s3:?*', 's3:*', false],
  ])('%s covers %s: %s', (pattern, action, expected) => {
    expect(actionCovers(pattern, action)).toBe(expected);
  });
});

describe('for any two patterns and a name', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 });
  const name = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 });
  const regex = (glob: string) => new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`);

  it('a name that both match proves that they overlap', () => {
    fc.assert(
      fc.property(pattern, pattern, name, (p, q, text) => {
        expect(actionsMatch(p, text)).toBe(regex(p).test(text));
        if (regex(p).test(text) && regex(q).test(text)) expect(actionsMatch(p, q)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('a name that only one matches proves that the other does not cover it', () => {
    fc.assert(
      fc.property(pattern, pattern, name, (p, q, text) => {
        expect(actionCovers(p, p)).toBe(true);
        if (regex(q).test(text) && !regex(p).test(text)) expect(actionCovers(p, q)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('statementAllows', () => {
  it.each([
    ['an action that it names', { Effect: 'Allow', Action: ['s3:*', 'iam:PassRole'] }, 'iam:passrole', true],
    ['a part of the pattern asked for', { Effect: 'Allow', Action: 'iam:PassRole' }, 'iam:*', true],
    ['not what it does not name', { Effect: 'Allow', Action: 's3:*' }, 'iam:PassRole', false],
    ['not what it denies', { Effect: 'Deny', Action: 'iam:*' }, 'iam:PassRole', false],
    ['all that NotAction leaves', { Effect: 'Allow', NotAction: 's3:*' }, 'iam:PassRole', true],
    ['not what NotAction lists', { Effect: 'Allow', NotAction: ['s3:*', 'iam:*'] }, 'iam:PassRole', false],
    ['what NotAction leaves of a pattern', { Effect: 'Allow', NotAction: 'iam:PassRole' }, 'iam:*', true],
    ['not what a denial leaves', { Effect: 'Deny', NotAction: 's3:*' }, 'iam:PassRole', false],
  ] as const)('%s', (_, statement, action, expected) => {
    expect(statementAllows(statement, action)).toBe(expected);
  });

  it('finds the statements of a document that do', () => {
    const pass = { Effect: 'Allow', Action: 'iam:Pass*', Resource: '*' } as const;
    const document = { Statement: [{ Effect: 'Allow', Action: 's3:*' }, pass] } as const;
    expect(statementsAllowing(document, 'iam:PassRole')).toEqual([pass]);
  });
});
