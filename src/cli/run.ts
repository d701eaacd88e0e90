import { type CallRecord, createAws } from '../aws/index.ts';
import { awsAccountDefinition } from '../kinds/aws-account/spec.ts';
import { callsOfKinds } from '../kinds/calls.ts';
import { createKinds } from '../kinds/index.ts';
import { createAccounts } from '../runtime/accounts/accounts.ts';
import { requireAccount } from '../runtime/accounts/require-account.ts';
import { createRecorder } from '../runtime/events/events.ts';
import { healthPages } from '../runtime/http/health.ts';
import { startHttpServer } from '../runtime/http/http-server.ts';
import { createClient, type KubernetesClient } from '../runtime/kubernetes/client.ts';
import type { KubernetesTransport } from '../runtime/kubernetes/kubernetes.ts';
import { createTransport } from '../runtime/kubernetes/transport.ts';
import { alwaysLeading, createLease } from '../runtime/lease/lease.ts';
import { createManager } from '../runtime/manager/manager.ts';
import { verifyClusterName } from '../runtime/manager/record.ts';
import { metered } from '../runtime/metrics/metered.ts';
import { createMetrics, type Metrics, metricsPages } from '../runtime/metrics/metrics.ts';
import { createSecretLook } from '../runtime/reconcile/secret-writes.ts';
import { running } from './chosen-kinds.ts';
import type { Host } from './host.ts';
import { metricsAccess } from './metrics-access.ts';
import type { RunConfig } from './run-options.ts';
import { sessionNameOf } from './session-name.ts';

/**
 * The composition root: everything that touches the outside is made here and handed down. Resolves once
 * `stop` is aborted, running work has drained and the lease is given up.
 */
export async function run(config: RunConfig, host: Host, stop: AbortSignal): Promise<void> {
  const { clock, logger } = host;
  const metrics = createMetrics();
  const transport = metered(
    createTransport({
      clock,
      logger,
      userAgent: host.userAgent,
      kubeconfig: config.kubeconfig ?? host.kubeconfig,
    }),
    metrics,
    clock,
  );
  const aws = createAws({
    clock,
    random: host.random,
    ...awsOptions(config, host),
    onCall: (call) => tellCall(metrics, call),
  });
  try {
    await serve(config, { host, metrics, transport, aws }, stop);
  } finally {
    aws.close();
    await transport.close();
  }
}

interface Parts {
  readonly host: Host;
  readonly metrics: Metrics;
  readonly transport: KubernetesTransport;
  readonly aws: ReturnType<typeof createAws>;
}

async function serve(
  config: RunConfig,
  { host, metrics, transport, aws }: Parts,
  stop: AbortSignal,
): Promise<void> {
  const { clock, random, newToken, logger, instance } = host;
  const client = createClient(transport);
  const access = metricsAccess(config, { client, clock, logger });
  const cluster = config['cluster-name'];
  const namespace = config['operator-namespace'] ?? host.namespace;
  await verifyClusterName({
    client,
    namespace,
    clusterName: cluster,
    renameFrom: config['rename-from'],
    logger,
  });

  const lease = config['leader-elect']
    ? createLease({ client, namespace, name: 'mooring', identity: instance, clock, random, logger })
    : alwaysLeading();
  metrics.leadership('mooring', () => lease.isLeader);
  const recorder = createRecorder({ client, clock, instance, logger });
  const kinds = running(createKinds(aws, kindOptions(config, host, client)), config);
  const accounts = createAccounts({
    calls: kinds.map(({ definition: { kind } }) => ({ kind, calls: callsOfKinds[kind] ?? [] })),
    definition: awsAccountDefinition,
    sessions: aws.accounts,
    own: config['require-account'] ? requireAccount : aws.resolvePlacement,
    region: regionOf(config, host),
    allowEndpoints: config['allow-endpoints'],
    ...{ transport, client, namespace, lease, recorder, metrics, clock, random, logger },
  });
  const manager = createManager({
    kinds,
    cluster,
    transport,
    client,
    lease,
    recorder,
    metrics,
    execute: aws.execute,
    accounts,
    namespaces: config.namespace.length === 0 ? undefined : config.namespace,
    labelSelector: config.selector,
    defaultTags: config['default-tag'],
    concurrency: config.concurrency,
    resync: config.resync,
    maxDeletions: config['max-deletions'],
    readOnly: config['read-only'],
    graceMs: config['grace-period'],
    clock,
    random,
    newToken,
    logger,
  });
  const servers = await Promise.all([
    startHttpServer({
      address: config['health-address'],
      pages: healthPages({ live: {}, ready: manager.checks }),
      logger,
    }),
    startHttpServer({
      address: config['metrics-address'],
      pages: metricsPages(metrics),
      ...access,
      logger,
    }),
  ]);
  logger.info({ cluster, instance, health: servers[0]?.address, metrics: servers[1]?.address }, 'started');
  try {
    await manager.run(stop);
    logger.info({}, 'stopped');
  } finally {
    await Promise.all(servers.map((server) => server?.close()));
  }
}

const kindOptions = (config: RunConfig, host: Host, client: KubernetesClient) => ({
  cluster: config['cluster-name'],
  lookAtSecret: createSecretLook(client),
  idleAfter: config['idle-address-warning'] ? 24 * 3_600_000 : undefined,
  healthEvery: config['health-interval'],
  ...(host.overrides?.visibleAfter === undefined ? {} : { visibleAfter: host.overrides.visibleAfter }),
  ...(host.overrides?.clockTolerance === undefined ? {} : { clockTolerance: host.overrides.clockTolerance }),
});

const regionOf = (config: RunConfig, host: Host): string | undefined => config.region ?? host.region;

function awsOptions(config: RunConfig, host: Host) {
  const region = regionOf(config, host);
  const endpointUrl = config['aws-endpoint-url'];
  const tokenDirectory = config['token-directory'];
  return {
    userAgent: host.userAgent,
    sessionName: sessionNameOf(config['cluster-name']),
    ...(tokenDirectory === undefined ? {} : { tokenDirectory }),
    ...(region === undefined ? {} : { region }),
    ...(endpointUrl === undefined ? {} : { endpointUrl }),
    ...(host.overrides?.limits === undefined ? {} : { limits: host.overrides.limits }),
  };
}

function tellCall({ requests }: Metrics, { call, code, durationMs, throttles }: CallRecord): void {
  requests.aws({ call, code, seconds: durationMs / 1_000 });
  for (let count = 0; count < throttles; count++) requests.throttled(call);
}
