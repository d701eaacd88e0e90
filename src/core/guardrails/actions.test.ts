import { describe, expect, it } from 'vitest';
import type { Statement } from '../policy/document.ts';
import { deniedIn } from './actions.ts';

const denied = ['iam:*', 'organizations:LeaveOrganization', 's3:Delete*'];
const judge = (...statements: Partial<Statement>[]) =>
  deniedIn(
    { Statement: statements.map((more) => ({ Effect: 'Allow' as const, Resource: '*', ...more })) },
    denied,
  );

describe('a policy that allows what is denied', () => {
  it.each<[string, Partial<Statement>, string]>([
    ['by name', { Action: 'iam:PassRole' }, 'allows iam:PassRole, and so iam:*'],
    ['in other case', { Action: ['s3:GetObject', 'IAM:passrole'] }, 'allows IAM:passrole'],
    ['by a wildcard', { Action: '*' }, 'allows *'],
    [
      'by a wildcard that spells a part',
      { Action: 's3:Del*Object' },
      'allows s3:Del*Object, and so s3:Delete*',
    ],
    ['by a wildcard for the service', { Action: 'org*:*' }, 'and so organizations:LeaveOrganization'],
    ['by NotAction', { NotAction: 's3:*' }, 'allows all but its NotAction'],
    ['by a NotAction that names only a part', { NotAction: ['iam:Get*', 's3:*'] }, 'and so iam:*'],
    ['on one resource only', { Action: 'iam:*', Resource: 'arn:aws:iam::111122223333:role/x' }, 'iam:*'],
    ['under a condition', { Action: 'iam:*', Condition: { Bool: { 'aws:ViaAWSService': 'true' } } }, 'iam:*'],
  ])('%s', (_, statement, words) => {
    expect(judge(statement)).toContain(words);
  });

  it('although another statement takes it off again', () => {
    expect(judge({ Action: 'iam:*' }, { Effect: 'Deny', Action: 'iam:*' })).toContain('Statement[0]');
  });
});

describe('a policy that does not', () => {
  it.each<[string, Partial<Statement>]>([
    ['names others', { Action: ['s3:GetObject', 'ec2:*'] }],
    ['denies it', { Effect: 'Deny', Action: 'iam:*' }],
    ['excludes it all', { NotAction: ['iam:*', 'organizations:*', 's3:*'] }],
  ])('%s', (_, statement) => {
    expect(judge(statement)).toBeUndefined();
  });
});
