/**
 * Alerts and dashboard in a real Prometheus that scrapes real operators, and beside them somebody else's, whose metrics
 * have the same names where controller-runtime has them.
 */
import { expect } from 'vitest';
import { ownershipTags } from '../../src/core/identity.ts';
import { type AlertTest, alertRules, alertTests } from '../support/alert-tests.ts';
import { lacking, queries } from '../support/dashboard.ts';
import { onScheduleBed, type Scheduler } from '../support/image-schedule.ts';
import { isOfOther, startOtherOperator } from '../support/other-operator.ts';
import { type Prometheus, type Sample, startPrometheus } from '../support/prometheus.ts';
import type { TestBed } from '../support/test-bed.ts';

const it = onScheduleBed('ap-southeast-7').extend<{ flux: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from it which fixtures this one needs
  flux: async ({}, use) => {
    await using other = await startOtherOperator();
    await use(other.url);
  },
});

const kinds = ['ElasticIP', 'Image', 'ImageSchedule'].flatMap((kind) => ['--kinds', kind]);

it('of two healthy replicas no alert fires or begins to, nor when the other one takes over', async ({
  bed,
  schedules,
  flux,
}) => {
  const first = await bed.start([...kinds, '--leader-elect']);
  await bed.kube.apply('web');
  await bed.kube.waitReady('web');
  await oneImage(bed, schedules);
  const second = await bed.start([...kinds, '--leader-elect']);
  await using prometheus = await startPrometheus({
    mooring: [first.metrics, second.metrics],
    flux: [flux],
  });

  const scraped = () => prometheus.query('min(count_over_time(up[1m])) > 8 and min(up) == 1');
  await expect.poll(scraped).toHaveLength(1);
  expect(await prometheus.evaluated()).toEqual(alertRules.map(({ alert }) => alert));
  await expect.poll(() => recentAlerts(prometheus)).toEqual([]);
  const leaders = () => prometheus.query('leader_election_master_status{name="mooring"} == 1');
  expect(await leaders()).toMatchObject([{ labels: { pod: 'mooring-0' } }]);

  await first.stop();
  await expect.poll(leaders).toMatchObject([{ labels: { pod: 'mooring-1' } }]);
  await expect.poll(() => recentAlerts(prometheus)).toEqual([]);
  // What it was asked for this is there.
  for (const metric of ['mooring_image_last_good_timestamp_seconds', 'mooring_sweep_last_timestamp_seconds'])
    expect(await prometheus.query(metric)).not.toEqual([]);
});

