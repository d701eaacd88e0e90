/**
 * The operator under the rights that the chart gives it, and no others: with a token of its service account. What it
 * asked is read from the API server's audit log.
 */
import { Agent, request } from 'undici';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { applyCrds } from '../../dev/control-plane/apply-crds.ts';
import { type ControlPlane, startControlPlane } from '../../dev/control-plane/control-plane.ts';
import type { Resource } from '../../src/core/resource.ts';
import { resourcePath } from '../../src/runtime/kubernetes/client.ts';
import { isNotFound } from '../../src/runtime/kubernetes/kubernetes.ts';
import { type Audit, createAudit } from '../support/audit.ts';
import { type Administrator, anyNamespace, withAccounts } from '../support/aws-account.ts';
import { covers, type Grant, grantsOf, tell } from '../support/chart-grants.ts';
import { type ChartOperator, may, startChartOperator } from '../support/chart-operator.ts';
import { clusterOf } from '../support/cluster.ts';

import { keyOwner } from '../support/iam-access-key.ts';
import { iamUser } from '../support/iam-user.ts';
import { scheduler } from '../support/image-schedule.ts';
import type { TestBed } from '../support/test-bed.ts';

const region = 'ap-northeast-3';
const overrides = { visibleAfter: 1_000, limits: { multiplier: 100 } };

let audit: Audit;
let controlPlane: ControlPlane;
beforeAll(async () => {
  audit = await createAudit();
  controlPlane = await startControlPlane({ apiServerArgs: audit.args });
  await applyCrds(controlPlane);
}, 120_000);
afterAll(() => controlPlane?.stop(), 60_000);

const onOwnControlPlane = (test: (bed: TestBed, admin: Administrator) => Promise<void>) => () =>
  withAccounts(clusterOf(controlPlane), region, test);

const values = ({ namespace }: TestBed) => ({
  clusterName: namespace,
  aws: { region, endpointUrl: inject('awsUrl') },
});

/** Another object of ours, in the bed's namespace. */
function objects({ namespace, kube: { client } }: TestBed) {
  const path = (plural: string, name: string) =>
    resourcePath({ group: 'mooring.dev', version: 'v1alpha1', plural, namespace, name });
  return {
    apply: (kind: string, plural: string, name: string, spec: object) =>
      client.apply(
        path(plural, name),
        { apiVersion: 'mooring.dev/v1alpha1', kind, metadata: { name }, spec },
        { fieldManager: 'kubectl', force: true },
      ),
    ready: (plural: string, name: string) =>
      expect.poll(async () => readyOf(await client.get<Resource>(path(plural, name)))).toBe('True'),
    async delete(plural: string, name: string) {
      await client.remove(path(plural, name));
      const gone = () => client.get(path(plural, name)).then(() => false, isNotFound);
      await expect.poll(gone).toBe(true);
    },
  };
}

const readyOf = ({ metadata, status }: Resource): string | undefined =>
  status?.observedGeneration === metadata.generation
    ? status?.conditions?.find(({ type }) => type === 'Ready')?.status
    : 'not looked at';

const grants = ({ manifests, user }: ChartOperator): Grant[] =>
  grantsOf(manifests, user.split(':').at(-1) ?? '');

/** What it asked and was refused; and what it may, and did not ask. */
async function compare(operator: ChartOperator): Promise<{ refused: string[]; unused: Grant[] }> {
  const requests = await audit.requestsOf(operator.user);
  const refused = requests.filter(({ status }) => status === 403 || status === 401);
  return {
    refused: refused.map(({ verb, resource, namespace, name }) =>
      [verb, resource, namespace, name].join(' '),
    ),
    unused: grants(operator).filter((grant) => !requests.some((one) => covers(grant, one))),
  };
}

