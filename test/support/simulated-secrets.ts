import { z } from 'zod';
import type { KubernetesReply, KubernetesRequest } from '../../src/runtime/kubernetes/kubernetes.ts';
import { failure, reply } from './scripted-transport.ts';

const metadata = z.object({
  name: z.string().optional(),
  resourceVersion: z.string().optional(),
  annotations: z.record(z.string(), z.string().nullable()).optional(),
  ownerReferences: z.array(z.unknown()).optional(),
});
const body = z.object({
  metadata: metadata.default({}),
  stringData: z.record(z.string(), z.string()).default({}),
});

export interface SimulatedSecret {
  readonly uid: string;
  resourceVersion: string;
  annotations: Record<string, string>;
  ownerReferences: readonly unknown[];
  readonly data: Map<string, { readonly value: string; readonly manager: string }>;
}

/**
 * The Secrets of one namespace as an API server keeps them, as far as create, patch and delete show: versions, dry
 * runs, and who wrote which key. How a real one answers is tried in test/iam-access-key.
 */
export class SimulatedSecrets {
  readonly stored = new Map<string, SimulatedSecret>();
  #version = 0;

  /** As a person with `kubectl edit` does. */
  edit(name: string, key: string, value: string): void {
    const secret = this.stored.get(name);
    secret?.data.set(key, { value, manager: 'kubectl-edit' });
    if (secret) secret.resourceVersion = this.#next();
  }

  answer(request: KubernetesRequest): KubernetesReply {
    const name = request.path.split('/')[6];
    const dry = request.query?.dryRun === 'All';
    if (request.method === 'POST') return this.#create(body.parse(request.body), dry);
    const secret = this.stored.get(name ?? '');
    if (!secret) return reply(failure(404, 'NotFound'), 404);
    if (request.method === 'DELETE') {
      const { preconditions } = z
        .object({ preconditions: z.object({ uid: z.string() }) })
        .parse(request.body);
      if (preconditions.uid !== secret.uid) return reply(failure(409, 'Conflict'), 409);
      this.stored.delete(name ?? '');
      return reply({ kind: 'Status' });
    }
    const patch = body.parse(request.body);
    const version = patch.metadata.resourceVersion;
    if (version !== undefined && version !== secret.resourceVersion)
      return reply(failure(409, 'Conflict'), 409);
    if (!dry) this.#write(secret, patch);
    return reply(shown(secret));
  }

  #create(made: z.infer<typeof body>, dry: boolean): KubernetesReply {
    const name = made.metadata.name ?? '';
    if (this.stored.has(name)) return reply(failure(409, 'AlreadyExists'), 409);
    const secret: SimulatedSecret = {
      uid: `s-${this.#next()}`,
      resourceVersion: '0',
      annotations: {},
      ownerReferences: [],
      data: new Map(),
    };
    this.#write(secret, made);
    if (!dry) this.stored.set(name, secret);
    return reply(shown(secret), 201);
  }

  #write(
    secret: SimulatedSecret,
    { metadata: { annotations, ownerReferences }, stringData }: z.infer<typeof body>,
  ) {
    for (const [key, value] of Object.entries(annotations ?? {})) {
      if (value === null) delete secret.annotations[key];
      else secret.annotations[key] = value;
    }
    if (ownerReferences) secret.ownerReferences = ownerReferences;
    for (const [key, value] of Object.entries(stringData))
      secret.data.set(key, { value, manager: 'mooring' });
    secret.resourceVersion = this.#next();
  }

  #next(): string {
    this.#version += 1;
    return String(this.#version);
  }
}

const shown = ({ uid, resourceVersion, annotations, ownerReferences, data }: SimulatedSecret) => ({
  kind: 'PartialObjectMetadata',
  metadata: {
    uid,
    resourceVersion,
    annotations: { ...annotations },
    ownerReferences,
    managedFields: [
      {
        manager: 'mooring',
        fieldsV1: {
          'f:data': Object.fromEntries(
            [...data].flatMap(([key, { manager }]) => (manager === 'mooring' ? [[`f:${key}`, {}]] : [])),
          ),
        },
      },
    ],
  },
});
