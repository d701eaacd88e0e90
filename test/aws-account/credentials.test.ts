import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { anyNamespace } from '../support/aws-account.ts';
import { condition } from '../support/objects.ts';
import { useOwnControlPlane } from './control-plane.ts';

const region = 'ap-southeast-4';
const account = '111122223333';

const withAdmin = useOwnControlPlane(region);

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
          policyArns: ['arn:aws:iam::aws:policy/PowerUserAccess', 'arn:aws:iam::222233334444:policy/hub'],
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
        'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/PowerUserAccess',
        'PolicyArns.member.2.arn': 'arn:aws:iam::222233334444:policy/hub',
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
    expect(condition(await admin.get('default'), 'Ready')?.lastTransitionTime).toBe(
      condition(before, 'Ready')?.lastTransitionTime,
    );
  }),
);

it(
  'a token that Kubernetes makes for a ServiceAccount of the operator’s namespace: no key is kept anywhere',
  withAdmin(async (bed, admin) => {
    await bed.start();
    const credentials = {
      webIdentity: { roleArn: role(account), serviceAccountRef: { name: 'aws' }, audience: 'mooring-test' },
    };
    await admin.apply('default', { credentials, ...anyNamespace });
    const missing = await admin.waitBlocked('default', 'InvalidCredentials');
    expect(missing.message).toContain(`no token for ServiceAccount ${bed.operatorNamespace}/aws`);

    await bed.kube.client.create(`/api/v1/namespaces/${bed.operatorNamespace}/serviceaccounts`, {
      metadata: { name: 'aws' },
    });
    expect((await admin.waitReady('default')).status?.arn).toBe(
      `arn:aws:sts::${account}:assumed-role/mooring/${`mooring-${bed.namespace}`.slice(0, 64)}`,
    );
    await bed.kube.apply('web');
    await bed.kube.waitReady('web');
    expect((await bed.calls('AllocateAddress')).map(({ accountId }) => accountId)).toEqual([account]);

    const asked = await bed.proxy.calls({ operation: 'AssumeRoleWithWebIdentity' });
    const mine = asked.filter(({ input }) => String(input.RoleSessionName).includes(bed.namespace));
    expect(mine).toHaveLength(1);
    const payload = String(mine[0]?.input.WebIdentityToken).split('.')[1] ?? '';
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      aud: ['mooring-test'],
      sub: `system:serviceaccount:${bed.operatorNamespace}:aws`,
    });
  }),
);

it(
  'a token in a file below --token-directory',
  withAdmin(async (bed, admin) => {
    const directory = await mkdtemp(join(tmpdir(), 'mooring-tokens-'));
    try {
      await writeFile(join(directory, 'aws'), 'header.payload.signature\n');
      await bed.start(['--token-directory', directory]);
      const at = (tokenFile: string) => ({
        credentials: { webIdentity: { roleArn: role(account), tokenFile } },
        ...anyNamespace,
      });
      await admin.apply('outside', at('/etc/hostname'));
      expect((await admin.waitBlocked('outside', 'InvalidSpec')).message).toContain(
        'credentials.webIdentity.tokenFile: must be below --token-directory',
      );
      await admin.apply('default', at(join(directory, 'aws')));
      expect((await admin.waitReady('default')).status?.accountId).toBe(account);
      await bed.kube.apply('web');
      expect((await bed.kube.waitReady('web')).status?.accountId).toBe(account);
    } finally {
      await rm(directory, { recursive: true });
    }
  }),
);

it(
  'endpoints of its own, only where the operator was started with them allowed',
  withAdmin(async (bed, admin) => {
    const operator = await bed.start();
    const spec = { credentials: { default: {} }, endpoints: { ec2: 'http://127.0.0.1:9' }, ...anyNamespace };
    await admin.apply('default', spec);
    const refused = await admin.waitBlocked('default', 'InvalidSpec');
    expect(refused.message).toBe('endpoints: the operator was not started with --allow-endpoints');
    await bed.kube.apply('web');
    await bed.kube.waitFor('web', (object) => condition(object, 'Ready')?.reason === 'DependencyNotReady');
    await operator.stop();

    await bed.start(['--allow-endpoints']);
    await admin.waitReady('default');
    await bed.kube.waitFor(
      'web',
      (object) => condition(object, 'Ready')?.message.includes('127.0.0.1:9') ?? false,
    );
    expect(await bed.calls('AllocateAddress')).toEqual([]);
  }),
);
