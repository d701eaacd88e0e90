import { describe, expect, it } from 'vitest';
import { callOf } from './call-of.ts';
import { Throttle, throttlingError } from './throttle.ts';

const allocate = callOf('ec2', 'AllocateAddress');

function admitted(throttle: Throttle, times: number, now: number, call = allocate): number {
  return Array.from({ length: times }, () => throttle.admit(call, now)).filter(Boolean).length;
}

describe('throttle', () => {
  it('admits everything without quotas', () => {
    expect(admitted(new Throttle(), 1000, 0)).toBe(1000);
  });

  it('admits the burst, then at the rate, and never saves up more than the burst', () => {
    const throttle = new Throttle();
    throttle.setQuotas({ 'ec2:AllocateAddress': { burst: 5, perSecond: 2 } });
    expect(admitted(throttle, 10, 0)).toBe(5);
    expect(admitted(throttle, 10, 1000)).toBe(2);
    expect(admitted(throttle, 10, 60_000)).toBe(5);
  });

  it('takes the most specific quota and gives each operation its own bucket', () => {
    const throttle = new Throttle();
    throttle.setQuotas({
      'ec2:*': { burst: 1, perSecond: 0 },
      'ec2:AllocateAddress': { burst: 3, perSecond: 0 },
    });
    expect(admitted(throttle, 5, 0)).toBe(3);
    expect(admitted(throttle, 5, 0, callOf('ec2', 'ReleaseAddress'))).toBe(1);
    expect(admitted(throttle, 5, 0, callOf('ec2', 'AssociateAddress'))).toBe(1);
  });

  it('gives unfiltered reads the smaller bucket where one is set', () => {
    const throttle = new Throttle();
    throttle.setQuotas({
      'ec2:Describe*': { burst: 4, perSecond: 0 },
      'ec2:DescribeInstances unfiltered': { burst: 2, perSecond: 0 },
    });
    expect(admitted(throttle, 9, 0, callOf('ec2', 'DescribeInstances'))).toBe(2);
    expect(admitted(throttle, 9, 0, callOf('ec2', 'DescribeInstances', { 'Filter.1.Name': 'vpc-id' }))).toBe(
      4,
    );
    expect(admitted(throttle, 9, 0, callOf('ec2', 'DescribeAddresses'))).toBe(4);
  });

  it.each([
    ['ec2', 'RequestLimitExceeded'],
    ['iam', 'Throttling'],
    ['kms', 'ThrottlingException'],
  ])('refuses as %s does', (service, code) => {
    expect(throttlingError(service).code).toBe(code);
  });
});
