/** The operator as the image runs it: the bundle, as a process of its own, with the image's flags. */
import { join } from 'node:path';
import { request } from 'undici';
import { layOut } from '../../dev/bundle/lay-out.ts';
import { freePort } from '../../dev/port.ts';
import type { ProcessGroup } from '../../dev/process.ts';

export interface Usage {
  /** User and system. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

export interface Operator {
  /** As it tells Prometheus. */
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

export interface Surroundings {
  readonly group: ProcessGroup;
  /** The bundle's folder. */
  readonly bundle: string;
  readonly kubeconfig: string;
  readonly endpoint: string;
}

/** Into the group's directory, which goes with it. */
export async function bundleIn({ directory }: ProcessGroup): Promise<string> {
  const bundle = join(directory, 'bundle');
  await layOut({ directory: bundle, epoch: 0 });
  return bundle;
}

export async function startOperator(
  { group, bundle, kubeconfig, endpoint }: Surroundings,
  resync: string,
): Promise<Operator> {
  const health = `127.0.0.1:${await freePort()}`;
  const metrics = `127.0.0.1:${await freePort()}`;
  const child = await group.start({
    name: 'operator',
    command: process.execPath,
    args: [
      ...['--max-semi-space-size=4', join(bundle, 'mooring.mjs'), 'run'],
      ...['--cluster-name', 'bench', '--kubeconfig', kubeconfig, '--region', 'us-east-1'],
      ...['--aws-endpoint-url', endpoint, '--resync', resync],
      ...['--health-address', health, '--metrics-address', metrics],
    ],
    env: environment(process.env),
  });
  await child.ready(async () => (await request(`http://${health}/readyz`)).statusCode === 200, 30_000);
  return {
    async usage() {
      const page = await (await request(`http://${metrics}/metrics`)).body.text();
      return {
        cpuSeconds: sampleOf(page, 'process_cpu_seconds_total'),
        residentBytes: sampleOf(page, 'process_resident_memory_bytes'),
      };
    },
    stop: () => child.stop(),
  };
}

function sampleOf(page: string, metric: string): number {
  const line = page.split('\n').find((text) => text.startsWith(`${metric} `));
  if (!line) throw new Error(`the operator tells no ${metric}`);
  return Number(line.slice(metric.length + 1));
}

/** The person's own AWS and MOORING settings mean nothing to the emulator. */
const environment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(env).filter(([name]) => !/^(AWS|MOORING|POD)_/.test(name))),
  AWS_ACCESS_KEY_ID: 'mooring',
  AWS_SECRET_ACCESS_KEY: 'mooring',
  AWS_EC2_METADATA_DISABLED: 'true',
  NODE_ENV: 'production',
});