it(
  'all kinds are kept, with every right used and none missing; and who may read the metrics is asked',
  { timeout: 180_000 },
  onOwnControlPlane(async (bed, admin) => {
    const { kube, ec2, namespace } = bed;
    const { apply, ready, delete: remove } = objects(bed);
    const schedules = scheduler(bed);
    const tags = { backup: namespace };
    const { id } = await ec2.runInstance(tags);
    const operator = await startChartOperator(
      { controlPlane, bed, release: namespace },
      {
        ...values(bed),
        healthInterval: '1s',
        metrics: { authentication: true, tls: { secretName: 'made-by-the-test' } },
      },
      overrides,
    );
    try {
      // The address's status is saved over a change that was made meanwhile: it is read once more.
      const rule = await bed.inject({ hold: 'before' }, { operation: 'AllocateAddress', times: 1 });
      await kube.apply('web');
      await bed.proxy.waitHeld(rule);
      await kube.apply('web', { tags: { team: 'web' } });
      await bed.proxy.release(rule);
      await kube.waitReady('web');

      await apply('IAMRole', 'iamroles', `${namespace}-role`, {
        trust: [{ service: ['ec2.amazonaws.com'] }],
      });
      await apply('KMSKey', 'kmskeys', 'key', { aliases: [`alias/${namespace}`] });
      await apply('Image', 'images', 'before-upgrade', { source: { instanceId: id } });
      await schedules.apply(
        'daily',
        {
          selector: { matchTags: tags },
          schedules: [{ name: 'daily', every: '24h', retain: { count: 1 } }],
          onScheduleDelete: 'Delete',
        },
        { 'mooring.dev/run-now': 'first' },
      );
      await ready('iamroles', `${namespace}-role`);
      await ready('kmskeys', 'key');
      await ready('images', 'before-upgrade');
      await expect.poll(async () => (await schedules.images()).length).toBe(2);
      await schedules.settled('daily');

      await metricsAreFor(bed, operator);

      // The same repair twice is one Event, of which the second occurrence is patched into the first.
      const { status } = await kube.get('web');
      for (const _ of ['first', 'second']) {
        await ec2.untag(status?.allocationId ?? '', 'team');
        await kube.lookNow('web');
      }

      await kube.deleteAndWait('web');
      await remove('iamroles', `${namespace}-role`);
      await remove('kmskeys', 'key');
      await remove('images', 'before-upgrade');
      // With it go the images it made.
      await remove('imageschedules', 'daily');
      await expect.poll(async () => (await schedules.images()).length).toBe(0);
      await accountsAreReady(bed, admin);
    } finally {
      await operator.stop();
    }
    const { refused, unused } = await compare(operator);
    expect(refused).toEqual([]);
    // One rule speaks of all kinds: each of its verbs was needed for one of them at least.
    const used = (grant: Grant) =>
      grants(operator).some(
        (one) =>
          one.verb === grant.verb &&
          !unused.includes(one) &&
          one.group === grant.group &&
          one.resource.includes('/') === grant.resource.includes('/'),
      );
    expect(unused.filter((grant) => grant.group !== 'mooring.dev' || !used(grant)).map(tell)).toEqual([]);
    // And each kind was listed, watched and written.
    const kinds = new Set(
      grants(operator)
        .filter(({ group }) => group === 'mooring.dev')
        .map(({ resource }) => resource),
    );
    const touched = new Set(
      grants(operator)
        .filter((grant) => !unused.includes(grant) && grant.verb === 'patch')
        .map(({ resource }) => resource),
    );
    expect([...kinds].filter((resource) => !touched.has(resource))).toEqual([]);
  }),
);

it(
  'an access key is delivered, replaced and removed in a namespace that opted in, through an account, and no Secret read',
  { timeout: 90_000 },
  onOwnControlPlane(async (bed, admin) => {
    const { kube, namespace } = bed;
    const keys = keyOwner(bed);
    const iam = iamUser(inject('awsUrl'));
    await iam.createUser(keys.user);
    const operator = await startChartOperator(
      { controlPlane, bed, release: namespace },
      {
        ...values(bed),
        accounts: { required: true },
        accessKeys: { namespaces: [namespace] },
        watch: { namespaces: [namespace], kinds: ['ElasticIP'] },
      },
      overrides,
    );
    const secrets = (verb: string) => ({ apiGroups: [''], resources: ['secrets'], verbs: [verb] });
    try {
      await expect.poll(() => may(kube.client, operator.user, secrets('patch'), namespace)).toBe(true);
      await admin.apply('default', {
        credentials: { default: {} },
        allowedNamespaces: { names: [namespace] },
        guardrails: { iamAccessKey: { allowedUserNames: [keys.user] } },
      });
      await admin.waitReady('default');
      await keys.apply('app');
      const first = (await keys.waitReady('app')).status?.accessKeyId;
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      await keys.deleteSecret('app');
      expect((await keys.lookNow('app')).status?.accessKeyId).not.toBe(first);
      await keys.deleteAndWait('app');
      expect(await keys.secret('app')).toBeUndefined();
      expect(await iam.keys(keys.user)).toEqual([]);
      for (const verb of ['get', 'list', 'watch'])
        expect(await may(kube.client, operator.user, secrets(verb), namespace)).toBe(false);
      await admin.delete('default');
      await admin.waitGone('default');
    } finally {
      await operator.stop();
      iam.close();
    }
    expect((await compare(operator)).refused).toEqual([]);
  }),
);

