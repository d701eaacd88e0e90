import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { describe, expect } from 'vitest';
import { onKeyBed } from '../support/iam-access-key.ts';
import { condition } from '../support/objects.ts';
import { restrictedOperator } from '../support/restricted-operator.ts';

const it = onKeyBed();

const needed = ['create', 'patch', 'delete'];
/** RBAC takes what was changed up by a watch. */
const taken = () => sleep(500);

describe('with the rights create, patch and delete on Secrets, and no other', () => {
  it('a key is made, replaced when its Secret is lost, and removed', async ({ keys, iam, bed }) => {
    await using operator = await restrictedOperator(bed);
    await operator.allowOnSecrets(needed);
    await keys.start(operator.argv);
    await keys.apply('app');
    const old = (await keys.waitReady('app')).status?.accessKeyId;
    await sleep(1_100);
    await keys.deleteSecret('app');
    expect((await keys.lookNow('app')).status?.accessKeyId).not.toBe(old);
    await keys.deleteAndWait('app');
    expect(await keys.secret('app')).toBeUndefined();
    expect(await iam.keys(keys.user)).toEqual([]);
  });

  it.for([
    ['patch', ['create', 'delete']],
    ['create', ['patch', 'delete']],
  ] as const)(
    'a right that is missing is named, and AWS not touched: %s',
    async ([verb, verbs], { keys, bed }) => {
      await using operator = await restrictedOperator(bed);
      await operator.allowOnSecrets(verbs);
      await keys.start(operator.argv);
      await keys.apply('app');
      const { message } = await keys.waitBlocked('app', 'AccessDenied');
      expect(message).toContain(
        `the operator needs create, patch and delete on Secrets in namespace ${bed.namespace}`,
      );
      expect(message).toContain(`cannot ${verb} resource "secrets"`);
      expect(await keys.writes()).toEqual([]);
      await operator.allowOnSecrets(needed);
      await taken();
      await keys.lookNow('app');
      await keys.waitReady('app');
    },
  );

  it('a right that is taken away holds no deletion: the Secret is left to its owner reference', async ({
    keys,
    iam,
    bed,
  }) => {
    await using operator = await restrictedOperator(bed);
    await operator.allowOnSecrets(needed);
    await keys.start(operator.argv);
    const { metadata } = await keys.apply('app');
    await keys.waitReady('app');
    await operator.allowOnSecrets([]);
    await taken();
    await keys.deleteAndWait('app');
    expect(await iam.keys(keys.user)).toEqual([]);
    expect((await keys.secret('app'))?.owners).toEqual([metadata.uid]);
  });
});

describe('the secret half of a key', () => {
  it('is nowhere but in the Secret, whatever goes wrong', { timeout: 120_000 }, async ({
    keys,
    iam,
    bed,
  }) => {
    await using restricted = await restrictedOperator(bed);
    await restricted.allowOnSecrets(needed);
    const operator = await keys.start([...restricted.argv, '--log-level', 'debug']);
    const secrets = new Set<string>();
    const told: string[] = [];
    const note = async () => {
      const { aws_secret_access_key: half } = (await keys.secret('app'))?.data ?? {};
      if (half !== undefined) secrets.add(half);
      told.push(JSON.stringify(await keys.get('app')));
    };

    await keys.apply('app', { secret: { keys: { credentialsFile: 'credentials' } } });
    await keys.waitReady('app');
    await note();
    await keys.apply('app', { secret: { keys: { credentialsFile: 'credentials' } }, rotateNow: 'now' });
    await keys.waitFor('app', ({ status }) => status?.rotatedToken === 'now');
    await note();

    // The right goes while AWS has answered and the answer is on its way.
    await keys.deleteSecret('app');
    await sleep(1_100);
    const held = await bed.inject({ hold: 'after' }, { operation: 'CreateAccessKey', times: 1 });
    const looking = keys.lookNow('app');
    expect(await bed.proxy.waitHeld(held)).toHaveLength(1);
    await restricted.allowOnSecrets([]);
    await taken();
    await bed.proxy.release(held, 'go');
    const denied = await looking;
    expect(condition(denied, 'Ready')).toMatchObject({ reason: 'AccessDenied' });
    expect(condition(denied, 'Ready')?.message).toContain('cannot create resource "secrets"');
    expect(denied.status?.attempt?.before).toHaveLength(1);
    told.push(JSON.stringify(denied));

    await restricted.allowOnSecrets(needed);
    await sleep(1_100);
    await keys.lookNow('app');
    await keys.waitReady('app');
    await note();
    expect(await keys.writes()).toEqual([
      ...['CreateAccessKey', 'CreateAccessKey'],
      ...['DeleteAccessKey', 'CreateAccessKey'],
      ...['DeleteAccessKey', 'CreateAccessKey'],
    ]);
    expect(await iam.keys(keys.user)).toHaveLength(2);

    await keys.deleteAndWait('app');
    told.push(...operator.logs, ...(await eventsOf(bed)), await metricsOf(operator.metrics));
    expect(secrets.size).toBe(3);
    expect(operator.logs.some((line) => line.includes('"level":"debug"'))).toBe(true);
    const text = told.join('\n');
    expect(text).toContain('CreateAccessKey');
    for (const half of secrets) {
      expect(text).not.toContain(half);
      expect(text).not.toContain(Buffer.from(half).toString('base64'));
    }
  });
});

const eventsOf = async ({ kube }: { kube: { events(name: string): Promise<readonly object[]> } }) =>
  (await kube.events('app')).map((event) => JSON.stringify(event));

const metricsOf = async (url: string): Promise<string> => await (await request(`${url}/metrics`)).body.text();
