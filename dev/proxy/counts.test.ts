import { describe, expect, it } from 'vitest';
import { callOf } from './call-of.ts';
import { CallLog, isWrite } from './counts.ts';

it.each([
  ['DescribeAddresses', false],
  ['GetRole', false],
  ['ListKeys', false],
  ['AssumeRole', false],
  ['AllocateAddress', true],
  ['TagResource', true],
  ['ModifyAddressAttribute', true],
])('%s is a write: %s', (operation, expected) => {
  expect(isWrite(operation)).toBe(expected);
});

describe('the call log', () => {
  it('counts by service and operation, and forgets on reset', () => {
    const log = new CallLog();
    log.start(callOf('ec2', 'AllocateAddress'), 1);
    log.start(callOf('ec2', 'AllocateAddress'), 2);
    log.start(callOf('iam', 'GetRole'), 3);
    expect(log.counts()).toEqual({ 'ec2:AllocateAddress': 2, 'iam:GetRole': 1 });
    expect(log.writes()).toHaveLength(2);
    log.reset();
    expect(log.counts()).toEqual({});
  });

  it('finds calls by pattern and by input', () => {
    const log = new CallLog();
    log.start(callOf('ec2', 'ReleaseAddress', { AllocationId: 'a' }), 1);
    log.start(callOf('ec2', 'ReleaseAddress', { AllocationId: 'b' }), 2);
    expect(log.calls({ operation: 'Release*', where: { AllocationId: 'b' } }).map((call) => call.at)).toEqual(
      [2],
    );
  });
});
