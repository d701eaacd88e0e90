import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { freePort } from '../../dev/port.ts';
import { createProcessGroup, type ProcessGroup } from '../../dev/process.ts';
import { prometheusBinary } from '../../dev/toolchain/promtool.ts';
import { monitoring } from './alert-tests.ts';
import { patience } from './patience.ts';

/** A Prometheus that scrapes every second, with Mooring's alerts. */
export interface Prometheus extends AsyncDisposable {
  /** What `expression` gives now. Rejects with Prometheus' words where it cannot say. */
  query(expression: string): Promise<readonly Sample[]>;
  /** The alerts that are pending or fire. */
  alerts(): Promise<readonly Alert[]>;
  /** The names of the rules that were evaluated since they were loaded, and went well. */
  evaluated(): Promise<readonly string[]>;
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Base URLs, as an operator tells them: each is a pod of its own. */
export interface Targets {
  readonly [job: string]: readonly string[];
}

export async function startPrometheus(targets: Targets): Promise<Prometheus> {
  const binary = await prometheusBinary();
  const group = await createProcessGroup('prometheus');
  try {
    return await assemble(group, binary, targets);
  } catch (error) {
    await group.stop();
    throw error;
  }
}

async function assemble(group: ProcessGroup, binary: string, targets: Targets): Promise<Prometheus> {
  const config = join(group.directory, 'prometheus.json');
  // YAML is a superset of JSON.
  await writeFile(config, JSON.stringify(configuration(targets)));
  const address = `127.0.0.1:${await freePort()}`;
  const prometheus = await group.start({
    name: 'prometheus',
    command: binary,
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(group.directory, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=warn',
    ],
    stopSignal: 'SIGKILL',
  });
  await prometheus.ready(async () => (await fetch(`http://${address}/-/ready`)).ok, patience);
  return { ...api(`http://${address}/api/v1`), [Symbol.asyncDispose]: group.stop };
}

/** The labels of a target are those that the chart's ServiceMonitor leads to. */
const configuration = (targets: Targets) => ({
  global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
  rule_files: [join(monitoring, 'alerts.yaml')],
  scrape_configs: Object.entries(targets).map(([job, urls]) => ({
    job_name: job,
    honor_labels: true,
    static_configs: urls.map((url, at) => ({
      targets: [new URL(url).host],
      labels: {
        namespace: `${job}-system`,
        service: job,
        pod: `${job}-${at}`,
        container: 'operator',
        endpoint: 'metrics',
      },
    })),
  })),
});

const labels = z.record(z.string(), z.string());
/** Time, and value as text, for JSON has no NaN. */
const sample = z.tuple([z.number(), z.string().transform(Number)]);
const answer = z.discriminatedUnion('status', [
  z.object({ status: z.literal('success'), data: z.unknown() }),
  z.object({ status: z.literal('error'), error: z.string() }),
]);
const vector = z.object({
  resultType: z.literal('vector'),
  result: z.array(z.object({ metric: labels, value: sample })),
});
const alertsData = z.object({ alerts: z.array(z.object({ labels, annotations: labels })) });
const rulesData = z.object({
  groups: z.array(z.object({ rules: z.array(z.object({ name: z.string(), health: z.string() })) })),
});

/** https://prometheus.io/docs/prometheus/latest/querying/api/ */
function api(base: string): Omit<Prometheus, keyof AsyncDisposable> {
  const get = async (path: string): Promise<unknown> => {
    const parsed = answer.parse(await (await fetch(`${base}/${path}`)).json());
    if (parsed.status === 'error') throw new Error(`${path}: ${parsed.error}`);
    return parsed.data;
  };
  return {
    async query(expression) {
      const { result } = vector.parse(await get(`query?${new URLSearchParams({ query: expression })}`));
      return result.map(({ metric, value: [, value] }) => ({ labels: metric, value }));
    },
    alerts: async () => alertsData.parse(await get('alerts')).alerts,
    evaluated: async () =>
      rulesData
        .parse(await get('rules'))
        .groups.flatMap(({ rules }) => rules.filter(({ health }) => health === 'ok').map(({ name }) => name)),
  };
}
