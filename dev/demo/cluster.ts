/** The Kubernetes side of the demo, as a user with kubectl has it. */
import { Agent, request } from 'undici';
import { z } from 'zod';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import type { Example } from './examples.ts';
import { renderTable, tableMediaType } from './table.ts';

const text = z.string().optional();
const elasticIPSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string(), namespace: z.string(), generation: z.number() }),
  status: z
    .looseObject({
      observedGeneration: z.number(),
      allocationId: text,
      publicIp: text,
      association: z.looseObject({ instanceId: text, associationId: text }).optional(),
      lastFailover: z.looseObject({ from: text, to: z.string(), reason: z.string() }).optional(),
      conditions: z
        .array(z.looseObject({ type: z.string(), status: z.string(), message: z.string() }))
        .optional(),
    })
    .optional(),
});
export type ElasticIP = z.infer<typeof elasticIPSchema>;

const eventSchema = z.looseObject({
  reason: z.string(),
  action: z.string().optional(),
  note: z.string().optional(),
  regarding: z.looseObject({ namespace: text, name: text }),
  reportingController: text,
});
export type Notice = z.infer<typeof eventSchema>;

const group = '/apis/mooring.dev/v1alpha1';

export interface Cluster extends AsyncDisposable {
  createNamespace(name: string): Promise<void>;
  apply(example: Example): Promise<void>;
  remove(example: Example): Promise<void>;
  elasticIPs(): Promise<ElasticIP[]>;
  /** What `kubectl get mooring -A` prints. */
  table(): Promise<string>;
  /** What the operator has told as Events. */
  notices(): Promise<Notice[]>;
}

export function connectCluster(controlPlane: ControlPlane): Cluster {
  const agent = new Agent({ connect: { ca: controlPlane.ca } });
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const contentType = method === 'PATCH' ? 'application/apply-patch+yaml' : 'application/json';
    const reply = await controlPlane.request({
      method,
      path,
      contentType,
      ...(body === undefined ? {} : { body }),
    });
    if (reply.status < 300) return reply.body;
    throw new Error(`the API server answered ${reply.status} to ${method} ${path}: ${messageIn(reply.body)}`);
  };
  return {
    async createNamespace(name) {
      await ask('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    },
    async apply({ manifest }) {
      await ask('PATCH', `${pathOf(manifest.metadata)}?fieldManager=kubectl`, manifest);
    },
    async remove({ manifest }) {
      await ask('DELETE', pathOf(manifest.metadata));
    },
    async elasticIPs() {
      return z.looseObject({ items: z.array(elasticIPSchema) }).parse(await ask('GET', `${group}/elasticips`))
        .items;
    },
    async table() {
      const { body } = await request(`${controlPlane.server}${group}/elasticips`, {
        dispatcher: agent,
        headers: { accept: tableMediaType, authorization: `Bearer ${controlPlane.adminToken}` },
      });
      return renderTable(await body.json());
    },
    async notices() {
      const list = await ask('GET', '/apis/events.k8s.io/v1/events');
      return z
        .looseObject({ items: z.array(eventSchema) })
        .parse(list)
        .items.filter(({ reportingController }) => reportingController === 'mooring.dev/operator');
    },
    [Symbol.asyncDispose]: () => agent.close(),
  };
}

const pathOf = ({ namespace, name }: { namespace: string; name: string }): string =>
  `${group}/namespaces/${namespace}/elasticips/${name}`;

const messageIn = (body: unknown): string =>
  z.looseObject({ message: z.string() }).safeParse(body).data?.message ?? JSON.stringify(body);
