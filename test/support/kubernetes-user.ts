import { Agent, request } from 'undici';
import { z } from 'zod';
import { createClient, type KubernetesClient, resourcePath } from '../../src/runtime/kubernetes/client.ts';
import type { Cluster } from './cluster.ts';
import { connectTo } from './config-maps.ts';
import type { ElasticIP } from './elastic-ip.ts';
import { type Objects, objectsOf, until } from './objects.ts';

export interface EventSeen {
  readonly type: string;
  readonly reason: string;
  readonly note: string;
}

interface EventObject extends EventSeen {
  readonly regarding?: { readonly name?: string; readonly uid?: string };
}

/** A person with kubectl, in one namespace, who applies ElasticIPs. */
export interface KubernetesUser extends Objects<ElasticIP> {
  readonly client: KubernetesClient;
  patchStatus(name: string, status: object): Promise<ElasticIP>;
  /** Oldest first. */
  events(name: string): Promise<readonly EventSeen[]>;
  waitEvent(name: string, reason: string, timeoutMs?: number): Promise<EventSeen>;
  /** As `kubectl get` prints it: the columns that are shown without `-o wide`, or with. */
  table(wide?: boolean): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

const group = { group: 'mooring.dev', version: 'v1alpha1', plural: 'elasticips' };
/** `context` is added to the message of a wait that failed. */
export async function kubernetesUser(
  cluster: Cluster,
  namespace: string,
  context: () => Promise<string>,
): Promise<KubernetesUser> {
  const transport = connectTo(cluster.kubeconfig);
  const client = createClient(transport);
  const path = (name?: string) => resourcePath({ ...group, namespace, name });
  const events = async (name: string) => {
    const all = await client.list<EventObject>(
      resourcePath({ group: 'events.k8s.io', version: 'v1', plural: 'events', namespace }),
    );
    return all.items
      .filter(({ regarding }) => regarding?.name === name)
      .map(({ type, reason, note }) => ({ type, reason, note }));
  };

  return {
    ...objectsOf({ client, namespace, kind: 'ElasticIP', plural: group.plural, context }),
    client,
    events,
    patchStatus: (name, status) => client.statusPatch<ElasticIP>(path(name), { status }),
    waitEvent: (name, reason, timeoutMs) =>
      until({
        ask: async () => (await events(name)).find((event) => event.reason === reason),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        failure: async () =>
          `${name} has no event ${reason}: ${JSON.stringify(await events(name))}\n${await context()}`,
      }),
    table: (wide = false) => printed(cluster, path(), wide),
    close: () => transport.close(),
  };
}

const tableSchema = z.object({
  columnDefinitions: z.array(z.object({ name: z.string(), priority: z.number() })),
  rows: z.array(z.object({ cells: z.array(z.unknown()) })),
});

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables */
export async function printed(
  { server, ca, token }: Cluster,
  path: string,
  wide: boolean,
): Promise<Record<string, unknown>[]> {
  const dispatcher = new Agent({ connect: { ca } });
  try {
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const headers = { accept, authorization: `Bearer ${token}` };
    const { body } = await request(new URL(path, server), { dispatcher, headers });
    const { columnDefinitions, rows } = tableSchema.parse(await body.json());
    return rows.map(({ cells }) =>
      Object.fromEntries(
        columnDefinitions.flatMap(({ name, priority }, at) =>
          wide || priority === 0 ? [[name, cells[at]]] : [],
        ),
      ),
    );
  } finally {
    await dispatcher.close();
  }
}
