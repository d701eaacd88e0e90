import { z } from 'zod';
import type { Child } from '../../core/context.ts';
import { group, version } from '../../core/crd/definition.ts';
import { type ErrorClass, ObjectRefused } from '../../core/errors.ts';
import type { Resource } from '../../core/resource.ts';
import type { CachedKind } from '../informer/cached-kind.ts';
import { isKubernetesObject } from '../informer/trim.ts';
import { type KubernetesClient, resourcePath } from '../kubernetes/client.ts';
import { KubernetesError, trusted } from '../kubernetes/kubernetes.ts';
import { labelsFor } from '../kubernetes/label-selector.ts';
import { childOf, managedKind } from './children.ts';

/**
 * Executes the steps that write other objects of ours (core/object-step.ts).
 * Guarantees: only kinds that this operator manages, and only in the namespace of the object whose plan it
 * is; one that is made carries what an equality of `--selector` asks for, or this operator would not see it;
 * leadership is asked immediately before; a patch or a deletion concerns the object of the uid given
 * and none of its name made since; what the API server answered is in that kind's cache before the promise
 * resolves. Throws ObjectRefused where the API server refused for good, else KubernetesError.
 */
export type WriteObject = (request: {
  readonly call: string;
  readonly input: object;
  /** Of the object whose plan it is. */
  readonly namespace: string;
  readonly mayWrite: () => void;
}) => Promise<Child | undefined>;

const named = { kind: z.string(), namespace: z.string(), name: z.string() };
const create = z.object({
  ...named,
  body: z.object({
    metadata: z
      .object({
        labels: z.record(z.string(), z.string()).optional(),
        annotations: z.record(z.string(), z.string()).optional(),
      })
      .optional(),
    spec: z.unknown(),
  }),
});
const patch = z.object({ ...named, uid: z.string(), patch: z.record(z.string(), z.unknown()) });
const remove = z.object({ ...named, uid: z.string() });

export function createObjectWrites(
  client: KubernetesClient,
  managed: readonly CachedKind[],
  labelSelector = '',
): WriteObject {
  /** The place of a kind's objects, and their cache. */
  const at = (input: { kind: string; namespace: string }, own: string) => {
    if (input.namespace !== own) throw new Error(`a plan of ${own} writes to ${input.namespace}`);
    const { informer, kind } = managedKind(managed, input.kind);
    const { plural } = kind.definition;
    const learn = (object: Resource) => {
      informer.observeWrite(object);
      return childOf(object);
    };
    return { learn, location: { group, version, plural, namespace: own } };
  };

  const verbs: Readonly<Record<string, (request: Parameters<WriteObject>[0]) => ReturnType<WriteObject>>> = {
    async 'k8s:Create'({ input, namespace, mayWrite }) {
      const { name, body, ...where } = create.parse(input);
      const { learn, location } = at(where, namespace);
      const labels = { ...labelsFor(labelSelector), ...body.metadata?.labels };
      const metadata = { ...body.metadata, labels, name, namespace };
      const object = { apiVersion: `${group}/${version}`, kind: where.kind, metadata, spec: body.spec };
      mayWrite();
      return learn(await client.create<Resource>(resourcePath(location), object));
    },
    async 'k8s:Patch'({ input, namespace, mayWrite }) {
      const { name, uid, patch: change, ...where } = patch.parse(input);
      const { learn, location } = at(where, namespace);
      const { metadata = {} } = change;
      const body = { ...change, metadata: { ...Object(metadata), uid } };
      mayWrite();
      return learn(await client.mergePatch<Resource>(resourcePath({ ...location, name }), body));
    },
    async 'k8s:Delete'({ input, namespace, mayWrite }) {
      const { name, uid, ...where } = remove.parse(input);
      const { learn, location } = at(where, namespace);
      mayWrite();
      const reply = await client
        .remove(resourcePath({ ...location, name }), { preconditions: { uid } })
        .catch(ifGone);
      // With finalizers on it the object is there still; without, a Status is all there is to say.
      if (isKubernetesObject(reply) && reply.kind === where.kind) learn(trusted<Resource>(reply));
      return undefined;
    },
  };

  return async (request) => {
    const write = verbs[request.call];
    if (!write) throw new Error(`${request.call} is no write to an object`);
    try {
      return await write(request);
    } catch (error) {
      throw refusal(error, request.call) ?? error;
    }
  };
}

/** Gone, or another one of its name: either way the one that was meant is no more. */
function ifGone(error: unknown): undefined {
  if (error instanceof KubernetesError && (error.status === 404 || error.status === 409)) return undefined;
  throw error;
}

const classes: Readonly<Record<number, ErrorClass>> = {
  400: 'Invalid',
  403: 'Denied',
  404: 'NotFound',
  422: 'Invalid',
};

/** What the API server will answer again however often it is asked. */
function refusal(error: unknown, call: string): ObjectRefused | undefined {
  if (!(error instanceof KubernetesError)) return undefined;
  const { status, reason, message } = error;
  const kind = reason === 'AlreadyExists' ? 'Conflict' : classes[status];
  return (
    kind && new ObjectRefused({ class: kind, code: reason, call, message, definite: true, cause: error })
  );
}
