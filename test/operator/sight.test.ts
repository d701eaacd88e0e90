import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ownershipTags } from '../../src/core/identity.ts';

import { onScheduleBed } from '../support/image-schedule.ts';
import { type ScrapedSample, samplesIn, unanswered } from '../support/promql.ts';

/**
 * Alerts and dashboard against the metrics that the operator really emits: it is made to do everything that
 * they tell of, and then each expression must find its metrics, labels and at least one sample.
 */
const it = onScheduleBed('ap-southeast-7');

const monitoring = join(import.meta.dirname, '..', '..', 'deploy', 'monitoring');
const read = (name: string): string => readFileSync(join(monitoring, name), 'utf8');

const rules = z.object({
  groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })),
});
const board = z.object({
  panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })) })),
});

/** Where it stands → the expression. */
const expressions: readonly (readonly [string, string])[] = [
  ...rules
    .parse(parse(read('alerts.yaml')))
    .groups.flatMap((group) => group.rules.map(({ alert, expr }) => [alert, expr] as const)),
  ...board
    .parse(JSON.parse(read('dashboard.json')))
    .panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
];

async function scrape(metrics: string): Promise<ScrapedSample[]> {
  return samplesIn(await (await fetch(`${metrics}/metrics`)).text());
}

const unansweredIn = (samples: readonly ScrapedSample[]): string[] =>
  expressions.flatMap(([where, expr]) => unanswered(expr, samples).map((problem) => `${where}: ${problem}`));

it('every expression of the alerts and the dashboard is answered by the operator', async ({
  bed,
  schedules,
}) => {
  // Nobody's: an address that carries our tag, of an object that does not exist.
  const identity = { cluster: bed.namespace, kind: 'ElasticIP', namespace: bed.namespace, name: 'lost' };
  await bed.ec2.allocate(ownershipTags({ identity, uid: 'u-lost', role: 'primary' }));
  await bed.inject({ throttle: true }, { operation: 'DescribeAddresses', times: 1 });
  const kinds = ['ElasticIP', 'Image', 'ImageSchedule'].flatMap((kind) => ['--kinds', kind]);
  await bed.kube.apply('web', { tags: { team: 'web' } });
  const operator = await bed.start(kinds);
  const { status } = await bed.kube.waitReady('web');
  await bed.ec2.tag(status?.allocationId ?? '', { team: 'another' });
  await bed.kube.lookNow('web');
  await bed.inject(
    { error: { code: 'UnauthorizedOperation', message: 'You are not authorized', status: 403 } },
    { operation: 'AllocateAddress' },
  );
  await bed.kube.apply('denied');
  await bed.kube.waitEvent('denied', 'AccessDenied');

  const tags = { backup: bed.namespace };
  const { id } = await bed.ec2.runInstance(tags);
  const nightly = [{ name: 'nightly', every: '24h' as const }];
  await schedules.apply(
    'fleet',
    { selector: { matchTags: tags }, schedules: nightly },
    { 'mooring.dev/run-now': '1' },
  );
  await schedules.waitFor('fleet', (schedule) => schedule.status?.images === 1);

  await expect
    .poll(async () => unansweredIn(await scrape(operator.metrics)), { timeout: 30_000 })
    .toEqual([]);
  const samples = await scrape(operator.metrics);
  const find = (metric: string, labels: object = {}) =>
    samples.filter(
      (one) => one.metric === metric && Object.entries(labels).every(([k, v]) => one.labels[k] === v),
    );
  const namespace = bed.namespace;
  expect(find('mooring_orphans', { kind: 'ElasticIP' })).toMatchObject([{ value: 1 }]);
  expect(find('mooring_drift_total', { kind: 'ElasticIP', field: 'tags' })).toMatchObject([{ value: 1 }]);
  expect(find('mooring_aws_throttles_total')).toMatchObject([
    { labels: { service: 'ec2', operation: 'DescribeAddresses' }, value: 1 },
  ]);
  expect(find('mooring_resource_ready', { namespace, name: 'denied' })).toMatchObject([{ value: 0 }]);
  expect(find('mooring_resource_ready', { namespace, name: 'web' })).toMatchObject([{ value: 1 }]);
  const failed = find('controller_runtime_reconcile_errors_total', { controller: 'elasticip' });
  expect(failed[0]?.value).toBeGreaterThan(0);
  const [image] = find('mooring_image_last_good_timestamp_seconds', { namespace, name: 'fleet' });
  expect(image?.labels).toMatchObject({ schedule: 'nightly', instance_id: id });
  expect(Date.now() / 1_000 - (image?.value ?? 0)).toBeLessThan(120);
  expect(find('mooring_image_schedule_interval_seconds')).toMatchObject([{ value: 86_400 }]);

  // The check can fail: what an operator does not emit is found.
  const misspelt = samples.filter(({ metric }) => metric !== 'mooring_orphans');
  expect(unansweredIn(misspelt)).toContain('MooringOrphans: no metric mooring_orphans');
});

it('a step is one line in the log: its object, call, reason and request, and no secret', async ({ bed }) => {
  const operator = await bed.start(['--kinds', 'ElasticIP', '--log-level', 'info']);
  await bed.kube.apply('web');
  await bed.kube.waitReady('web');
  await bed.inject(
    { error: { code: 'UnauthorizedOperation', message: 'You are not authorized', status: 403 } },
    { operation: 'AllocateAddress' },
  );
  await bed.kube.apply('denied');
  await bed.kube.waitEvent('denied', 'AccessDenied');

  const lines: Record<string, unknown>[] = operator.logs.map((line) => JSON.parse(line));
  const steps = lines.filter(({ call }) => call !== undefined);
  const common = {
    kind: 'ElasticIP',
    namespace: bed.namespace,
    region: bed.region,
    call: 'ec2:AllocateAddress',
  };
  const why = "no address carries this object's identity";
  expect(steps.slice(0, 2)).toMatchObject([
    {
      ...common,
      level: 'info',
      name: 'web',
      why,
      msg: 'called AWS',
      requestId: expect.stringMatching(/^\S+$/),
    },
    { ...common, level: 'warn', name: 'denied', why, msg: 'a call failed', code: 'UnauthorizedOperation' },
  ]);
  expect(operator.logs.join('\n')).not.toContain(process.env.AWS_SECRET_ACCESS_KEY);
});
