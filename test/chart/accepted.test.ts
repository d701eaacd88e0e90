/**
 * Every object the chart can render, with every value given, is accepted by the API server: server-side dry run, with
 * unknown fields refused. What Prometheus' operator would say it says by fixtures/monitoring-crds.yaml.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import { type ApiRequest, apiRequest } from '../../dev/control-plane/api-client.ts';
import { applyCrds } from '../../dev/control-plane/apply-crds.ts';
import { readOptions } from '../../src/cli/config.ts';
import { runOptions } from '../../src/cli/run-options.ts';
import { createClient } from '../../src/runtime/kubernetes/client.ts';
import type { KubernetesTransport } from '../../src/runtime/kubernetes/kubernetes.ts';
import { chartDirectory, everything, type Manifest, render } from '../support/chart.ts';
import { connectTo } from '../support/config-maps.ts';
import { manifestPath } from '../support/manifest-path.ts';
import { toggles } from './toggles.test-data.ts';

const namespace = `chart-accepted-${process.pid}`;
const name = { release: 'mooring', namespace };

let transport: KubernetesTransport;
let defaults: string;
beforeAll(async () => {
  defaults = JSON.stringify(await render({ clusterName: 'prod' }, name));
  transport = connectTo(inject('cluster').kubeconfig);
  const client = createClient(transport);
  await client.create('/api/v1/namespaces', { metadata: { name: namespace } });
  const { server, ca, token } = inject('cluster');
  const request = (call: ApiRequest) => apiRequest({ server, ca }, { token, ...call });
  await applyCrds({ request }, join(import.meta.dirname, 'fixtures'));
});
afterAll(() => transport?.close());

/** What the API server says against it; undefined: nothing. */
async function refusal(manifest: Manifest): Promise<string | undefined> {
  const { status, body } = await transport.request({
    method: 'PATCH',
    path: manifestPath(manifest),
    query: { fieldManager: 'helm', force: true, dryRun: 'All', fieldValidation: 'Strict' },
    contentType: 'application/apply-patch+yaml',
    body: manifest,
  });
  return status < 300 ? undefined : `${manifest.kind} ${manifest.metadata.name}: ${JSON.stringify(body)}`;
}

/** Objects that were accepted as they are; most are the same from one set of values to the next. */
const accepted = new Set<string>();

async function refusals(manifests: readonly Manifest[]): Promise<string[]> {
  const found: string[] = [];
  for (const manifest of manifests) {
    const text = JSON.stringify(manifest);
    if (accepted.has(text)) continue;
    const refused = await refusal(manifest);
    if (refused === undefined) accepted.add(text);
    else found.push(refused);
  }
  return found;
}

/** The arguments of "mooring run" in a Deployment; those the operator refuses throw. */
function argumentsOf(manifests: readonly Manifest[]): readonly string[] {
  const deployment: unknown = manifests.find(({ kind }) => kind === 'Deployment');
  const args = JSON.parse(JSON.stringify(deployment)).spec.template.spec.containers[0].args;
  if (!Array.isArray(args)) throw new Error('the Deployment has no arguments');
  return args.slice(1).map(String);
}

describe('every object is accepted by the API server, and its arguments by the operator', () => {
  it.each([
    ['the defaults', { clusterName: 'prod' }],
    ['everything', everything],
  ])('%s', async (_, values) => {
    const manifests = await render(values, name);
    expect(await refusals(manifests)).toEqual([]);
    readOptions(runOptions, argumentsOf(manifests), {});
  });

  it.each(Object.entries(toggles))('%s', async (_, values) => {
    const manifests = await render({ clusterName: 'prod', ...values }, name);
    expect(JSON.stringify(manifests), 'the value changes nothing').not.toBe(defaults);
    expect(await refusals(manifests)).toEqual([]);
    readOptions(runOptions, argumentsOf(manifests), {});
  });

  it('an object that is wrong is refused here', async () => {
    const [deployment] = (await render({ clusterName: 'prod' }, name)).filter(
      ({ kind }) => kind === 'Deployment',
    );
    if (!deployment) throw new Error('no Deployment');
    expect(await refusals([{ ...deployment, spec: { replicaz: 2 } }])).toHaveLength(1);
  });
});

it('every value is among them', () => {
  const leaves = paths(parse(readFileSync(join(chartDirectory, 'values.yaml'), 'utf8')));
  const open = new Set(['resources', 'podSecurityContext', 'securityContext', 'metrics.dashboard.labels']);
  const known = leaves.map((path) => [...open].find((prefix) => path.startsWith(`${prefix}.`)) ?? path);
  expect([...new Set(known)].sort()).toEqual(Object.keys(toggles).sort());
});

const paths = (value: unknown, at: readonly string[] = []): string[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
    ? Object.entries(value).flatMap(([key, one]) => paths(one, [...at, key]))
    : [at.join('.')];
