import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Administrator } from '../support/aws-account.ts';
import { anyNamespace } from '../support/aws-account.ts';
import { condition, isBlocked } from '../support/objects.ts';
import { type ScrapedSample, samplesIn } from '../support/scrape.ts';
import type { TestBed } from '../support/test-bed.ts';
import { useOwnControlPlane } from './control-plane.ts';

const region = 'ap-south-2';
const account = '111122223333';
const withAdmin = useOwnControlPlane(region);
const names = ['web-0', 'web-1', 'web-2', 'web-3', 'web-4'];

/** What AWS says to a key that it does not know, to whoever signs with this one. */
const refuseKey = ({ inject }: TestBed, accessKey: string) =>
  inject(
    {
      error: {
        code: 'InvalidClientTokenId',
        message: 'The security token included in the request is invalid.',
        status: 403,
      },
    },
    { accessKey },
  );

const warnings = (events: readonly { type: string; reason: string }[]) =>
  events.filter(({ type }) => type === 'Warning').map(({ reason }) => reason);

const wrongKey = {
  aws_access_key_id: 'AKIAWRONGWRONGWRONG0',
  aws_secret_access_key: 'wrong-secret-of-a-key',
};

it(
  'a wrong key is told once, on the account and on each object, and heals when the Secret does',
  withAdmin(async (bed, admin) => {
    await bed.start(['--resync', '10s']);
    await refuseKey(bed, wrongKey.aws_access_key_id);
    await admin.secret('aws', wrongKey);
    await admin.apply('default', { credentials: { secretRef: { name: 'aws' } }, ...anyNamespace });
    for (const name of names) await bed.kube.apply(name);

    const told = await admin.waitBlocked('default', 'InvalidCredentials');
    expect(told.message).toBe(
      'sts:GetCallerIdentity: The security token included in the request is invalid.',
    );
    for (const name of names) {
      const object = await bed.kube.waitFor(name, isBlocked('InvalidCredentials'));
      expect(condition(object, 'Ready')?.message).toBe(`AWSAccount default: ${told.message}`);
    }
    const before = await Promise.all(names.map((name) => bed.kube.get(name)));
    const asked = (await admin.stsCalls()).length;
    await sleep(12_000);
    const after = await Promise.all(names.map((name) => bed.kube.get(name)));
    expect(after.map(({ metadata }) => metadata.resourceVersion)).toEqual(
      before.map(({ metadata }) => metadata.resourceVersion),
    );
    expect(warnings(await admin.events('default'))).toEqual(['InvalidCredentials']);
    for (const name of names) expect(warnings(await bed.kube.events(name))).toEqual(['InvalidCredentials']);
    // Backed off, not once a second, and not once for each object.
    expect((await admin.stsCalls()).length - asked).toBeLessThanOrEqual(8);
    expect(await bed.writes()).toEqual([]);

    await admin.secret('aws', await admin.keyOf(account));
    await admin.waitReady('default');
    for (const name of names) expect((await bed.kube.waitReady(name)).status?.accountId).toBe(account);
  }),
);

it(
  'a key that AWS stops taking is told where it is used, and on the account',
  withAdmin(async (bed, admin) => {
    const operator = await bed.start();
    const key = await admin.keyOf(account);
    await admin.secret('aws', key);
    await admin.apply('default', { credentials: { secretRef: { name: 'aws' } }, ...anyNamespace });
    await admin.waitReady('default');
    await bed.kube.apply('web-0');
    await bed.kube.waitReady('web-0');
    // Whoever was refused in the first seconds is not asked about again.
    await sleep(5_100);
    const told = warnings(await admin.events('default')).length;
    await refuseKey(bed, key.aws_access_key_id);
    await bed.kube.apply('web-1');
    await bed.kube.waitFor('web-1', isBlocked('InvalidCredentials'));
    const { message } = await admin.waitBlocked('default', 'InvalidCredentials');
    const scraped = async () => samplesIn(await (await fetch(`${operator.metrics}/metrics`)).text());
    const isAccount = ({ labels }: ScrapedSample) =>
      labels.kind === 'AWSAccount' && labels.name === 'default';
    await expect
      .poll(async () =>
        (await scraped()).find((one) => one.metric === 'mooring_resource_ready' && isAccount(one)),
      )
      .toMatchObject({ value: 0 });
    const failures = ({ metric, labels }: ScrapedSample) =>
      metric === 'controller_runtime_reconcile_errors_total' && labels.controller === 'awsaccount';
    expect((await scraped()).find(failures)?.value).toBeGreaterThan(0);
    expect(message).toBe('sts:GetCallerIdentity: The security token included in the request is invalid.');
    await bed.kube.waitFor('web-0', isBlocked('InvalidCredentials'));
    await admin.secret('aws', await admin.keyOf(account));
    await admin.waitReady('default');
    for (const name of ['web-0', 'web-1']) await bed.kube.waitReady(name);
    expect(warnings(await admin.events('default')).slice(told)).toEqual(['InvalidCredentials']);
  }),
);

