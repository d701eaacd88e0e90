/**
 * What a user installs: deploy/install.yaml, rendered from the chart. The suites take the operator's service account,
 * its RBAC and its arguments from there, so that they run under what is shipped.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { KubernetesClient } from '../../src/runtime/kubernetes/client.ts';
import { resourcePath } from '../../src/runtime/kubernetes/client.ts';

const manifestSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});
export type Manifest = z.infer<typeof manifestSchema>;

const deploymentSchema = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        serviceAccountName: z.string(),
        terminationGracePeriodSeconds: z.number(),
        containers: z.tuple([z.object({ args: z.array(z.string()) })]),
      }),
    }),
  }),
});

export interface Installation {
  readonly manifests: readonly Manifest[];
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly gracePeriodSeconds: number;
  readonly args: readonly string[];
}

const file = join(import.meta.dirname, '..', '..', 'deploy', 'install.yaml');

export async function readInstallation(): Promise<Installation> {
  const documents = parseAllDocuments(await readFile(file, 'utf8')).map(
    (document) => document.toJS() as unknown,
  );
  const manifests = documents.filter((document) => document !== null).map((one) => manifestSchema.parse(one));
  const deployment = manifests.find(({ kind }) => kind === 'Deployment');
  const { spec } = deploymentSchema.parse(deployment).spec.template;
  return {
    manifests,
    namespace: deployment?.metadata.namespace ?? '',
    serviceAccount: spec.serviceAccountName,
    gracePeriodSeconds: spec.terminationGracePeriodSeconds,
    args: spec.containers[0].args,
  };
}

/** In the order of their dependence: what has no path of its own here is not applied. */
const plurals: Readonly<Record<string, string>> = {
  Namespace: 'namespaces',
  ServiceAccount: 'serviceaccounts',
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
  Role: 'roles',
  RoleBinding: 'rolebindings',
};

/** The namespace, the service account and its RBAC; the CRDs are there. */
export async function applyAccess(client: KubernetesClient, { manifests }: Installation): Promise<void> {
  for (const [kind, plural] of Object.entries(plurals)) {
    for (const manifest of manifests.filter((one) => one.kind === kind)) {
      const [group = '', version = ''] = manifest.apiVersion.includes('/')
        ? manifest.apiVersion.split('/')
        : ['', manifest.apiVersion];
      const { name, namespace } = manifest.metadata;
      await client.apply(resourcePath({ group, version, plural, namespace, name }), manifest, {
        fieldManager: 'kubectl',
        force: true,
      });
    }
  }
}

/** `args` with the values of `replacements`; an option that is not among them is added. */
export function replaceOptions(
  args: readonly string[],
  replacements: Readonly<Record<string, string>>,
): string[] {
  const kept = args.filter((arg) => !Object.keys(replacements).includes(arg.split('=')[0] ?? ''));
  return [...kept, ...Object.entries(replacements).map(([name, value]) => `${name}=${value}`)];
}
