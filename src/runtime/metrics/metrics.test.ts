import { describe, expect, it } from 'vitest';
import { createMetrics, type Metrics, metricsPages } from './metrics.ts';

/** The samples of `name`, without help, type and histogram buckets. */
async function samples(metrics: Metrics, name: string): Promise<string[]> {
  const { body } = await metrics.render();
  return body.split('\n').filter((line) => line.startsWith(name) && !line.includes('_bucket'));
}

const bare = (namedResources = 1_000) => createMetrics({ process: false, namedResources });

describe('queues', () => {
  it("have controller-runtime's names, which are client-go's", async () => {
    const metrics = bare();
    const queue = metrics.queues.metrics('elasticip');
    queue.depth(3);
    queue.adds();
    queue.retries();
    queue.queueDuration(0.5);
    queue.workDuration(2);
    metrics.queues.watch('elasticip', { unfinishedWorkSeconds: 7, longestRunningSeconds: 5 });
    expect(await samples(metrics, 'workqueue_')).toEqual([
      'workqueue_depth{name="elasticip",controller="elasticip"} 3',
      'workqueue_adds_total{name="elasticip",controller="elasticip"} 1',
      'workqueue_retries_total{name="elasticip",controller="elasticip"} 1',
      'workqueue_queue_duration_seconds_sum{name="elasticip",controller="elasticip"} 0.5',
      'workqueue_queue_duration_seconds_count{name="elasticip",controller="elasticip"} 1',
      'workqueue_work_duration_seconds_sum{name="elasticip",controller="elasticip"} 2',
      'workqueue_work_duration_seconds_count{name="elasticip",controller="elasticip"} 1',
      'workqueue_unfinished_work_seconds{name="elasticip",controller="elasticip"} 7',
      'workqueue_longest_running_processor_seconds{name="elasticip",controller="elasticip"} 5',
    ]);
  });
});

describe('reconciles', () => {
  it("have controller-runtime's names, at 0 from the start", async () => {
    const metrics = bare();
    metrics.reconciles.controller('elasticip', 8);
    metrics.reconciles.started('elasticip');
    metrics.reconciles.started('elasticip');
    metrics.reconciles.ended('elasticip', 'error', 1.5);
    expect(await samples(metrics, 'controller_runtime_')).toEqual([
      'controller_runtime_reconcile_total{controller="elasticip",result="success"} 0',
      'controller_runtime_reconcile_total{controller="elasticip",result="requeue"} 0',
      'controller_runtime_reconcile_total{controller="elasticip",result="requeue_after"} 0',
      'controller_runtime_reconcile_total{controller="elasticip",result="error"} 1',
      'controller_runtime_reconcile_errors_total{controller="elasticip"} 1',
      'controller_runtime_reconcile_time_seconds_sum{controller="elasticip"} 1.5',
      'controller_runtime_reconcile_time_seconds_count{controller="elasticip"} 1',
      'controller_runtime_active_workers{controller="elasticip"} 1',
      'controller_runtime_max_concurrent_reconciles{controller="elasticip"} 8',
    ]);
  });
});

describe('requests', () => {
  it('are counted by outcome and timed', async () => {
    const metrics = bare();
    metrics.requests.kubernetes({ method: 'PATCH', host: 'api:6443', status: 200, seconds: 0.25 });
    metrics.requests.kubernetes({ method: 'GET', host: 'api:6443', status: 0, seconds: 1 });
    metrics.requests.aws({ call: 'ec2:AllocateAddress', code: 'AddressLimitExceeded', seconds: 0.5 });
    metrics.requests.throttled('ec2:AllocateAddress');
    expect(await samples(metrics, 'rest_client_requests_total')).toEqual([
      'rest_client_requests_total{code="200",method="PATCH",host="api:6443"} 1',
      'rest_client_requests_total{code="<error>",method="GET",host="api:6443"} 1',
    ]);
    expect(await samples(metrics, 'mooring_aws_')).toEqual([
      'mooring_aws_requests_total{service="ec2",operation="AllocateAddress",code="AddressLimitExceeded"} 1',
      'mooring_aws_request_duration_seconds_sum{service="ec2",operation="AllocateAddress"} 0.5',
      'mooring_aws_request_duration_seconds_count{service="ec2",operation="AllocateAddress"} 1',
      'mooring_aws_throttles_total{service="ec2",operation="AllocateAddress"} 1',
    ]);
  });
});

describe('resources', () => {
  const at = (name: string) => ({ kind: 'ElasticIP', namespace: 'shop', name });

  it('are counted by reason and named, and leave nothing behind', async () => {
    const metrics = bare();
    metrics.resources.set(at('a'), { ready: true, reason: 'Available' });
    metrics.resources.set(at('b'), { ready: false, reason: 'Pending' });
    metrics.resources.set(at('b'), { ready: false, reason: 'QuotaExceeded' });
    metrics.resources.set(at('c'), { ready: true, reason: 'Available' });
    await metrics.render();
    metrics.resources.remove(at('c'));
    expect(await samples(metrics, 'mooring_resource')).toEqual([
      'mooring_resources{kind="ElasticIP",ready="true",reason="Available"} 1',
      'mooring_resources{kind="ElasticIP",ready="false",reason="QuotaExceeded"} 1',
      'mooring_resource_ready{kind="ElasticIP",namespace="shop",name="b"} 0',
      'mooring_resource_ready{kind="ElasticIP",namespace="shop",name="a"} 1',
    ]);
  });

  it('are named up to the limit, what is not ready first', async () => {
    const metrics = bare(2);
    for (const name of ['a', 'b', 'c']) metrics.resources.set(at(name), { ready: true, reason: 'Available' });
    metrics.resources.set(at('d'), { ready: false, reason: 'Pending' });
    expect(await samples(metrics, 'mooring_resource_ready')).toEqual([
      'mooring_resource_ready{kind="ElasticIP",namespace="shop",name="d"} 0',
      'mooring_resource_ready{kind="ElasticIP",namespace="shop",name="a"} 1',
    ]);
    expect(await samples(metrics, 'mooring_resources')).toHaveLength(2);
  });
});