it(
  'a role that may not be assumed, a Secret that is not there, one without a key: each is told as what it is',
  withAdmin(async (bed, admin) => {
    await bed.start();
    const blocked = async (name: string, reason: string) => (await admin.waitBlocked(name, reason)).message;
    const shut = await bed.inject(
      {
        error: {
          code: 'AccessDenied',
          message: `User: arn:aws:iam::123456789012:user/op is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::${account}:role/closed`,
          status: 403,
        },
      },
      { operation: 'AssumeRole', where: { RoleArn: `arn:aws:iam::${account}:role/closed` } },
    );
    const closed = [{ roleArn: `arn:aws:iam::${account}:role/closed` }];
    await admin.apply('closed', { credentials: { default: {} }, assumeRole: closed, ...anyNamespace });
    expect(await blocked('closed', 'AccessDenied')).toContain('not authorized to perform: sts:AssumeRole');
    await bed.kube.apply('web-0', { accountRef: { name: 'closed' } });
    await bed.kube.waitFor('web-0', isBlocked('AccessDenied'));
    // Its trust policy is mended: nobody has to tell the operator.
    await bed.proxy.remove(shut);
    await admin.waitReady('closed');
    expect((await bed.kube.waitReady('web-0')).status?.accountId).toBe(account);

    await admin.apply('keyless', { credentials: { secretRef: { name: 'keyless' } }, ...anyNamespace });
    expect(await blocked('keyless', 'InvalidCredentials')).toBe(
      `Secret ${bed.operatorNamespace}/keyless does not exist`,
    );
    await admin.secret('keyless', { aws_access_key_id: 'AKIA' });
    const halved = (message: string) => message.includes('has no aws_secret_access_key');
    await admin.waitFor('keyless', (found) => halved(condition(found, 'Ready')?.message ?? ''));

    await bed.kube.apply('web-1', { accountRef: { name: 'nowhere' } });
    const object = await bed.kube.waitFor('web-1', isBlocked('DependencyNotReady'));
    expect(condition(object, 'Ready')?.message).toBe('AWSAccount nowhere does not exist');
    await admin.apply('nowhere', { credentials: { default: {} }, ...anyNamespace });
    await bed.kube.waitReady('web-1');
  }),
);

it(
  'no secret is in a log line, an Event, a status or a metric',
  withAdmin(async (bed, admin) => {
    const operator = await bed.start(['--log-level', 'debug']);
    const key = await admin.keyOf(account);
    const temporary = await bed.ec2.credentialsOf(account);
    await admin.secret('aws', key);
    await admin.secret('session', {
      aws_access_key_id: temporary.AWS_ACCESS_KEY_ID ?? '',
      aws_secret_access_key: temporary.AWS_SECRET_ACCESS_KEY ?? '',
      aws_session_token: temporary.AWS_SESSION_TOKEN ?? '',
    });
    await admin.secret('wrong', wrongKey);
    await refuseKey(bed, wrongKey.aws_access_key_id);
    await bed.kube.client.create(`/api/v1/namespaces/${bed.operatorNamespace}/serviceaccounts`, {
      metadata: { name: 'aws' },
    });
    const roleArn = `arn:aws:iam::${account}:role/mooring`;
    const forms = {
      key: { credentials: { secretRef: { name: 'aws' } } },
      session: { credentials: { secretRef: { name: 'session' } } },
      wrong: { credentials: { secretRef: { name: 'wrong' } } },
      chained: {
        credentials: { secretRef: { name: 'aws' } },
        assumeRole: [{ roleArn, externalId: 'external' }],
      },
      token: { credentials: { webIdentity: { roleArn, serviceAccountRef: { name: 'aws' } } } },
    };
    for (const [name, spec] of Object.entries(forms)) {
      await admin.apply(name, { ...spec, ...anyNamespace });
      await bed.kube.apply(name, { accountRef: { name } });
    }
    for (const name of ['key', 'session', 'chained', 'token']) await bed.kube.waitReady(name);
    await bed.kube.waitFor('wrong', isBlocked('InvalidCredentials'));

    const secrets = await secretsSeen(bed, [key.aws_secret_access_key, wrongKey.aws_secret_access_key]);
    secrets.push(temporary.AWS_SECRET_ACCESS_KEY ?? '', temporary.AWS_SESSION_TOKEN ?? '');
    expect(secrets.filter((secret) => secret.length < 8)).toEqual([]);
    const told = await everythingTold(bed, admin, Object.keys(forms), operator);
    expect(told.length).toBeGreaterThan(10_000);
    for (const secret of secrets) expect(told.includes(secret)).toBe(false);
    for (const secret of secrets) expect(told.includes(Buffer.from(secret).toString('base64'))).toBe(false);
  }),
);

/** Those that were given, and each token that was sent to STS. */
async function secretsSeen({ proxy, namespace }: TestBed, given: readonly string[]): Promise<string[]> {
  const asked = await proxy.calls({ operation: 'AssumeRoleWithWebIdentity' });
  const tokens = asked
    .filter(({ input }) => String(input.RoleSessionName).includes(namespace))
    .map(({ input }) => String(input.WebIdentityToken));
  expect(tokens).not.toEqual([]);
  return [...given, ...tokens];
}

async function everythingTold(
  { kube }: TestBed,
  admin: Administrator,
  accounts: readonly string[],
  operator: { readonly logs: readonly string[]; readonly metrics: string },
): Promise<string> {
  const metrics = await (await fetch(`${operator.metrics}/metrics`)).text();
  const objects = await Promise.all(
    accounts.map((name) => Promise.all([admin.get(name), admin.events(name)])),
  );
  const events = await Promise.all(accounts.map((name) => kube.events(name)));
  return [...operator.logs, metrics, JSON.stringify([objects, events, await kube.list()])].join('\n');
}
