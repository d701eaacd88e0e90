import { expect, it } from 'vitest';
import { anyNamespace } from '../support/aws-account.ts';
import { useOwnControlPlane } from './control-plane.ts';

const withAdmin = useOwnControlPlane('us-west-1');
const role = (account: string) => [{ roleArn: `arn:aws:iam::${account}:role/mooring` }];

it(
  'an account’s limit is kept in it, and in no other',
  withAdmin(async (bed, admin) => {
    const perSecond = 2;
    await bed.start();
    await admin.apply('slow', {
      credentials: { default: {} },
      assumeRole: role('111122223333'),
      limits: { 'ec2:AllocateAddress': { perSecond, burst: 1 } },
      ...anyNamespace,
    });
    await admin.apply('fast', {
      credentials: { default: {} },
      assumeRole: role('444455556666'),
      ...anyNamespace,
    });
    await admin.waitReady('slow');
    await admin.waitReady('fast');
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    for (const name of ['slow', 'fast'])
      await Promise.all(names.map((one) => bed.kube.apply(`${name}-${one}`, { accountRef: { name } })));
    for (const name of ['slow', 'fast']) for (const one of names) await bed.kube.waitReady(`${name}-${one}`);

    const asked = await bed.calls('AllocateAddress');
    const times = (account: string) =>
      asked
        .filter(({ accountId }) => accountId === account)
        .map(({ at }) => at)
        .sort((a, b) => a - b);
    const slow = times('111122223333');
    const fast = times('444455556666');
    expect([slow.length, fast.length]).toEqual([8, 8]);
    const lasted = (of: readonly number[]) => ((of.at(-1) ?? 0) - (of[0] ?? 0)) / 1_000;
    // The first is sent at once; what arrives is never as even as what is sent.
    expect(lasted(slow)).toBeGreaterThan((names.length - 1) / perSecond - 0.5);
    for (const [at, time] of slow.entries()) {
      const within = slow.slice(at).filter((other) => other - time < 1_000).length;
      expect(within).toBeLessThanOrEqual(perSecond + 1);
    }
    expect(lasted(fast)).toBeLessThan(lasted(slow));
  }),
);
