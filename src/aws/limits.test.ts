import { expect, it } from 'vitest';
import { VirtualClock } from '../../test/support/virtual-clock.ts';
import { createLimiter } from './limits.ts';
import { quotaOf } from './quotas.ts';

const here = { account: '111122223333', region: 'eu-central-1' };

it('has the published quotas', () => {
  expect(quotaOf('ec2:AllocateAddress', true)).toEqual({
    name: 'ec2:AllocateAddress',
    burst: 50,
    perSecond: 5,
  });
  expect(quotaOf('ec2:CreateTags', true)).toMatchObject({ burst: 100, perSecond: 10 });
  expect(quotaOf('ec2:DescribeAddresses', false)).toMatchObject({ burst: 100, perSecond: 20 });
  expect(quotaOf('kms:CreateKey', true)).toMatchObject({ burst: 5, perSecond: 5 });
  expect(quotaOf('iam:CreateRole', true).name).toBe(quotaOf('iam:GetRole', false).name);
});

it('keeps a bucket per account, region and quota', () => {
  const limiter = createLimiter(new VirtualClock());
  const bucket = limiter.for(here, 'ec2:AllocateAddress', true);
  expect(limiter.for({ ...here }, 'ec2:AllocateAddress', true)).toBe(bucket);
  expect(limiter.for(here, 'ec2:AssociateAddress', true)).not.toBe(bucket);
  expect(limiter.for({ ...here, region: 'eu-west-1' }, 'ec2:AllocateAddress', true)).not.toBe(bucket);
  expect(limiter.for({ ...here, account: '444455556666' }, 'ec2:AllocateAddress', true)).not.toBe(bucket);
});

it('takes overrides for a call and for the rest of a service', async () => {
  const clock = new VirtualClock();
  const overrides = { 'ec2:*': { burst: 1, perSecond: 1 }, 'ec2:CreateTags': { burst: 2, perSecond: 1 } };
  const limiter = createLimiter(clock, { overrides });
  const passed: string[] = [];
  const all = Promise.all(
    (['ec2:AllocateAddress', 'ec2:AssociateAddress', 'ec2:CreateTags'] as const).flatMap((call) => {
      const bucket = limiter.for(here, call, true);
      return [1, 2].map((turn) => bucket.acquire().then(() => passed.push(`${call} ${turn}`)));
    }),
  );
  await clock.advance(999);
  expect(passed.toSorted()).toEqual([
    'ec2:AllocateAddress 1',
    'ec2:AssociateAddress 1',
    'ec2:CreateTags 1',
    'ec2:CreateTags 2',
  ]);
  await clock.advance(1);
  await all;
  expect(passed).toHaveLength(6);
});

it('leaves others their part of the quotas', async () => {
  const clock = new VirtualClock();
  const bucket = createLimiter(clock, { multiplier: 0.5 }).for(here, 'ec2:AllocateAddress', true);
  const all = Promise.all(Array.from({ length: 30 }, () => bucket.acquire().then(() => clock.now())));
  const start = clock.now();
  await clock.advance(10_000);
  expect((await all).filter((at) => at === start)).toHaveLength(25);
  expect((await all).at(-1)).toBe(start + 2_000);
});

it('takes an account’s own limits before all others, and is another bucket where they change', async () => {
  const clock = new VirtualClock();
  const limiter = createLimiter(clock, { overrides: { 'ec2:*': { burst: 100, perSecond: 100 } } });
  const own = { ec2: { perSecond: 2 }, 'ec2:CreateTags': { perSecond: 1, burst: 5 } };
  const passed: string[] = [];
  const take = (call: 'ec2:AllocateAddress' | 'ec2:CreateTags') =>
    void limiter
      .for(here, call, true, own)
      .acquire()
      .then(() => passed.push(call));
  for (let n = 0; n < 10; n++) {
    take('ec2:AllocateAddress');
    take('ec2:CreateTags');
  }
  await clock.advance(0);
  expect(passed.filter((call) => call === 'ec2:AllocateAddress')).toHaveLength(2);
  expect(passed.filter((call) => call === 'ec2:CreateTags')).toHaveLength(5);
  await clock.advance(1_000);
  expect(passed).toHaveLength(2 + 5 + 2 + 1);
  const bucket = limiter.for(here, 'ec2:AllocateAddress', true, own);
  expect(limiter.for(here, 'ec2:AllocateAddress', true, { ...own })).toBe(bucket);
  expect(limiter.for(here, 'ec2:AllocateAddress', true, { ec2: { perSecond: 3 } })).not.toBe(bucket);
  expect(limiter.for(here, 'ec2:AllocateAddress', true)).not.toBe(bucket);
});