/** One by a key in a Secret, one by a service account's token. */
async function accountsAreReady({ operatorNamespace, kube }: TestBed, admin: Administrator): Promise<void> {
  await admin.secret('key', await admin.keyOf('111122223333'));
  await admin.apply('by-key', { credentials: { secretRef: { name: 'key' } }, ...anyNamespace });
  const name = 'mooring-aws';
  await kube.client.create(`/api/v1/namespaces/${operatorNamespace}/serviceaccounts`, { metadata: { name } });
  const roleArn = 'arn:aws:iam::222233334444:role/mooring';
  await admin.apply('by-token', {
    credentials: { webIdentity: { roleArn, serviceAccountRef: { name } } },
    ...anyNamespace,
  });
  for (const account of ['by-key', 'by-token']) {
    await admin.waitReady(account);
    await admin.delete(account);
    await admin.waitGone(account);
  }
}

/** The page of metrics for Prometheus, for another service account, and for nobody. */
async function metricsAreFor({ operatorNamespace, kube }: TestBed, operator: ChartOperator): Promise<void> {
  const reader = operator.manifests.find(({ metadata }) => metadata.name.endsWith('-metrics-reader'));
  const tokens = new Map<string, string>();
  for (const name of ['prometheus', 'somebody']) {
    await kube.client.create(`/api/v1/namespaces/${operatorNamespace}/serviceaccounts`, {
      metadata: { name },
    });
    tokens.set(name, await controlPlane.tokenFor({ serviceAccount: { namespace: operatorNamespace, name } }));
  }
  await kube.client.create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    metadata: { name: `${operatorNamespace}-prometheus` },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: reader?.metadata.name },
    subjects: [{ kind: 'ServiceAccount', name: 'prometheus', namespace: operatorNamespace }],
  });
  const dispatcher = new Agent({ connect: { ca: operator.certificate } });
  const url = `${operator.metrics.replace('http:', 'https:')}/metrics`;
  const ask = async (token?: string) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const { statusCode, body } = await request(url, { dispatcher, headers });
    return { statusCode, text: await body.text() };
  };
  try {
    // The binding is seen a moment later, and what was refused is remembered for 10 s.
    await expect
      .poll(async () => (await ask(tokens.get('prometheus'))).statusCode, { timeout: 20_000 })
      .toBe(200);
    expect((await ask(tokens.get('prometheus'))).text).toContain('mooring_resource_ready');
    expect(await ask(tokens.get('somebody'))).toEqual({ statusCode: 403, text: 'forbidden\n' });
    expect((await ask('made-up')).statusCode).toBe(401);
    expect((await ask()).statusCode).toBe(401);
  } finally {
    await dispatcher.close();
  }
}

it(
  'in one namespace, under a new name: a Role there, and no right anywhere else',
  { timeout: 90_000 },
  onOwnControlPlane(async (bed) => {
    const { kube, namespace } = bed;
    const place = { controlPlane, bed, release: namespace };
    const limited = { ...values(bed), watch: { namespaces: [namespace], kinds: ['ElasticIP'] } };
    await (await startChartOperator(place, limited, overrides)).stop();

    const renamed = { ...limited, clusterName: `${namespace}-new`, renameFrom: namespace };
    const operator = await startChartOperator(place, renamed, overrides);
    try {
      await kube.apply('web');
      await kube.waitReady('web');
      await kube.waitEvent('web', 'AllocateAddress');
      const list = { apiGroups: ['mooring.dev'], resources: ['elasticips'], verbs: ['list'] };
      expect(await may(kube.client, operator.user, list, namespace)).toBe(true);
      expect(await may(kube.client, operator.user, list, 'default')).toBe(false);
      expect(await may(kube.client, operator.user, list)).toBe(false);
      expect(await may(kube.client, operator.user, { ...list, resources: ['iamroles'] }, namespace)).toBe(
        false,
      );
      await kube.deleteAndWait('web');
    } finally {
      await operator.stop();
    }
    const { refused, unused } = await compare(operator);
    expect(refused).toEqual([]);
    // AWSAccounts are in the test above. The rest is needed where a write met another one, or an Event came twice: that has both, too.
    const ofAccounts = /awsaccount|secrets|serviceaccounts|in default$/;
    expect(unused.map(tell).filter((right) => !ofAccounts.test(right))).toEqual([
      `get elasticips.mooring.dev in ${namespace}`,
      `patch events.events.k8s.io in ${namespace}`,
    ]);
  }),
);
