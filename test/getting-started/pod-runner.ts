import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { ControlPlane } from '../../dev/control-plane/control-plane.ts';
import { type OperatorProcess, spawnOperator } from '../support/operator.ts';

/**
 * What Kubernetes' controllers and a kubelet do for one Deployment, for the control plane has no nodes: runs one
 * process with the pod's own arguments under its service account, as long as the Deployment is there, and says in
 * its status that it is ready once it is.
 */
export interface PodRunner extends AsyncDisposable {
  /** The operators' log lines so far. */
  readonly logs: readonly string[];
}

const deploymentSchema = z.object({
  metadata: z.object({ generation: z.number() }),
  spec: z.object({
    replicas: z.number(),
    template: z.object({
      spec: z.object({
        serviceAccountName: z.string(),
        containers: z.tuple([z.object({ args: z.array(z.string()) })]),
      }),
    }),
  }),
});
type Deployment = z.infer<typeof deploymentSchema>;

interface Place {
  readonly namespace: string;
  readonly name: string;
  readonly awsUrl: string;
}

export function runPodsOf(controlPlane: ControlPlane, place: Place): PodRunner {
  const stop = new AbortController();
  const pods: OperatorProcess[] = [];
  const ended = follow(controlPlane, place, pods, stop.signal).catch((error: unknown) => error);
  return {
    get logs() {
      return pods.flatMap(({ logs }) => logs);
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      const error = await ended;
      await Promise.all(pods.map((pod) => pod.stop()));
      if (error !== undefined) throw error;
    },
  };
}

async function follow(
  controlPlane: ControlPlane,
  place: Place,
  pods: OperatorProcess[],
  stopped: AbortSignal,
): Promise<void> {
  const path = `/apis/apps/v1/namespaces/${place.namespace}/deployments/${place.name}`;
  let running: OperatorProcess | undefined;
  for (; !stopped.aborted; await sleep(250)) {
    const { status, body } = await controlPlane.request({ method: 'GET', path });
    if (status === 200 && !running) {
      const deployment = deploymentSchema.parse(body);
      running = await startPod(controlPlane, deployment, place);
      pods.push(running);
      await tellReady(controlPlane, path, deployment);
    }
    if (status === 404 && running) {
      await running.stop();
      running = undefined;
    }
  }
}

async function startPod(
  controlPlane: ControlPlane,
  { spec }: Deployment,
  { namespace, awsUrl }: Place,
): Promise<OperatorProcess> {
  const { serviceAccountName: name, containers } = spec.template.spec;
  const kubeconfig = join(controlPlane.directory, `kubeconfig-${name}`);
  await writeFile(kubeconfig, await controlPlane.kubeconfigFor({ serviceAccount: { namespace, name } }));
  // The image's entry point is `mooring`, and a pod has all ports to itself.
  const [command, ...args] = containers[0].args;
  if (command !== 'run') throw new Error(`the pod runs "mooring ${command}"`);
  const own = args.map((arg) => arg.replace(/^(--\w+-address)=:\d+$/, '$1=127.0.0.1:0'));
  return await spawnOperator(own, {
    ...process.env,
    MOORING_KUBECONFIG: kubeconfig,
    MOORING_AWS_ENDPOINT_URL: awsUrl,
    POD_NAME: `${name}-0`,
    POD_NAMESPACE: namespace,
    AWS_ACCESS_KEY_ID: 'operator',
    AWS_SECRET_ACCESS_KEY: 'operator',
  });
}

async function tellReady(
  controlPlane: ControlPlane,
  path: string,
  { metadata, spec }: Deployment,
): Promise<void> {
  const { replicas } = spec;
  const { status, body } = await controlPlane.request({
    method: 'PATCH',
    path: `${path}/status`,
    contentType: 'application/merge-patch+json',
    body: {
      status: {
        observedGeneration: metadata.generation,
        replicas,
        updatedReplicas: replicas,
        readyReplicas: replicas,
        availableReplicas: replicas,
      },
    },
  });
  if (status !== 200) throw new Error(`the Deployment's status is refused: ${JSON.stringify(body)}`);
}
