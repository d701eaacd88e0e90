import { describe, expect, it } from 'vitest';
import { fakeRead } from '../../test/support/fake-read.ts';
import { VirtualClock } from '../../test/support/virtual-clock.ts';
import { createResolvePlacement } from './placement.ts';

function resolving(options: { region?: string; arn?: string } = {}) {
  const clock = new VirtualClock();
  const asked: string[] = [];
  const identity = { account: '111122223333' };
  const { arn = 'arn:aws:iam::111122223333:user/ci', ...rest } = options;
  const read = fakeRead({
    'sts:GetCallerIdentity': (_, { region }) => {
      asked.push(region);
      return { Account: identity.account, Arn: arn };
    },
  });
  const resolve = createResolvePlacement({ read, clock, ...rest });
  return {
    clock,
    asked,
    identity,
    in: async (region?: string) => (await resolve({ namespace: 'web', spec: { region } })).scope,
  };
}

describe('a scope', () => {
  it('is the spec’s region before the operator’s, in the account of the credentials', async () => {
    const scopes = resolving({ region: 'eu-central-1' });
    const account = { partition: 'aws', account: '111122223333' };
    expect(await Promise.all([scopes.in(), scopes.in('us-east-1')])).toEqual([
      { ...account, region: 'eu-central-1' },
      { ...account, region: 'us-east-1' },
    ]);
    expect(scopes.asked).toEqual(['eu-central-1']);
  });

  it('takes the partition from the identity', async () => {
    const scopes = resolving({ arn: 'arn:aws-cn:sts::111122223333:assumed-role/mooring/x' });
    expect(await scopes.in('cn-north-1')).toMatchObject({ partition: 'aws-cn', region: 'cn-north-1' });
  });

  it('follows credentials that come to mean another account', async () => {
    const scopes = resolving({ region: 'eu-central-1' });
    await scopes.in();
    scopes.identity.account = '444455556666';
    await scopes.clock.advance(5 * 60_000);
    expect((await scopes.in()).account).toBe('444455556666');
  });

  it('without a region names the ways to give one', async () => {
    await expect(resolving().in()).rejects.toMatchObject({
      name: 'ScopeRefused',
      reason: 'InvalidSpec',
      message:
        'no region: set spec.region, or give the operator a default with --region, MOORING_REGION or AWS_REGION',
    });
  });
});
