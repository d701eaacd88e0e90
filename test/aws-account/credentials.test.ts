import { afterAll, beforeAll, expect, it } from 'vitest';
import { applyCrds } from '../../dev/control-plane/apply-crds.ts';
import { type ControlPlane, startControlPlane } from '../../dev/control-plane/control-plane.ts';
import { type Administrator, anyNamespace, ready, withAccounts } from '../support/aws-account.ts';
import { clusterOf } from '../support/cluster.ts';
import type { TestBed } from '../support/test-bed.ts';

const region = 'ap-southeast-4';
const account = '111122223333';

let controlPlane: ControlPlane;

beforeAll(async () => {
  controlPlane = await startControlPlane();
  await applyCrds(controlPlane);
}, 120_000);

afterAll(() => controlPlane?.stop(), 60_000);

const withAdmin = (test: (bed: TestBed, admin: Administrator) => Promise<void>) => () =>
  withAccounts(clusterOf(controlPlane), region, test);

const role = (id: string, name = 'mooring') => `arn:aws:iam::${id}:role/${name}`;

it(
  'a key in a Secret: the address is in the key’s account',
  withAdmin(async (bed, admin) => {
    await bed.start();
    await admin.secret('aws', await admin.keyOf(account));
    await admin.apply('production', { credentials: { secretRef: { name: 'aws' } }, ...anyNamespace });
    const { status } = await admin.waitReady('production');
    expect(status).toMatchObject({ accountId: account, region });
    expect(status?.arn).toContain(`:iam::${account}:user/`);

    await bed.kube.apply('web', { accountRef: { name: 'production' } });
    const object = await bed.kube.waitReady('web');
    expect(object.status?.accountId).toBe(account);
    expect((await bed.calls('AllocateAddress')).map(({ accountId }) => accountId)).toEqual([account]);
  }),
);

it(
  'the operator’s own credentials, once they are an AWSAccount’s',
  withAdmin(async (bed, admin) => {
    await bed.start();
    await admin.apply('default', { credentials: { default: {} }, ...anyNamespace });
    expect((await admin.waitReady('default')).status?.accountId).toBe('123456789012');
    await bed.kube.apply('web');
    expect((await bed.kube.waitReady('web')).status?.accountId).toBe('123456789012');
  }),
);

it(
  'a chain of two roles, each assumed once for many reconciles',
  withAdmin(async (bed, admin) => {
    await bed.start(['--resync', '10s']);
    await admin.apply('production', {
      credentials: { default: {} },
      assumeRole: [
        {
          roleArn: role('222233334444', 'hub'),
          externalId: 'mooring',
          tags: { team: 'web' },
          transitiveTagKeys: ['team'],
        },
        { roleArn: role(account), sessionName: 'spoke', durationSeconds: 900 },
      ],
      ...anyNamespace,
    });
    const { status } = await admin.waitReady('production');
    expect(status?.arn).toBe(`arn:aws:sts::${account}:assumed-role/mooring/spoke`);
    const names = Array.from({ length: 10 }, (_, n) => `web-${n}`);
    for (const name of names) await bed.kube.apply(name, { accountRef: { name: 'production' } });
    for (const name of names) await bed.kube.waitReady(name);
    for (const name of names) await bed.kube.patch(name, { spec: { tags: { round: 'two' } } });
    for (const name of names)
      await bed.kube.waitFor(
        name,
        ({ status: seen, metadata }) => seen?.observedGeneration === metadata.generation,
      );

    const calls = await bed.calls('AssumeRole');
    expect(calls.map(({ input }) => input)).toMatchObject([
      {
        RoleArn: role('222233334444', 'hub'),
        RoleSessionName: `mooring-${bed.namespace}`,
        ExternalId: 'mooring',
        'Tags.member.1.Key': 'team',
        'TransitiveTagKeys.member.1': 'team',
        DurationSeconds: '3600',
      },
      { RoleArn: role(account), RoleSessionName: 'spoke', DurationSeconds: '900' },
    ]);
    expect((await bed.calls('AllocateAddress')).every(({ accountId }) => accountId === account)).toBe(true);
    expect(await bed.calls('GetCallerIdentity')).toHaveLength(1);
  }),
);

it(
  'a key that is replaced in its Secret is taken up without a restart',
  withAdmin(async (bed, admin) => {
    await bed.start();
    const first = await admin.keyOf(account);
    await admin.secret('aws', first);
    await admin.apply('default', { credentials: { secretRef: { name: 'aws' } }, ...anyNamespace });
    await admin.waitReady('default');
    await bed.kube.apply('one');
    await bed.kube.waitReady('one');

    const second = await admin.keyOf(account);
    const before = await admin.get('default');
    await admin.secret('aws', second);
    await admin.waitFor('default', ({ status }) => status?.arn !== before.status?.arn);
    await bed.kube.apply('two');
    await bed.kube.waitReady('two');
    const keys = (await bed.calls('AllocateAddress')).map(({ accessKey }) => accessKey);
    expect(keys).toEqual([first.aws_access_key_id, second.aws_access_key_id]);
    expect(ready(await admin.get('default'))?.lastTransitionTime).toBe(ready(before)?.lastTransitionTime);
  }),
);
