/** Helm installs, upgrades and uninstalls; `kubectl apply` takes install.yaml. There are no nodes: objects are looked at. */
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { clusterNamePlaceholder, installManifestPath } from '../../dev/chart/install-manifest.ts';
import { applyCrds } from '../../dev/control-plane/apply-crds.ts';
import { type ControlPlane, startControlPlane } from '../../dev/control-plane/control-plane.ts';
import { run } from '../../dev/toolchain/run.ts';
import { readOptions } from '../../src/cli/config.ts';
import { runOptions } from '../../src/cli/run-options.ts';
import { createClient, type KubernetesClient } from '../../src/runtime/kubernetes/client.ts';
import type { KubernetesTransport } from '../../src/runtime/kubernetes/kubernetes.ts';
import { chartDirectory, helm, manifestsOf, repository, type Values } from '../support/chart.ts';
import { connectTo } from '../support/config-maps.ts';
import { applyManifest, manifestPath } from '../support/manifest-path.ts';

const namespace = 'mooring-system';
const crdPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/elasticips.mooring.dev';
const deploymentPath = `/apis/apps/v1/namespaces/${namespace}/deployments/mooring`;
const webPath = '/apis/mooring.dev/v1alpha1/namespaces/default/elasticips/web';

let controlPlane: ControlPlane;
let transport: KubernetesTransport;
let client: KubernetesClient;
/** A cluster in which nothing of Mooring's is. */
beforeAll(async () => {
  controlPlane = await startControlPlane();
  transport = connectTo(controlPlane.adminKubeconfig.path);
  client = createClient(transport);
}, 120_000);
afterAll(async () => {
  await transport?.close();
  await controlPlane?.stop();
}, 60_000);

const inCluster = (...args: readonly string[]): Promise<string> =>
  helm([...args, `--namespace=${namespace}`], controlPlane.adminKubeconfig.path);
const withValues = (values: Values): string => `--set-json=${JSON.stringify(values)}`;
const statusOf = async (path: string): Promise<number> =>
  (await transport.request({ method: 'GET', path })).status;

const deploymentSchema = z.object({
  spec: z.object({
    replicas: z.number(),
    template: z.object({
      spec: z.object({ containers: z.tuple([z.object({ args: z.array(z.string()) })]) }),
    }),
  }),
});
const deployed = async () => deploymentSchema.parse(await client.get(deploymentPath)).spec;

const crdSchema = z.object({
  metadata: z.object({ uid: z.string(), annotations: z.record(z.string(), z.string()) }),
  spec: z.object({
    versions: z.tuple([z.object({ additionalPrinterColumns: z.array(z.unknown()).optional() })]),
  }),
});
const crd = async () => crdSchema.parse(await client.get(crdPath));

/** The chart of an earlier version, in which ElasticIPs had no columns yet. */
async function earlierChart(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'chart-'));
  await cp(chartDirectory, directory, { recursive: true });
  const file = join(directory, 'files', 'crds', 'elasticips.yaml');
  const definition = parseDocument(await readFile(file, 'utf8'));
  definition.deleteIn(['spec', 'versions', 0, 'additionalPrinterColumns']);
  await writeFile(file, definition.toString());
  return directory;
}

const web = { apiVersion: 'mooring.dev/v1alpha1', kind: 'ElasticIP', metadata: { name: 'web' }, spec: {} };

