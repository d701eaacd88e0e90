import { describe, expect, it } from 'vitest';
import {
  accountOfPrincipal,
  canonicalAwsPrincipal,
  deletedPrincipals,
  isDeletedPrincipal,
} from './principals.ts';

describe('deletedPrincipals', () => {
  it('are the unique ids among the AWS principals, each once', () => {
    const statement = { Effect: 'Allow', Action: 'sts:AssumeRole' } as const;
    const document = {
      Statement: [
        { ...statement, Principal: { AWS: ['arn:aws:iam::111122223333:root', 'AIDAJQABLZS4A3QDU576Q'] } },
        { ...statement, Principal: { AWS: 'AROAJQABLZS4A3QDU576Q', Service: 'AROAJQABLZS4A3QDU576Q' } },
        {
          ...statement,
          Effect: 'Deny',
          NotPrincipal: { AWS: ['AIDAJQABLZS4A3QDU576Q', 'AROAJQABLZS4A3QDU576Q:ann'] },
        },
        { ...statement, Principal: '*' },
        statement,
      ],
    } as const;
    expect(deletedPrincipals(document)).toEqual([
      'AIDAJQABLZS4A3QDU576Q',
      'AROAJQABLZS4A3QDU576Q',
      'AROAJQABLZS4A3QDU576Q:ann',
    ]);
  });

  it.each([
    '111122223333',
    '*',
    'arn:aws:iam::111122223333:role/AROAJQABLZS4A3QDU576Q',
    'AKIAJQABLZS4A3QDU576Q',
    'AROA',
  ])('%s is none', (value) => {
    expect(isDeletedPrincipal(value)).toBe(false);
  });
});

describe('an AWS principal', () => {
  it.each([
    ['111122223333', '111122223333', '111122223333'],
    ['arn:aws:iam::111122223333:root', '111122223333', '111122223333'],
    ['arn:aws-us-gov:iam::111122223333:root', '111122223333', '111122223333'],
    ['arn:aws-iso-b:iam::111122223333:root', '111122223333', '111122223333'],
    ['arn:aws:iam::111122223333:role/root', 'arn:aws:iam::111122223333:role/root', '111122223333'],
    [
      'arn:aws:sts::111122223333:assumed-role/r/s',
      'arn:aws:sts::111122223333:assumed-role/r/s',
      '111122223333',
    ],
    ['AROAJQABLZS4A3QDU576Q', 'AROAJQABLZS4A3QDU576Q', undefined],
    ['*', '*', undefined],
  ])('%s is compared as %s, of account %s', (value, canonical, account) => {
    expect(canonicalAwsPrincipal(value)).toBe(canonical);
    expect(accountOfPrincipal(value)).toBe(account);
  });
});
