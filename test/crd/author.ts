import { randomUUID } from 'node:crypto';
import { Agent, request as send } from 'undici';
import { inject } from 'vitest';
import { z } from 'zod';
import { definitions } from '../../src/kinds/definitions.ts';
import { resourcePath } from '../../src/runtime/kubernetes/client.ts';
import type { KubernetesReply, KubernetesRequest } from '../../src/runtime/kubernetes/kubernetes.ts';
import type { Cluster } from '../support/cluster.ts';
import { connectTo } from '../support/config-maps.ts';

/** A manifest as far as the API server routes by it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/**
 * Somebody who writes manifests, in a namespace where no operator looks; what the API server makes of each is
 * the answer. Unknown fields are refused, as `kubectl --validate=strict`, its default, asks for.
 */
export interface Author {
  request(request: KubernetesRequest): Promise<KubernetesReply>;
  path(plural: string, name?: string, subresource?: string): string;
  create(plural: string, manifest: Manifest, dryRun?: 'All'): Promise<KubernetesReply>;
  /** `kubectl apply --server-side` */
  apply(plural: string, manifest: Manifest, dryRun?: 'All'): Promise<KubernetesReply>;
  /** RFC 7386. */
  patch(plural: string, name: string, patch: object, dryRun?: 'All'): Promise<KubernetesReply>;
  /** As the operator writes it, by the status subresource; `beside` is what else the patch says. */
  patchStatus(plural: string, name: string, status: object, beside?: object): Promise<KubernetesReply>;
  /** `kubectl get`: https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables */
  table(path: string): Promise<unknown>;
  /** Takes away what was created here. */
  leave(): Promise<void>;
}

export async function manifestAuthor(cluster: Cluster = inject('cluster')): Promise<Author> {
  const { kubeconfig, server, ca, token } = cluster;
  const transport = connectTo(kubeconfig);
  const dispatcher = new Agent({ connect: { ca } });
  const namespace = `author-${randomUUID().slice(0, 8)}`;
  const path = (plural: string, name?: string, subresource?: string) =>
    resourcePath({
      group: 'mooring.dev',
      version: 'v1alpha1',
      plural,
      ...(isClusterScoped(plural) ? {} : { namespace }),
      name,
      subresource,
    });
  const strict = (dryRun?: 'All') => ({ fieldValidation: 'Strict', fieldManager: 'kubectl', dryRun });
  const here = (plural: string, manifest: Manifest) =>
    isClusterScoped(plural) ? manifest : { ...manifest, metadata: { ...manifest.metadata, namespace } };
  const made = new Set<string>();
  const kept = (at: string, reply: KubernetesReply, dryRun?: 'All') => {
    if (reply.status < 300 && !dryRun) made.add(at);
    return reply;
  };
  await transport.request({
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { metadata: { name: namespace } },
  });

  return {
    request: (request) => transport.request(request),
    path,
    async create(plural, manifest, dryRun) {
      const body = here(plural, manifest);
      const reply = await transport.request({
        method: 'POST',
        path: path(plural),
        query: strict(dryRun),
        body,
      });
      return kept(path(plural, manifest.metadata.name), reply, dryRun);
    },
    async apply(plural, manifest, dryRun) {
      const at = path(plural, manifest.metadata.name);
      const contentType = 'application/apply-patch+yaml';
      const query = strict(dryRun);
      const body = here(plural, manifest);
      return kept(
        at,
        await transport.request({ method: 'PATCH', path: at, query, contentType, body }),
        dryRun,
      );
    },
    patch: (plural, name, body, dryRun) =>
      transport.request({
        method: 'PATCH',
        path: path(plural, name),
        query: strict(dryRun),
        contentType: 'application/merge-patch+json',
        body,
      }),
    patchStatus: (plural, name, status, beside = {}) =>
      transport.request({
        method: 'PATCH',
        path: path(plural, name, 'status'),
        contentType: 'application/merge-patch+json',
        body: { ...beside, status },
      }),
    async table(at) {
      const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
      const headers = { accept, authorization: `Bearer ${token}` };
      return await (await send(new URL(at, server), { dispatcher, headers })).body.json();
    },
    async leave() {
      for (const at of made) await transport.request({ method: 'DELETE', path: at });
      await Promise.all([transport.close(), dispatcher.close()]);
    },
  };
}

const isClusterScoped = (plural: string): boolean =>
  definitions.some((definition) => definition.plural === plural && definition.scope === 'Cluster');

export const manifestOf = (kind: string, name: string, spec: object): Manifest => ({
  apiVersion: 'mooring.dev/v1alpha1',
  kind,
  metadata: { name },
  spec,
});

const refusalSchema = z.object({
  message: z.string(),
  details: z
    .object({ causes: z.array(z.object({ field: z.string(), message: z.string() })).optional() })
    .optional(),
});

/** What of a manifest was refused: `field: what is wrong with it`, as kubectl prints it. */
export function refusals({ status, body }: KubernetesReply): string[] {
  if (status < 400) return [];
  const { message, details } = refusalSchema.parse(body);
  const causes = details?.causes?.map((cause) => `${cause.field}: ${cause.message}`) ?? [message];
  return told(causes.filter((cause) => !rulesNotAsked.test(cause)));
}

/** What the API server adds where a type or a length is wrong: CEL was not asked yet. */
const rulesNotAsked = /^<nil>: Invalid value: "?null"?: some validation rules were not checked/;

/**
 * Refusals, as the API server under test tells them. The oldest one names a value's type instead of the value where a
 * rule was broken, and counts a text's length in other words: of it, neither is compared.
 */
export const told = (refusals: readonly string[]): string[] =>
  process.env.MOORING_KUBERNETES === 'oldest' ? refusals.map(inOtherWords) : [...refusals];

const inOtherWords = (refusal: string): string =>
  refusal
    .replace(/Invalid value: (?:"(?:[^"\\]|\\.)*"|[^ ]+): /, 'Invalid value: ')
    .replace(/Too long: may not be (?:more than (\d+) bytes|longer than (\d+))/, 'Too long: $1$2');
