import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { helmBinary } from '../../dev/toolchain/helm.ts';
import { run } from '../../dev/toolchain/run.ts';

/** The Helm chart, as its users have it. */

export const repository = join(import.meta.dirname, '..', '..');
export const chartDirectory = join(repository, 'deploy', 'chart');

const manifestSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
});
export type Manifest = z.infer<typeof manifestSchema>;

export type Values = Readonly<Record<string, unknown>>;

export interface ReleaseName {
  readonly release?: string;
  readonly namespace?: string;
}

/** What helm prints. Rejects with its last words; without a kubeconfig it reaches no cluster. */
export const helm = async (args: readonly string[], kubeconfig = '/dev/null'): Promise<string> =>
  run(await helmBinary(), args, { env: { ...process.env, KUBECONFIG: kubeconfig } });

/** As text, without NOTES.txt. */
export const renderText = (
  values: Values,
  { release = 'mooring', namespace = 'mooring-system' }: ReleaseName = {},
): Promise<string> =>
  helm([
    'template',
    release,
    chartDirectory,
    `--namespace=${namespace}`,
    `--set-json=${JSON.stringify(values)}`,
  ]);

/** The objects of a release with these values. */
export const render = async (values: Values, name?: ReleaseName): Promise<Manifest[]> =>
  manifestsOf(await renderText(values, name));

export const manifestsOf = (text: string): Manifest[] =>
  parseAllDocuments(text)
    .map((document): unknown => document.toJS())
    .filter((document) => document !== null)
    .map((document) => manifestSchema.parse(document));

/** Everything the chart can make: with it each template is rendered. */
export const everything: Values = {
  clusterName: 'prod',
  metrics: {
    tls: { secretName: 'mooring-metrics-tls' },
    authentication: true,
    serviceMonitor: { enabled: true, interval: '30s', scrapeTimeout: '10s' },
    prometheusRule: { enabled: true },
    dashboard: { enabled: true },
  },
  networkPolicy: { enabled: true },
};
