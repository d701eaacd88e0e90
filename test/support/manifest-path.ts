import { type KubernetesClient, resourcePath } from '../../src/runtime/kubernetes/client.ts';
import type { Manifest } from './chart.ts';

/** Where the API server has the object; kinds with an irregular plural are not among ours. */
export function manifestPath({ apiVersion, kind, metadata }: Manifest): string {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const plural = `${kind.toLowerCase().replace(/(?<=[^aeiou])y$/, 'ie')}s`;
  return resourcePath({ group, version, plural, namespace: metadata.namespace, name: metadata.name });
}

/** `kubectl apply --server-side`; gives what the API server has now, or would have. */
export const applyManifest = (
  client: KubernetesClient,
  manifest: Manifest,
  options: { readonly fieldManager?: string; readonly dryRun?: boolean } = {},
): Promise<Manifest> =>
  client.apply(manifestPath(manifest), manifest, { fieldManager: 'kubectl', force: true, ...options });
