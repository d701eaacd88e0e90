import { expect, it } from 'vitest';
import { anyNamespace } from '../support/aws-account.ts';
import { condition, isBlocked } from '../support/objects.ts';
import { useOwnControlPlane } from './control-plane.ts';

const region = 'me-central-1';
const elsewhere = 'il-central-1';
const [blue, green] = ['111122223333', '444455556666'];
const role = (account: string) => [{ roleArn: `arn:aws:iam::${account}:role/mooring` }];
const own = { default: {} };

const withAdmin = useOwnControlPlane(region);

it(
  'two accounts and two regions, one namespace each, by annotation',
  withAdmin(async (bed, admin) => {
    const annotations = { 'mooring.dev/account': 'green', 'mooring.dev/region': elsewhere };
    const other = await admin.namespace('green', { annotations });
    await bed.start(['--namespace', bed.namespace, '--namespace', other.name]);
    await admin.apply('default', { credentials: own, assumeRole: role(blue), ...anyNamespace });
    await admin.apply('green', {
      credentials: own,
      assumeRole: role(green),
      defaultTags: { account: 'green', team: 'none' },
      ...anyNamespace,
    });
    await admin.waitReady('default');
    await admin.waitReady('green');
    await bed.kube.apply('web');
    await other.kube.apply('web', { tags: { team: 'web' } });
    expect((await bed.kube.waitReady('web')).status).toMatchObject({ accountId: blue, region });
    expect((await other.kube.waitReady('web')).status).toMatchObject({ accountId: green, region: elsewhere });

    const allocated = await bed.proxy.calls({ operation: 'AllocateAddress', region: elsewhere });
    const there = allocated.find(({ input }) => Object.values(input).includes(`ElasticIP/${other.name}/web`));
    expect(there?.accountId).toBe(green);
    const values = Object.values(there?.input ?? {});
    expect(values).toEqual(expect.arrayContaining(['account', 'green', 'team', 'web']));
    expect(values).not.toContain('none');
  }),
);

it(
  'a namespace that an account is not for: no call is made, until it is',
  withAdmin(async (bed, admin) => {
    await bed.start();
    const names = ['web-0', 'web-1', 'web-2'];
    await admin.apply('default', {
      credentials: own,
      allowedNamespaces: { selector: { matchLabels: { team: 'web' } } },
    });
    await admin.waitReady('default');
    const before = await bed.mark();
    for (const name of names) await bed.kube.apply(name);
    for (const name of names) await bed.kube.waitFor(name, isBlocked('AccountNotAllowed'));
    for (const name of names) await bed.kube.lookNow(name);
    expect(await bed.calls(undefined, before)).toEqual([]);
    const { type } = await bed.kube.waitEvent('web-0', 'AccountNotAllowed');
    expect(type).toBe('Warning');

    await admin.labelNamespace(bed.namespace, { labels: { team: 'web' } });
    for (const name of names) await bed.kube.waitReady(name);
    expect(await bed.calls('AllocateAddress', before)).toHaveLength(3);
  }),
);

it(
  'once there is an account nothing falls back to the operator’s own',
  withAdmin(async (bed, admin) => {
    await bed.start();
    await bed.kube.apply('before');
    await bed.kube.waitReady('before');
    await admin.apply('blue', { credentials: own, assumeRole: role(blue), ...anyNamespace });
    const object = await bed.kube.waitFor('before', isBlocked('AccountNotAllowed'));
    expect(condition(object, 'Ready')?.message).toContain('no account: set spec.accountRef.name');
    const mark = await bed.mark();
    await bed.kube.apply('after');
    await bed.kube.waitFor('after', isBlocked('AccountNotAllowed'));
    expect(await bed.calls('AllocateAddress', mark)).toEqual([]);

    // The same account by another name: what it has goes on.
    await admin.apply('own', { credentials: own, ...anyNamespace });
    await admin.waitReady('own');
    await bed.kube.apply('before', { accountRef: { name: 'own' } });
    await bed.kube.waitReady('before');
    expect(await bed.writes(mark)).toEqual([]);
  }),
);

it(
  'with --require-account nothing falls to the operator’s own: not before the first, and not after the last',
  withAdmin(async (bed, admin) => {
    await bed.start(['--require-account']);
    await bed.kube.apply('early');
    const early = await bed.kube.waitFor('early', isBlocked('AccountNotAllowed'));
    expect(condition(early, 'Ready')?.message).toContain('started with --require-account');
    await admin.apply('default', { credentials: own, allowedNamespaces: { names: ['elsewhere'] } });
    await bed.kube.waitFor('early', (object) =>
      Boolean(condition(object, 'Ready')?.message.includes('is not for namespace')),
    );
    await admin.delete('default');
    await admin.waitGone('default');
    await bed.kube.waitFor('early', (object) =>
      Boolean(condition(object, 'Ready')?.message.includes('--require-account')),
    );
    expect(await bed.calls('AllocateAddress')).toEqual([]);

    await admin.apply('default', { credentials: own, ...anyNamespace });
    await bed.kube.waitReady('early');
  }),
);

