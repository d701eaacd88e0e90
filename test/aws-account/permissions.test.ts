import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { anyNamespace } from '../support/aws-account.ts';
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
      { kind: 'ElasticIP', state: 'Missing', missing: ['ec2:AssociateAddress', 'ec2:DescribeInstances'] },
    ]);
    expect(await bed.writes()).toEqual([]);
  }),
);