describe('sweeps', () => {
  it('are told of as long as this process leads', async () => {
    const metrics = bare();
    metrics.sweeps.begin('ElasticIP', 600, 1_000);
    expect(await samples(metrics, 'mooring_sweep')).toEqual([
      'mooring_sweep_interval_seconds{kind="ElasticIP"} 600',
      'mooring_sweep_last_timestamp_seconds{kind="ElasticIP"} 1000',
    ]);
    metrics.sweeps.done('ElasticIP', { seconds: 1.5, resources: 300, orphans: 2, at: 1_200 });
    expect(await samples(metrics, 'mooring_')).toEqual([
      'mooring_sweep_duration_seconds{kind="ElasticIP"} 1.5',
      'mooring_sweep_resources{kind="ElasticIP"} 300',
      'mooring_orphans{kind="ElasticIP"} 2',
      'mooring_sweep_interval_seconds{kind="ElasticIP"} 600',
      'mooring_sweep_last_timestamp_seconds{kind="ElasticIP"} 1200',
    ]);
    metrics.sweeps.end('ElasticIP');
    expect(await samples(metrics, 'mooring_')).toEqual([]);
  });
});

describe("a kind's own gauges", () => {
  const nightly = { kind: 'ImageSchedule', namespace: 'shop', name: 'nightly' };
  const at = (instance: string, value: number) => ({ gauge: 'age_seconds', labels: { instance }, value });

  it('tell what was last measured, and leave nothing behind', async () => {
    const metrics = bare();
    metrics.samples.declare({ age_seconds: { help: 'Its age', labels: ['instance'] } });
    metrics.samples.set(nightly, [at('i-1', 1), at('i-2', 2)]);
    await metrics.render();
    metrics.samples.set(nightly, [at('i-2', 3)]);
    const left = 'mooring_age_seconds{namespace="shop",name="nightly",instance="i-2"} 3';
    expect(await samples(metrics, 'mooring_age')).toEqual([left]);
    metrics.samples.clear('ElasticIP');
    expect(await samples(metrics, 'mooring_age')).toEqual([left]);
    metrics.samples.remove(nightly);
    expect(await samples(metrics, 'mooring_age')).toEqual([]);
  });

  it('end with the term that measured them', async () => {
    const metrics = bare();
    metrics.samples.declare({ age_seconds: { help: 'Its age', labels: ['instance'] } });
    metrics.samples.set(nightly, [at('i-1', 1)]);
    metrics.samples.clear('ImageSchedule');
    expect(await samples(metrics, 'mooring_age')).toEqual([]);
  });
});

describe('the page', () => {
  it('is what Prometheus scrapes', async () => {
    const metrics = bare();
    metrics.conditions('ElasticIP', new Map([['Idle', 4]]));
    const page = await metricsPages(metrics)['/metrics']?.(new URLSearchParams());
    expect(page).toMatchObject({ status: 200, contentType: 'text/plain; version=0.0.4; charset=utf-8' });
    expect(page?.body).toContain('\nmooring_resource_conditions{kind="ElasticIP",type="Idle"} 4\n');
    metrics.conditions('ElasticIP', new Map());
    expect((await metrics.render()).body).not.toContain('mooring_resource_conditions{');
  });
});

describe('the rest', () => {
  it('is told in one line each', async () => {
    const metrics = bare();
    let leads = false;
    metrics.leadership('mooring', () => leads);
    leads = true;
    metrics.drift('ElasticIP', 'tags');
    metrics.conditions('ElasticIP', new Map([['Idle', 4]]));
    metrics.watchRestarted('ElasticIP', 'expired');
    const { body } = await metrics.render();
    expect(body.split('\n')).toEqual(
      expect.arrayContaining([
        'leader_election_master_status{name="mooring"} 1',
        'mooring_drift_total{kind="ElasticIP",field="tags"} 1',
        'mooring_resource_conditions{kind="ElasticIP",type="Idle"} 4',
        'mooring_watch_restarts_total{kind="ElasticIP",reason="expired"} 1',
      ]),
    );
  });

  it("has node's own, with the event loop's lag, in a registry of its own", async () => {
    const first = createMetrics();
    const second = createMetrics();
    first.drift('ElasticIP', 'tags');
    const { body, contentType } = await second.render();
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(body).toContain('nodejs_eventloop_lag_p99_seconds');
    expect(body).toContain('process_resident_memory_bytes');
    expect(body).not.toContain('mooring_drift_total{');
  });
});