it('a release comes, is upgraded, and goes; CRDs and objects stay', { timeout: 120_000 }, async () => {
  await inCluster('install', 'mooring', await earlierChart(), '--create-namespace', '--set=clusterName=prod');
  expect((await deployed()).replicas).toBe(2);
  expect((await deployed()).template.spec.containers[0].args).toContain('--cluster-name=prod');
  const installed = await crd();
  expect(installed.metadata.annotations['helm.sh/resource-policy']).toBe('keep');
  await expect.poll(() => statusOf('/apis/mooring.dev/v1alpha1/elasticips')).toBe(200);
  await client.apply(webPath, web, { fieldManager: 'kubectl' });

  expect(installed.spec.versions[0].additionalPrinterColumns).toBeUndefined();

  // What is new comes with the upgrade, the CRD's columns too.
  await inCluster(
    'upgrade',
    'mooring',
    chartDirectory,
    withValues({ clusterName: 'prod', replicas: 3, readOnly: true }),
  );
  expect((await deployed()).replicas).toBe(3);
  expect((await deployed()).template.spec.containers[0].args).toContain('--read-only');
  const upgraded = await crd();
  expect(upgraded.metadata.uid).toBe(installed.metadata.uid);
  expect(upgraded.spec.versions[0].additionalPrinterColumns?.length).toBeGreaterThan(0);
  await expect(inCluster('upgrade', 'mooring', chartDirectory, '--reset-values')).rejects.toThrow(
    "missing property 'clusterName'",
  );

  expect(await inCluster('uninstall', 'mooring')).toContain(
    '[CustomResourceDefinition] elasticips.mooring.dev',
  );
  expect(await statusOf(deploymentPath)).toBe(404);
  expect(await statusOf('/apis/rbac.authorization.k8s.io/v1/clusterroles/mooring')).toBe(404);
  expect(await statusOf(webPath)).toBe(200);

  await inCluster('install', 'mooring', chartDirectory, '--set=clusterName=prod');
  expect((await crd()).metadata.uid).toBe(installed.metadata.uid);
  expect(await statusOf(webPath)).toBe(200);
  await inCluster('uninstall', 'mooring');
});

it('CRDs that kubectl applied are left alone, or taken over', async () => {
  // Each goes once what it has stored is gone.
  const paths = await crdPaths();
  for (const path of paths) await client.remove(path);
  for (const path of paths) await expect.poll(() => statusOf(path)).toBe(404);
  await applyCrds(controlPlane);
  const install = ['install', 'mooring', chartDirectory, '--set=clusterName=prod'];
  await expect(inCluster(...install)).rejects.toThrow('cannot be imported into the current release');
  await inCluster(...install, '--set=crds.install=false');
  await inCluster('uninstall', 'mooring');
  await inCluster(...install, '--take-ownership', '--force-conflicts');
  expect((await crd()).metadata.annotations['meta.helm.sh/release-name']).toBe('mooring');
  await inCluster('uninstall', 'mooring');
});

async function crdPaths(): Promise<string[]> {
  const list = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const named = z.object({ metadata: z.object({ name: z.string() }) });
  const { items } = await client.list<unknown>(list);
  return items.map((item) => `${list}/${named.parse(item).metadata.name}`);
}

it('install.yaml is applied as it is, and its operator does not start before it was edited', async () => {
  const manifests = manifestsOf(readFileSync(join(repository, installManifestPath), 'utf8'));
  for (const manifest of manifests) await applyManifest(client, manifest);
  for (const manifest of manifests) expect(await statusOf(manifestPath(manifest))).toBe(200);
  const { args } = (await deployed()).template.spec.containers[0];
  expect(args).toContain(`--cluster-name=${clusterNamePlaceholder}`);
  await expect(run(process.execPath, [join(repository, 'src', 'main.ts'), ...args])).rejects.toMatchObject({
    message: expect.stringContaining(
      `mooring: --cluster-name "${clusterNamePlaceholder}": must be 1 to 63 letters, digits, dots and dashes, unique per AWS account, such as prod-eu`,
    ),
    cause: expect.objectContaining({ code: 2 }),
  });
  const edited = args.map((argument) => argument.replace(clusterNamePlaceholder, 'prod-eu'));
  expect(readOptions(runOptions, edited.slice(1), {})['cluster-name']).toBe('prod-eu');
  expect(JSON.stringify(manifests)).not.toMatch(/[Hh]elm/);
});
