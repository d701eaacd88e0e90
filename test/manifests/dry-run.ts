import { z } from 'zod';
import type { Manifest } from '../../dev/docs/manifests.ts';
import { resourcePath } from '../../src/runtime/kubernetes/client.ts';
import type { KubernetesTransport } from '../../src/runtime/kubernetes/kubernetes.ts';

/** What the API server says to a manifest without storing it. */
export interface DryRun {
  /** What is wrong with the manifest, in its words; undefined if nothing. `unknown`: it has no such kind. */
  refusal(manifest: Manifest): Promise<string | undefined>;
}

export const unknown = 'the API server has no such kind';

const resourcesSchema = z.object({
  resources: z.array(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});
const statusSchema = z.object({ message: z.string() });

/** `kubectl apply --server-side --dry-run=server --validate=strict`, into `default` whatever the namespace. */
export function dryRunOn(transport: KubernetesTransport): DryRun {
  const resourcesOf = async (group: string, version: string) => {
    const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    const { status, body } = await transport.request({ method: 'GET', path });
    return status === 404 ? [] : resourcesSchema.parse(body).resources;
  };
  return {
    async refusal({ apiVersion, kind, ...rest }) {
      const [version = '', group = ''] = apiVersion.split('/').toReversed();
      const resources = await resourcesOf(group, version);
      const resource = resources.find((one) => one.kind === kind && !one.name.includes('/'));
      if (!resource) return unknown;
      const namespace = resource.namespaced ? 'default' : undefined;
      const metadata = { ...rest.metadata, namespace };
      const { status, body } = await transport.request({
        method: 'PATCH',
        path: resourcePath({ group, version, plural: resource.name, namespace, name: rest.metadata.name }),
        query: { dryRun: 'All', fieldValidation: 'Strict', fieldManager: 'docs', force: true },
        contentType: 'application/apply-patch+yaml',
        body: { apiVersion, kind, ...rest, metadata },
      });
      return status < 300 ? undefined : statusSchema.parse(body).message;
    },
  };
}
