import { expect, it } from 'vitest';
import { unlistedCalls } from './unlisted-calls.ts';

it('a call is unlisted that none of the kinds which run may make', () => {
  const calls = [
    { service: 'ec2', operation: 'DescribeAddresses' },
    { service: 'sts', operation: 'GetCallerIdentity' },
    { service: 'tagging', operation: 'GetResources' },
    { service: 'kms', operation: 'DescribeKey' },
  ];
  expect(unlistedCalls(calls, ['ElasticIP', 'KMSKey'])).toEqual([]);
  expect(unlistedCalls(calls, ['elasticips'])).toEqual(['kms:DescribeKey', 'tag:GetResources']);
  expect(unlistedCalls(calls, [])).toEqual([]);
  expect(unlistedCalls([{ service: 'ec2', operation: 'RunInstances' }], [])).toEqual(['ec2:RunInstances']);
});
