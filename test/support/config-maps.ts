import type { KubernetesObject } from '../../src/core/resource.ts';
import { type KubernetesClient, resourcePath } from '../../src/runtime/kubernetes/client.ts';
import type { KubernetesTransport } from '../../src/runtime/kubernetes/kubernetes.ts';
import { createTransport } from '../../src/runtime/kubernetes/transport.ts';
import { realClock } from './real-clock.ts';
import { recordingLogger } from './recording-logger.ts';

export interface ConfigMap extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

export const configMaps = { group: '', version: 'v1', plural: 'configmaps' };
export const configMapPath = (namespace: string, name?: string) =>
  resourcePath({ ...configMaps, namespace, name });

export const connectTo = (kubeconfig: string): KubernetesTransport =>
  createTransport({ kubeconfig, clock: realClock, logger: recordingLogger(), userAgent: 'mooring/test' });

/** A namespace with `count` ConfigMaps named `c0`, `c1`, …, all labelled `suite=<namespace>`. */
export async function fill(client: KubernetesClient, namespace: string, count: number): Promise<void> {
  await client.create('/api/v1/namespaces', { metadata: { name: namespace } });
  await Promise.all(
    Array.from({ length: count }, (_, n) =>
      client.create(configMapPath(namespace), {
        metadata: { name: `c${n}`, labels: { suite: namespace } },
        data: { n: String(n) },
      }),
    ),
  );
}