it(
  'another account for what has its place in one is refused, and touches nothing',
  withAdmin(async (bed, admin) => {
    await bed.start();
    await admin.apply('default', { credentials: own, assumeRole: role(blue), ...anyNamespace });
    await admin.apply('green', { credentials: own, assumeRole: role(green), ...anyNamespace });
    await admin.waitReady('default');
    await admin.waitReady('green');
    await bed.kube.apply('web');
    await bed.kube.waitReady('web');

    const mark = await bed.mark();
    await bed.kube.apply('web', { accountRef: { name: 'green' } });
    const moved = await bed.kube.waitFor('web', isBlocked('AccountChanged'));
    expect(condition(moved, 'Ready')?.message).toContain(`is in account ${blue}`);
    expect(condition(moved, 'Ready')?.message).toContain(`of account ${green}`);
    await admin.labelNamespace(bed.namespace, { annotations: { 'mooring.dev/region': elsewhere } });
    await bed.kube.apply('web', { accountRef: { name: 'default' } });
    const elsewhereNow = await bed.kube.waitFor('web', isBlocked('AccountChanged'));
    expect(condition(elsewhereNow, 'Ready')?.message).toContain(`in region ${region}`);
    expect(await bed.writes(mark)).toEqual([]);

    await admin.labelNamespace(bed.namespace, { annotations: { 'mooring.dev/region': null } });
    await bed.kube.waitReady('web');
    expect(await bed.writes(mark)).toEqual([]);
  }),
);

it(
  'an account in use stays until nobody uses it, and says so',
  withAdmin(async (bed, admin) => {
    await bed.start();
    await admin.apply('default', { credentials: own, assumeRole: role(blue), ...anyNamespace });
    await admin.waitReady('default');
    await bed.kube.apply('web');
    await bed.kube.waitReady('web');
    await admin.delete('default');
    const { message } = await admin.waitBlocked('default', 'Deleting');
    expect(message).toBe(`ElasticIP ${bed.namespace}/web uses it: it is kept until nothing does`);
    await bed.kube.deleteAndWait('web');
    await admin.waitGone('default');
    expect(await bed.calls('ReleaseAddress')).toHaveLength(1);
  }),
);

it(
  'a namespace that an account is not for cannot hold it, and what it holds on to takes nothing new',
  withAdmin(async (bed, admin) => {
    const other = await admin.namespace('other');
    await bed.start(['--namespace', bed.namespace, '--namespace', other.name]);
    const mine = { allowedNamespaces: { names: [bed.namespace] } };
    await admin.apply('default', { credentials: own, assumeRole: role(blue), ...mine });
    await admin.waitReady('default');
    await other.kube.apply('pin', { accountRef: { name: 'default' } });
    await other.kube.waitFor('pin', isBlocked('AccountNotAllowed'));
    await bed.kube.apply('web');
    await bed.kube.waitReady('web');

    await admin.delete('default');
    const { message } = await admin.waitBlocked('default', 'Deleting');
    expect(message).toBe(`ElasticIP ${bed.namespace}/web uses it: it is kept until nothing does`);
    await bed.kube.apply('late');
    const late = await bed.kube.waitFor('late', isBlocked('DependencyNotReady'));
    expect(condition(late, 'Ready')?.message).toBe(
      'AWSAccount default is being deleted: nothing begins to use it',
    );
    await bed.kube.deleteAndWait('late');
    await bed.kube.deleteAndWait('web');
    await admin.waitGone('default');
    expect(await bed.writes()).toEqual(['AllocateAddress', 'ReleaseAddress']);
  }),
);

it(
  'an object applied together with its namespace’s annotation and its account goes by them',
  withAdmin(async (bed, admin) => {
    await bed.start();
    for (let round = 0; round < 5; round += 1) {
      const name = `web-${round}`;
      await admin.apply('default', {
        credentials: own,
        assumeRole: role(round % 2 ? green : blue),
        ...anyNamespace,
      });
      await admin.labelNamespace(bed.namespace, {
        annotations: { 'mooring.dev/account': `account-${round}` },
      });
      await admin.apply(`account-${round}`, { credentials: own, assumeRole: role(green), ...anyNamespace });
      await bed.kube.apply(name);
      expect((await bed.kube.waitReady(name)).status?.accountId).toBe(green);
    }
  }),
);
