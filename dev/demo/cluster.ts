/** The Kubernetes side of the demo, as a user with kubectl has it. */
import { Agent, request } from 'undici';
import { z } from 'zod';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { eventually, Mismatch } from './check.ts';
import type { Manifest } from './examples.ts';
import { type DemoObject, type Notice, noticeSchema, objectSchema, resourcesSchema } from './objects.ts';
import { renderTable, tableMediaType } from './table.ts';

const group = '/apis/mooring.dev/v1alpha1';

export interface Cluster extends AsyncDisposable {
  createNamespace(name: string): Promise<void>;
  apply(manifest: Manifest): Promise<void>;
  remove(manifest: Manifest): Promise<void>;
  /** All of Mooring's, of every kind. */
  objects(): Promise<DemoObject[]>;
  /** What `kubectl get mooring -A` prints: a table for each kind that has objects. */
  tables(): Promise<string>;
  /** What `kubectl get` prints of one kind, by its plural, in the namespace `default`. */
  table(plural: string): Promise<string>;
  /** What the operator has told as Events. */
  notices(): Promise<Notice[]>;
}

export function connectCluster(controlPlane: ControlPlane): Cluster {
  const agent = new Agent({ connect: { ca: controlPlane.ca } });
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const contentType = method === 'PATCH' ? 'application/apply-patch+yaml' : 'application/json';
    const call = { method, path, contentType, ...(body === undefined ? {} : { body }) };
    const reply = await onceServed(() => controlPlane.request(call));
    if (reply.status < 300) return reply.body;
    throw new Error(`the API server answered ${reply.status} to ${method} ${path}: ${messageIn(reply.body)}`);
  };
  /** In the API server's own order, which is kubectl's. */
  const kinds = async () =>
    resourcesSchema
      .parse(await ask('GET', group))
      .resources.filter(({ categories = [] }) => categories.includes('mooring'));
  const tableAt = (path: string) =>
    onceServed(async () => {
      const reply = await request(`${controlPlane.server}${path}`, {
        dispatcher: agent,
        headers: { accept: tableMediaType, authorization: `Bearer ${controlPlane.adminToken}` },
      });
      return { status: reply.statusCode, body: await reply.body.json() };
    });
  return {
    async createNamespace(name) {
      await ask('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    },
    async apply(manifest) {
      await ask('PATCH', `${pathOf(manifest)}?fieldManager=kubectl`, manifest);
    },
    async remove(manifest) {
      await ask('DELETE', pathOf(manifest));
    },
    async objects() {
      const lists = (await kinds()).map(({ name }) => ask('GET', `${group}/${name}`));
      const schema = z.looseObject({ items: z.array(objectSchema) });
      return (await Promise.all(lists)).flatMap((list) => schema.parse(list).items);
    },
    async tables() {
      const read = (await kinds()).map(async ({ name, kind }) => {
        const { body } = await tableAt(`${group}/${name}`);
        return renderTable(body, resourceOf(kind));
      });
      return (await Promise.all(read)).filter((table) => table !== '').join('\n\n');
    },
    async table(plural) {
      return renderTable((await tableAt(`${group}/namespaces/default/${plural}`)).body);
    },
    async notices() {
      const list = await ask('GET', '/apis/events.k8s.io/v1/events');
      return z
        .looseObject({ items: z.array(noticeSchema) })
        .parse(list)
        .items.filter(({ reportingController }) => reportingController === 'mooring.dev/operator');
    },
    [Symbol.asyncDispose]: () => agent.close(),
  };
}

/** A CRD just applied is served, and a list of it refused for a moment: kubectl tries again too. */
const onceServed = <Reply extends { status: number }>(send: () => Promise<Reply>): Promise<Reply> =>
  eventually(10, async () => {
    const reply = await send();
    if (reply.status === 429) throw new Mismatch('the API server still answers 429');
    return reply;
  });

/** How kubectl names a kind: `elasticip.mooring.dev`. */
export const resourceOf = (kind: string): string => `${kind.toLowerCase()}.mooring.dev`;

const pathOf = ({ kind, metadata: { namespace, name } }: Manifest): string =>
  `${group}/namespaces/${namespace}/${kind.toLowerCase()}s/${name}`;

const messageIn = (body: unknown): string =>
  z.looseObject({ message: z.string() }).safeParse(body).data?.message ?? JSON.stringify(body);
