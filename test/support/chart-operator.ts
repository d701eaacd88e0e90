import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { ControlPlane } from '../../dev/control-plane/control-plane.ts';
import { type Manifest, render, type Values } from './chart.ts';
import type { Rule } from './chart-grants.ts';
import { applyManifest } from './manifest-path.ts';
import { type InProcess, type Operator, startOperator } from './operator.ts';
import { patience } from './patience.ts';
import { selfSigned } from './self-signed.ts';
import type { TestBed } from './test-bed.ts';

/**
 * The operator as the chart installs it, but for the pod there is nobody to run: its service account, its rights and
 * its arguments are those of the rendered objects.
 */
export interface ChartOperator extends Operator {
  /** Its name to the API server. */
  readonly user: string;
  readonly manifests: readonly Manifest[];
  /** PEM, of the metrics port where the values ask for TLS. */
  readonly certificate: string;
}

export interface Place {
  readonly controlPlane: ControlPlane;
  readonly bed: Pick<TestBed, 'operatorNamespace' | 'kube'>;
  /** The release's name: unique in the control plane, for the roles of the whole cluster are named by it. */
  readonly release: string;
}

const rbac = ['ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'];

const deploymentSchema = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        serviceAccountName: z.string(),
        containers: z.tuple([z.object({ args: z.array(z.string()) })]),
      }),
    }),
  }),
});

export async function startChartOperator(
  { controlPlane, bed, release }: Place,
  values: Values,
  overrides: InProcess,
): Promise<ChartOperator> {
  const { kube, operatorNamespace: namespace } = bed;
  const manifests = await render(values, { release, namespace });
  for (const manifest of manifests.filter(({ kind }) => rbac.includes(kind)))
    await applyManifest(kube.client, manifest);
  const deployment = deploymentSchema.parse(manifests.find(({ kind }) => kind === 'Deployment'));
  const { serviceAccountName: name, containers } = deployment.spec.template.spec;
  const user = `system:serviceaccount:${namespace}:${name}`;
  await authorized(kube.client, user, namespace);

  const directory = await mkdtemp(join(tmpdir(), 'chart-operator-'));
  const { cert, key } = selfSigned();
  const kubeconfig = join(directory, 'kubeconfig');
  await writeFile(join(directory, 'tls.crt'), cert);
  await writeFile(join(directory, 'tls.key'), key);
  await writeFile(kubeconfig, await controlPlane.kubeconfigFor({ serviceAccount: { namespace, name } }));
  const here: Readonly<Record<string, string>> = {
    '--health-address': '127.0.0.1:0',
    '--metrics-address': '127.0.0.1:0',
    '--metrics-cert-directory': directory,
  };
  const argv = containers[0].args.slice(1).map((argument) => {
    const [option = ''] = argument.split('=', 1);
    return here[option] === undefined ? argument : `${option}=${here[option]}`;
  });
  const operator = await startOperator([...argv, `--kubeconfig=${kubeconfig}`], {}, overrides);
  return {
    ...operator,
    user,
    manifests,
    certificate: cert,
    async stop() {
      await operator.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** RBAC is decided from caches, which see a new binding a moment later. */
async function authorized(client: TestBed['kube']['client'], user: string, namespace: string): Promise<void> {
  const leases: Rule = { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] };
  const crds: Rule = {
    apiGroups: ['apiextensions.k8s.io'],
    resources: ['customresourcedefinitions'],
    resourceNames: ['elasticips.mooring.dev'],
    verbs: ['get'],
  };
  const all = [
    { rule: leases, namespace },
    { rule: crds, namespace: undefined },
  ];
  const deadline = performance.now() + patience;
  for (const { rule, namespace: where } of all) {
    while (!(await may(client, user, rule, where))) {
      if (performance.now() > deadline)
        throw new Error(`${user} was not given ${JSON.stringify(rule)} in ${patience / 1_000} s`);
    }
  }
}

const reviewSchema = z.object({ status: z.object({ allowed: z.boolean() }) });

/** What the API server would say to the rule's first verb. */
export async function may(
  client: TestBed['kube']['client'],
  user: string,
  { apiGroups: [group], resources: [resource = ''], resourceNames: [name] = [], verbs: [verb] }: Rule,
  namespace?: string,
): Promise<boolean> {
  const [plural, subresource] = resource.split('/');
  const review = await client.create('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
    spec: { user, resourceAttributes: { group, resource: plural, subresource, name, verb, namespace } },
  });
  return reviewSchema.parse(review).status.allowed;
}
