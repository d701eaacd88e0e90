import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Manifest } from '../../dev/docs/manifests.ts';
import { startMoto } from '../../dev/emulator/moto.ts';
import { startProxy } from '../../dev/proxy/proxy.ts';
import { definitions } from '../../src/kinds/definitions.ts';
import { createClient, resourcePath } from '../../src/runtime/kubernetes/client.ts';
import type { Cluster } from '../support/cluster.ts';
import { connectTo } from '../support/config-maps.ts';
import { startOperator } from '../support/operator.ts';

/**
 * An AWS of one's own, for the names of roles and aliases in documents are an account's, with an operator of every
 * kind in some namespaces of their own.
 */
export interface World extends AsyncDisposable {
  readonly awsUrl: string;
  /** `kubectl apply --server-side`, into that namespace. */
  apply(namespace: string, manifest: Manifest): Promise<void>;
  /**
   * Whether applying it once more leaves the object as it is, down to its resourceVersion: else Argo CD and Flux
   * would show a difference forever. Compared with what it was right before, several times, for the operator may
   * write status in between.
   */
  staysWhenApplied(namespace: string, manifest: Manifest): Promise<boolean>;
  patch(namespace: string, manifest: Manifest, patch: object): Promise<void>;
  /** Polls until it is ready in its present generation; the failure tells what it was instead. */
  ready(namespace: string, manifest: Manifest): Promise<Seen>;
}

const conditionSchema = z.looseObject({
  type: z.string(),
  status: z.string(),
  observedGeneration: z.number().optional(),
});
const seenSchema = z.looseObject({
  metadata: z.looseObject({ generation: z.number(), resourceVersion: z.string() }),
  status: z
    .looseObject({
      conditions: z.array(conditionSchema).default([]),
      drift: z.array(z.unknown()).default([]),
    })
    .optional(),
});
export type Seen = z.infer<typeof seenSchema>;

const patience = 45_000;
const applications = 5;

export async function createWorld(
  cluster: Cluster,
  namespaces: readonly string[],
  region: string,
): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const moto = stack.use(await startMoto());
  const proxy = await startProxy({ upstream: moto.url });
  stack.defer(() => proxy.stop());
  const transport = connectTo(cluster.kubeconfig);
  stack.defer(() => transport.close());
  const client = createClient(transport);
  const system = `recipes-${process.pid}-system`;
  for (const name of [system, ...namespaces])
    await client.create('/api/v1/namespaces', { metadata: { name } });
  const operator = await startOperator(
    [
      ...argvOf(cluster, { system, region, awsUrl: proxy.url }),
      ...namespaces.flatMap((name) => ['--namespace', name]),
    ],
    {},
    overrides,
  );
  stack.defer(() => operator.stop());

  const pathOf = (namespace: string, { kind, metadata: { name } }: Manifest) => {
    const plural = definitions.find((definition) => definition.kind === kind)?.plural ?? '';
    return resourcePath({ group: 'mooring.dev', version: 'v1alpha1', plural, namespace, name });
  };
  const apply = (namespace: string, manifest: Manifest): Promise<unknown> => {
    const body = { ...manifest, metadata: { ...manifest.metadata, namespace } };
    return client.apply(pathOf(namespace, manifest), body, { fieldManager: 'kubectl', force: true });
  };
  const running = stack.move();
  return {
    awsUrl: proxy.url,
    async apply(namespace, manifest) {
      await apply(namespace, manifest);
    },
    async staysWhenApplied(namespace, manifest) {
      for (let attempt = 0; attempt < applications; attempt++) {
        const before = seenSchema.parse(await client.get(pathOf(namespace, manifest)));
        const after = seenSchema.parse(await apply(namespace, manifest));
        if (after.metadata.generation !== before.metadata.generation) return false;
        if (after.metadata.resourceVersion === before.metadata.resourceVersion) return true;
      }
      return false;
    },
    async patch(namespace, manifest, patch) {
      await client.mergePatch(pathOf(namespace, manifest), patch);
    },
    async ready(namespace, manifest) {
      const deadline = performance.now() + patience;
      for (;;) {
        const seen = seenSchema.parse(await client.get(pathOf(namespace, manifest)));
        if (isReady(seen)) return seen;
        if (performance.now() > deadline)
          throw new Error(`${manifest.kind} ${manifest.metadata.name}: ${JSON.stringify(seen.status)}`);
        await sleep(100);
      }
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** What moto makes visible at once need not be waited for. */
const overrides = { visibleAfter: 1_000, limits: { multiplier: 100 } };

const argvOf = (
  { kubeconfig }: Cluster,
  { system, region, awsUrl }: { system: string; region: string; awsUrl: string },
): string[] =>
  Object.entries({
    kubeconfig,
    'cluster-name': system,
    'operator-namespace': system,
    region,
    'aws-endpoint-url': awsUrl,
    'metrics-address': '127.0.0.1:0',
    'health-address': '127.0.0.1:0',
  }).flatMap(([option, value]) => [`--${option}`, value]);

function isReady({ metadata, status }: Seen): boolean {
  const ready = status?.conditions.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' && ready.observedGeneration === metadata.generation;
}

process.env.AWS_ACCESS_KEY_ID = 'operator';
process.env.AWS_SECRET_ACCESS_KEY = 'operator';
