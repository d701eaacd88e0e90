import { describe, expect, it } from 'vitest';
import { InvalidPolicy } from './invalid-policy.ts';
import { parsePolicy } from './parse.ts';

function problemsOf(input: string | object): string[] {
  try {
    parsePolicy(input);
  } catch (error) {
    if (error instanceof InvalidPolicy) return error.problems.map(({ path, text }) => `${path}: ${text}`);
    throw error;
  }
  return [];
}

const base = { Effect: 'Allow', Action: 's3:GetObject' };
const trusting = (principal: unknown) => ({ Statement: { ...base, Principal: principal } });
const when = (condition: unknown) => ({ Statement: [{ ...base, Condition: condition }] });

const refused: { name: string; input: string | object; says: string[] }[] = [
  { name: 'empty text', input: ' ', says: [': is empty: must be a JSON object'] },
  { name: 'broken JSON', input: '{\n"Version" 1}', says: [': is not valid JSON (line 2, column 11)'] },
  {
    name: 'JSON that ends early',
    input: '{"Version":',
    says: [': is not valid JSON: it ends too early or has something that is not JSON'],
  },
  {
    name: 'broken URL encoding',
    input: '%7B%',
    says: [': is not valid URL encoding: must be JSON, raw or URL-encoded'],
  },
  {
    name: 'text that is no object',
    input: '"x"',
    says: [': is "x": must be an object with Version and Statement'],
  },
  {
    name: 'a key twice, of which JSON keeps one',
    input:
      '{"Statement":[{"Effect":"Deny","Action":"*","Condition":{"Bool":{"a:b":true},"Bool":{"c:d":true}}}]}',
    says: [': has "Bool" twice in one object: AWS reads each name once'],
  },
  {
    name: 'a key twice, once with an escape',
    input: '{"Statement":[],"St\\u0061tement":[]}',
    says: [': has "Statement" twice in one object: AWS reads each name once'],
  },
  {
    name: 'no statement',
    input: { Version: '2012-10-17' },
    says: ['Statement: is missing: must be a statement or a list of at least one'],
  },
  {
    name: 'an empty list of statements',
    input: { Statement: [] },
    says: ['Statement: is []: must be a statement or a list of at least one'],
  },
  {
    name: 'another version',
    input: { Version: '2012-10-18', Statement: base },
    says: ['Version: is "2012-10-18": must be "2012-10-17" or "2008-10-17"'],
  },
  {
    name: 'an effect in lower case',
    input: { Statement: [base, { ...base, Effect: 'allow' }] },
    says: ['Statement[1].Effect: is "allow": must be "Allow" or "Deny"'],
  },
  {
    name: 'no effect',
    input: { Statement: { Action: '*' } },
    says: ['Statement.Effect: is missing: must be "Allow" or "Deny"'],
  },
  {
    name: 'no action',
    input: { Statement: { Effect: 'Deny', Resource: '*' } },
    says: ['Statement.Action: is missing: a statement has Action or NotAction'],
  },
  {
    name: 'an element and its negation',
    input: { Statement: { ...base, NotAction: 'iam:*', Resource: 'a', NotResource: 'b' } },
    says: [
      'Statement.NotAction: is "iam:*": a statement cannot have both Action and NotAction',
      'Statement.NotResource: is "b": a statement cannot have both Resource and NotResource',
    ],
  },
  {
    name: 'a plural',
    input: { Statement: { ...base, Resources: '*' } },
    says: ['Statement.Resources: is "*": no element of that name; did you mean Resource?'],
  },
  {
    name: 'an action without a service',
    input: { Statement: { Effect: 'Allow', Action: ['s3:*', 'GetObject'] } },
    says: ['Statement.Action[1]: is "GetObject": must be "*" or service:Action'],
  },
  {
    name: 'an empty list of actions',
    input: { Statement: { Effect: 'Allow', Action: [] } },
    says: ['Statement.Action: is []: must name at least one'],
  },
  {
    name: 'a list in a list',
    input: { Statement: { ...base, Resource: [['*']] } },
    says: ['Statement.Resource[0]: is ["*"]: must be a string'],
  },
  {
    name: 'an empty resource',
    input: { Statement: { ...base, Resource: '' } },
    says: ['Statement.Resource: is "": must not be empty'],
  },
  {
    name: 'an account id that YAML took for a number',
    input: trusting({ AWS: 111122223333 }),
    says: ['Statement.Principal.AWS: is 111122223333: must be a string (in YAML, quote it)'],
  },
  {
    name: 'a principal without its type',
    input: trusting('ec2.amazonaws.com'),
    says: [
      'Statement.Principal: is "ec2.amazonaws.com": must be "*" or an object with AWS, Federated, Service, CanonicalUser',
    ],
  },
  {
    name: 'a type of principal in lower case',
    input: trusting({ aws: '111122223333' }),
    says: ['Statement.Principal.aws: is "111122223333": no element of that name; did you mean AWS?'],
  },
  {
    name: 'an unknown operator',
    input: when({ StringEqual: { 'aws:username': 'ann' } }),
    says: [
      'Statement[0].Condition.StringEqual: is {"aws:username":"ann"}: no condition operator of that name',
    ],
  },
  {
    name: 'a value under an operator without a key',
    input: when({ Bool: 'true' }),
    says: ['Statement[0].Condition.Bool: is "true": must be an object of condition keys'],
  },
  {
    name: 'a key twice in different case',
    input: when({ IpAddress: { 'aws:SourceIp': 'a', 'aws:SourceIP': 'b' } }),
    says: ['Statement[0].Condition.IpAddress.aws:SourceIP: is "b": is there twice, in different case'],
  },
  {
    name: 'an object as a value',
    input: when({ Bool: { 'aws:x': { y: 1 } } }),
    says: [
      'Statement[0].Condition.Bool.aws:x: is {"y":1}: must be a string, number or Boolean, or a list of them',
    ],
  },
  {
    name: 'a character that AWS does not allow',
    input: { Statement: { ...base, Sid: 'Read – write' } },
    says: [
      'Statement.Sid: is "Read – write": AWS allows no character beyond U+00FF in a policy, and this has U+2013',
    ],
  },
];

