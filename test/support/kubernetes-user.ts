import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { createClient, type KubernetesClient, resourcePath } from '../../src/runtime/kubernetes/client.ts';
import { isNotFound } from '../../src/runtime/kubernetes/kubernetes.ts';
import type { Cluster } from './cluster.ts';
import { connectTo } from './config-maps.ts';
import { type ElasticIP, type ElasticIPManifest, isCurrent } from './elastic-ip.ts';
import { patience } from './patience.ts';

export interface EventSeen {
  readonly type: string;
  readonly reason: string;
  readonly note: string;
}

interface EventObject extends EventSeen {
  readonly regarding?: { readonly name?: string; readonly uid?: string };
}

/** A person with kubectl, in one namespace. */
export interface KubernetesUser {
  readonly client: KubernetesClient;
  /** `kubectl apply --server-side` of an ElasticIP. */
  apply(name: string, spec?: ElasticIPManifest, annotations?: Record<string, string>): Promise<ElasticIP>;
  get(name: string): Promise<ElasticIP>;
  list(): Promise<readonly ElasticIP[]>;
  /** RFC 7386. */
  patch(name: string, patch: object): Promise<ElasticIP>;
  /** Null takes the annotation off. */
  annotate(name: string, annotations: Record<string, string | null>): Promise<ElasticIP>;
  patchStatus(name: string, status: object): Promise<ElasticIP>;
  /** `kubectl delete --wait=false`. */
  delete(name: string): Promise<void>;
  /** `kubectl delete`. */
  deleteAndWait(name: string, timeoutMs?: number): Promise<void>;
  /** Polls until it is so; the failure tells what it was instead. */
  waitFor(name: string, what: (object: ElasticIP) => boolean, timeoutMs?: number): Promise<ElasticIP>;
  waitReady(name: string, timeoutMs?: number): Promise<ElasticIP>;
  /** Oldest first. */
  events(name: string): Promise<readonly EventSeen[]>;
  waitEvent(name: string, reason: string, timeoutMs?: number): Promise<EventSeen>;
  /** As `kubectl get` prints it: the columns that are shown without `-o wide`, or with. */
  table(wide?: boolean): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

const group = { group: 'mooring.dev', version: 'v1alpha1', plural: 'elasticips' };
const every = 50;

/** `context` is added to the message of a wait that failed. */
export async function kubernetesUser(
  cluster: Cluster,
  namespace: string,
  context: () => Promise<string>,
): Promise<KubernetesUser> {
  const transport = connectTo(cluster.kubeconfig);
  const client = createClient(transport);
  const path = (name?: string) => resourcePath({ ...group, namespace, name });
  const get = (name: string) => client.get<ElasticIP>(path(name));

  const until = async <T>(
    ask: () => Promise<T | undefined>,
    timeoutMs: number,
    failure: () => Promise<string>,
  ) => {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const found = await ask();
      if (found !== undefined) return found;
      if (performance.now() > deadline)
        throw new Error(`after ${timeoutMs / 1_000} s ${await failure()}\n${await context()}`);
      await sleep(every);
    }
  };
  const events = async (name: string) => {
    const all = await client.list<EventObject>(
      resourcePath({ group: 'events.k8s.io', version: 'v1', plural: 'events', namespace }),
    );
    return all.items
      .filter(({ regarding }) => regarding?.name === name)
      .map(({ type, reason, note }) => ({ type, reason, note }));
  };
  const waitFor: KubernetesUser['waitFor'] = (name, what, timeoutMs = patience) => {
    let last: ElasticIP | undefined;
    return until(
      async () => {
        last = await get(name);
        return what(last) ? last : undefined;
      },
      timeoutMs,
      async () => `${name} is not ${what}; it is ${JSON.stringify(told(last), null, 1)}`,
    );
  };
  const remove = (name: string) => client.remove(path(name));

  return {
    client,
    get,
    events,
    waitFor,
    waitReady: (name, timeoutMs) => waitFor(name, isCurrent, timeoutMs),
    apply: (name, spec = {}, annotations) =>
      client.apply<ElasticIP>(
        path(name),
        {
          apiVersion: 'mooring.dev/v1alpha1',
          kind: 'ElasticIP',
          metadata: { name, ...(annotations && { annotations }) },
          spec,
        },
        { fieldManager: 'kubectl', force: true },
      ),
    list: async () => (await client.list<ElasticIP>(path())).items,
    patch: (name, patch) => client.mergePatch<ElasticIP>(path(name), patch),
    annotate: (name, annotations) => client.mergePatch<ElasticIP>(path(name), { metadata: { annotations } }),
    patchStatus: (name, status) => client.statusPatch<ElasticIP>(path(name), { status }),
    delete: async (name) => void (await remove(name)),
    async deleteAndWait(name, timeoutMs = patience) {
      await remove(name);
      await until(
        () =>
          get(name).then(
            () => undefined,
            (error: unknown) => {
              if (isNotFound(error)) return true;
              throw error;
            },
          ),
        timeoutMs,
        async () => `${name} still exists: ${JSON.stringify(await get(name), null, 1)}`,
      );
    },
    waitEvent: (name, reason, timeoutMs = patience) =>
      until(
        async () => (await events(name)).find((event) => event.reason === reason),
        timeoutMs,
        async () => `${name} has no event ${reason}: ${JSON.stringify(await events(name))}`,
      ),
    table: (wide = false) => printed(cluster, path(), wide),
    close: () => transport.close(),
  };
}

/** Without what a reader of a failure does not look for. */
function told(object: ElasticIP | undefined): unknown {
  if (!object) return undefined;
  const { metadata, spec, status } = object;
  return { metadata: { ...metadata, managedFields: undefined }, spec, status };
}

const tableSchema = z.object({
  columnDefinitions: z.array(z.object({ name: z.string(), priority: z.number() })),
  rows: z.array(z.object({ cells: z.array(z.unknown()) })),
});

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables */
async function printed(
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
