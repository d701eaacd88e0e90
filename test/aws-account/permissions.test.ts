import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { anyNamespace } from '../support/aws-account.ts';
import { iamRegion } from '../support/iam-user.ts';
import { useOwnControlPlane } from './control-plane.ts';

const withAdmin = useOwnControlPlane('eu-west-2');
const account = '333344445555';

const file = join(import.meta.dirname, '..', '..', 'deploy', 'iam', 'elastic-ip.json');
const policy = z
  .object({ Version: z.string(), Statement: z.array(z.looseObject({ Action: z.array(z.string()) })) })
  .parse(JSON.parse(readFileSync(file, 'utf8')));

/** The rendered policy, but for these actions. */
const without = (...actions: string[]) => ({
  ...policy,
  Statement: policy.Statement.map((statement) => ({
    ...statement,
    Action: statement.Action.filter((action) => !actions.includes(action)),
  })),
});

it(
  'with the rendered policy an AWSAccount has all that the kind needs',
  withAdmin(async (bed, admin) => {
    await bed.start();
    await admin.secret('aws', await admin.keyOf(account, policy));
    await admin.apply('production', { credentials: { secretRef: { name: 'aws' } }, ...anyNamespace });
    const { status } = await admin.waitReady('production');
    expect(status?.permissions).toEqual([{ kind: 'ElasticIP', state: 'Allowed' }]);
  }),
);

it(
  'what the policy lacks is named before the first manifest fails of it',
  withAdmin(async (bed, admin) => {
    await bed.start();
    await admin.secret(
      'aws',
      await admin.keyOf(account, without('ec2:AssociateAddress', 'ec2:DescribeInstances')),
    );
    await admin.apply('production', { credentials: { secretRef: { name: 'aws' } }, ...anyNamespace });
    const { status } = await admin.waitReady('production');
    expect(status?.permissions).toEqual([
      {
        kind: 'ElasticIP',
        state: 'Missing',
        missing: ['ec2:DescribeInstances'],
        message: 'not allowed on all resources, on some perhaps: ec2:AssociateAddress',
      },
    ]);
    expect(await bed.writes()).toEqual([]);
  }),
);

it(
  'what was granted meanwhile is told when a person asks for it, and not an hour later',
  withAdmin(async (bed, admin) => {
    await bed.start();
    const key = await admin.keyOf(account, without('ec2:DescribeInstances'));
    await admin.secret('aws', key);
    await admin.apply('production', { credentials: { secretRef: { name: 'aws' } }, ...anyNamespace });
    const { status } = await admin.waitReady('production');
    expect(status?.permissions).toMatchObject([{ state: 'Missing', missing: ['ec2:DescribeInstances'] }]);

    await admin.permit(key, policy);
    await admin.annotate('production', { 'mooring.dev/reconcile-at': 'now' });
    const after = await admin.waitFor(
      'production',
      ({ status: seen }) => seen?.permissions?.[0]?.state === 'Allowed',
    );
    expect(after.status).toMatchObject({ lastHandledReconcileAt: 'now' });
  }),
);

it(
  'while AWS cannot be asked they are unknown, and known when it can be again',
  withAdmin(async (bed, admin) => {
    const key = await admin.keyOf(account, policy);
    const rule = await bed.inject(
      { error: { code: 'Throttling', message: 'Rate exceeded', status: 400 } },
      { operation: 'SimulatePrincipalPolicy', region: iamRegion, accessKey: key.aws_access_key_id },
    );
    await bed.start();
    await admin.secret('aws', key);
    await admin.apply('production', { credentials: { secretRef: { name: 'aws' } }, ...anyNamespace });
    const { status } = await admin.waitReady('production');
    expect(status?.permissions).toMatchObject([
      { state: 'Unknown', message: expect.stringContaining('Rate exceeded') },
    ]);
    await bed.proxy.remove(rule);
    await admin.annotate('production', { 'mooring.dev/reconcile-at': 'now' });
    await admin.waitFor('production', ({ status: seen }) => seen?.permissions?.[0]?.state === 'Allowed');
  }),
);