describe('parsePolicy refuses, and says where, what and what would be right', () => {
  it.each(refused)('$name', ({ input, says }) => {
    expect(problemsOf(input)).toEqual(says);
  });

  it('with a message of one line that clips long values and counts what it leaves out', () => {
    const input = { Statement: Array.from({ length: 6 }, () => ({ Effect: 'x'.repeat(200), Action: '*' })) };
    expect(() => parsePolicy(input)).toThrow(/^Statement\[0\]\.Effect is "x{59}…: must be .*; and 2 more$/);
  });
});

describe('parsePolicy keeps a document as it was written', () => {
  it('with one thing or a list, its order and its spelling', () => {
    const written = {
      Version: '2012-10-17',
      Id: 'an-id',
      Statement: {
        Sid: 'Allow use of the key',
        Effect: 'Allow',
        Principal: { Service: ['b.amazonaws.com', 'a.amazonaws.com'], AWS: '111122223333' },
        NotAction: ['KMS:decrypt'],
        NotResource: '*',
        Condition: {
          'ForAnyValue:StringLikeIfExists': { 'aws:TagKeys': ['b', 'a'] },
          Null: { 'aws:x': true },
        },
      },
    };
    expect(parsePolicy(written)).toEqual(written);
    expect(parsePolicy(JSON.stringify(written))).toEqual(written);
  });

  it('with every operator of AWS, in any case', () => {
    const operators = [
      'StringNotEqualsIgnoreCase',
      'forallvalues:ARNLIKE',
      'NotIpAddress',
      'BinaryEquals',
      'null',
    ];
    expect(problemsOf(when(Object.fromEntries(operators.map((name) => [name, { 'a:b': 'c' }]))))).toEqual([]);
  });
});
