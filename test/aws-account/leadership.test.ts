import { expect, it } from 'vitest';
import { anyNamespace } from '../support/aws-account.ts';
import { condition, isBlocked } from '../support/objects.ts';
import { useOwnControlPlane } from './control-plane.ts';

const account = '111122223333';
const withAdmin = useOwnControlPlane('eu-central-2');

const led = (logs: readonly string[]) => logs.some((line) => line.includes('"msg":"leading"'));

it(
  'the replica that takes over looks after the accounts, and knows what changed while it stood by',
  withAdmin(async (bed, admin) => {
    const first = await bed.start(['--leader-elect']);
    await expect.poll(() => led(first.logs)).toBe(true);
    const second = await bed.start(['--leader-elect']);
    const keys = [
      await admin.keyOf(account),
      await admin.keyOf(account),
      await admin.keyOf(account),
    ] as const;
    await admin.secret('aws', keys[0]);
    await admin.apply('default', { credentials: { secretRef: { name: 'aws' } }, ...anyNamespace });
    await admin.waitReady('default');
    await bed.kube.apply('one');
    await bed.kube.waitReady('one');
    // While the second stands by it is told of the Secret like the first.
    await admin.secret('aws', keys[1]);
    await admin.apply('later', { credentials: { secretRef: { name: 'missing' } }, ...anyNamespace });
    await admin.waitBlocked('later', 'InvalidCredentials');

    const before = await admin.get('default');
    const mark = await bed.mark();
    await first.stop();
    await expect.poll(() => led(second.logs)).toBe(true);
    await bed.kube.apply('two');
    expect((await bed.kube.waitReady('two')).status?.accountId).toBe(account);
    expect((await bed.calls('AllocateAddress', mark)).map(({ accessKey }) => accessKey)).toEqual([
      keys[1].aws_access_key_id,
    ]);
    const after = await admin.get('default');
    expect(condition(after, 'Ready')).toMatchObject({
      status: 'True',
      lastTransitionTime: condition(before, 'Ready')?.lastTransitionTime,
    });

    await admin.secret('aws', keys[2]);
    await admin.secret('missing', keys[0]);
    await admin.waitReady('later');
    await admin.waitFor('default', ({ status }) => status?.arn !== after.status?.arn);
    await admin.delete('default');
    await admin.waitFor('default', isBlocked('Deleting'));
    await bed.kube.deleteAndWait('one');
    await bed.kube.deleteAndWait('two');
    await admin.waitGone('default');
    expect((await bed.writes()).sort()).toEqual([
      'AllocateAddress',
      'AllocateAddress',
      'ReleaseAddress',
      'ReleaseAddress',
    ]);
  }),
);
