import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../test/support/virtual-clock.ts';
import type { AccountAccess, AccountIdentity } from '../../core/account.ts';
import { AwsError } from '../../core/errors.ts';
import { createPermissions } from './permissions.ts';

const access: AccountAccess = {
  name: 'default',
  source: { from: 'default' },
  assumeRole: [],
  region: 'eu-central-1',
};
const identity: AccountIdentity = {
  partition: 'aws',
  account: '111122223333',
  arn: 'arn:aws:iam::111122223333:user/ci',
  globalRegion: 'us-east-1',
};
const minutes = (count: number) => count * 60_000;
const throttled = new AwsError({
  class: 'Throttled',
  code: 'Throttling',
  call: 'iam:SimulatePrincipalPolicy',
  message: 'Rate exceeded',
  definite: true,
});

function asking() {
  const clock = new VirtualClock();
  const world = { answers: 0, failing: false };
  const permissionsOf = createPermissions(
    {
      permissions: async (_, kinds) => {
        world.answers += 1;
        if (world.failing) throw throttled;
        return kinds.map(({ kind }) => ({ kind, state: 'Allowed' }));
      },
    },
    [{ kind: 'ElasticIP', calls: [] }],
    clock,
  );
  const states = async (fresh = false, who = identity) =>
    (await permissionsOf(access, who, fresh)).map(({ state }) => state);
  return { clock, world, states };
}

describe('what an account may do', () => {
  it('is asked hourly', async () => {
    const { clock, world, states } = asking();
    await states();
    await clock.advance(minutes(59));
    await states();
    expect(world.answers).toBe(1);
    await clock.advance(minutes(1));
    await states();
    expect(world.answers).toBe(2);
  });

  it('is asked anew when a person asks for it, and when the account is another’s by now', async () => {
    const { world, states } = asking();
    await states();
    await states(true);
    await states(false, { ...identity, arn: 'arn:aws:iam::111122223333:user/other' });
    expect(world.answers).toBe(3);
  });

  it('is unknown where AWS cannot be asked, until the next time, and not for an hour', async () => {
    const { world, states } = asking();
    world.failing = true;
    expect(await states()).toEqual(['Unknown']);
    world.failing = false;
    expect(await states()).toEqual(['Allowed']);
  });

  it('stays as last told while AWS cannot be asked', async () => {
    const { clock, world, states } = asking();
    await states();
    world.failing = true;
    await clock.advance(minutes(60));
    expect(await states()).toEqual(['Allowed']);
    await states();
    expect(world.answers).toBe(3);
  });
});