it('the dashboard shows, and the alerts begin to tell, all that befalls an operator', async ({
  bed,
  schedules,
  flux,
}) => {
  // Nobody's: an address that carries our tag, of an object that does not exist.
  const identity = { cluster: bed.namespace, kind: 'ElasticIP', namespace: bed.namespace, name: 'lost' };
  await bed.ec2.allocate(ownershipTags({ identity, uid: 'u-lost', role: 'primary' }));
  await bed.inject({ throttle: true }, { operation: 'DescribeAddresses', times: 1 });
  await bed.kube.apply('web', { tags: { team: 'web' } });
  const operator = await bed.start(kinds);
  await using prometheus = await startPrometheus({ mooring: [operator.metrics], flux: [flux] });
  const { status } = await bed.kube.waitReady('web');
  await bed.ec2.tag(status?.allocationId ?? '', { team: 'another' });
  await bed.kube.lookNow('web');
  const instance = await oneImage(bed, schedules);
  await expect.poll(() => prometheus.query('controller_runtime_reconcile_errors_total == 0')).not.toEqual([]);
  await bed.inject(
    { error: { code: 'UnauthorizedOperation', message: 'You are not authorized', status: 403 } },
    { operation: 'AllocateAddress' },
  );
  const denied = Array.from({ length: 12 }, (_, at) => `denied-${at}`);
  for (const name of denied) await bed.kube.apply(name);
  for (const name of denied) await bed.kube.waitEvent(name, 'AccessDenied');

  const unanswered = async () =>
    (await Promise.all(queries.map((query) => lacking(prometheus, query)))).flat();
  await expect.poll(unanswered).toEqual([]);
  for (const [title, value] of [
    ['Leads', 1],
    ['Objects', 1 + denied.length + 2],
    ['Not ready', denied.length],
    ['Orphans', 1],
  ] as const)
    await expect.poll(() => prometheus.query(exprOf(title)), { message: title }).toMatchObject([{ value }]);
  const { namespace } = bed;
  for (const [expression, labels, value] of [
    ['mooring_drift_total', { kind: 'ElasticIP', field: 'tags' }, 1],
    ['mooring_aws_throttles_total', { service: 'ec2', operation: 'DescribeAddresses' }, 1],
    ['mooring_image_schedule_interval_seconds', { namespace, name: 'fleet', schedule: 'nightly' }, 86_400],
    ['mooring_image_last_good_timestamp_seconds > bool (time() - 600)', { instance_id: instance }, 1],
    ['mooring_resource_ready{name="web"}', { namespace }, 1],
  ] as const)
    expect(await prometheus.query(expression), expression).toMatchObject([{ labels, value }]);
  const lists = await Promise.all(queries.map(({ expr }) => prometheus.query(expr)));
  expect(lists.flat().filter(isOfOther)).toEqual([]);

  await expect
    .poll(async () => (await prometheus.alerts()).map(({ labels }) => tellAlert(labels)).sort())
    .toEqual(
      [
        ...denied.map((name) => `MooringNotReady ElasticIP ${namespace}/${name}`),
        'MooringCredentialsFailing ElasticIP AccessDenied',
        'MooringOrphans ElasticIP',
        'MooringReconcileErrors elasticip',
      ].sort(),
    );
  // promtool tries the alerts with series that were written down: the operator really has such.
  for (const { alert } of alertRules) {
    const fed = alertTests.filter((one) => one.alert === alert && one.checks.some(({ fires }) => fires));
    const unreal = await Promise.all(fed.map((one) => unlike(prometheus, one)));
    expect(unreal, alert).toContainEqual([]);
  }

  await operator.stop();
  await expect
    .poll(async () => (await prometheus.alerts()).map(({ labels }) => labels.alertname))
    .toContain('MooringDown');
});

/** An instance, whose id it gives, with a schedule that has made its first image. */
async function oneImage(bed: TestBed, schedules: Scheduler): Promise<string> {
  const tags = { backup: bed.namespace };
  const { id } = await bed.ec2.runInstance(tags);
  await schedules.apply(
    'fleet',
    { selector: { matchTags: tags }, schedules: [{ name: 'nightly', every: '24h' }] },
    { 'mooring.dev/run-now': '1' },
  );
  await schedules.waitFor('fleet', (schedule) => schedule.status?.images === 1);
  return id;
}

/** Those that were pending or fired in the last seconds. */
const recentAlerts = async (prometheus: Prometheus): Promise<(string | undefined)[]> =>
  (await prometheus.query('count_over_time(ALERTS[5s])')).map(({ labels }) => labels.alertname);

const exprOf = (title: string): string => queries.find((query) => query.title === title)?.expr ?? title;

const tellAlert = ({ alertname, kind, reason, controller, namespace, name }: Sample['labels']): string =>
  [alertname, kind, reason, controller, namespace && `${namespace}/${name}`].filter(Boolean).join(' ');

/** Labels that name objects, not what is so of them. */
const named: ReadonlySet<string> = new Set([
  'namespace',
  'name',
  'schedule',
  'instance_id',
  'job',
  'instance',
]);

/** The series of a test for promtool that no operator has. */
async function unlike(prometheus: Prometheus, { series }: AlertTest): Promise<string[]> {
  const selectors = series.map(({ metric, labels }) => {
    const ofObjects = 'namespace' in labels;
    const matchers = Object.entries(labels).map(([label, value]) =>
      named.has(label) && (ofObjects || label !== 'name') ? `${label}=~".+"` : `${label}="${value}"`,
    );
    return `${metric}{${matchers.join(',')}}`;
  });
  const found = await Promise.all(selectors.map((selector) => prometheus.query(selector)));
  return selectors.filter((_, at) => found[at]?.length === 0);
}
