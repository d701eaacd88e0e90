import { expect, it } from 'vitest';
import { matchesPattern } from './pattern.ts';

it.each([
  ['AllocateAddress', 'AllocateAddress', true],
  ['AllocateAddress', 'AllocateAddresses', false],
  ['Describe*', 'DescribeAddresses', true],
  ['Describe*', 'GetRole', false],
  ['*Address', 'ReleaseAddress', true],
  ['ec2:*', 'ec2:RunInstances', true],
  ['*', '', true],
  ['a*b*c', 'a-b-c', true],
  ['a*b*c', 'a-c-b', false],
  ['ab*ba', 'aba', false],
])('%s on %s: %s', (pattern, text, expected) => {
  expect(matchesPattern(pattern, text)).toBe(expected);
});
