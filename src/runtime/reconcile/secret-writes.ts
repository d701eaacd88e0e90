import { z } from 'zod';
import { AwsError, ObjectRefused } from '../../core/errors.ts';
import { type Sealed, sealedMark } from '../../core/sealed.ts';
import type { LookAtSecret, SecretName, SecretSeen } from '../../core/secret-step.ts';
import { type KubernetesClient, resourcePath } from '../kubernetes/client.ts';
import { isNotFound, KubernetesError } from '../kubernetes/kubernetes.ts';
import { fieldManager, secretSeen } from './secret-seen.ts';

/**
 * Writes Secrets and looks at them (core/secret-step.ts), with the verbs create, patch and delete alone.
 * Guarantees: only in the namespace of the object whose plan it is; what is made is of type Opaque; what is there is
 * written over or deleted only while it is the one that was looked at; leadership is asked immediately before; no
 * reply with data in it is asked for; no error carries the secret. Throws ObjectRefused where the API server refused
 * for good, else KubernetesError.
 */
export type WriteSecret = (request: {
  readonly call: string;
  readonly input: object;
  /** Of the object whose plan it is. */
  readonly namespace: string;
  /** What `[sealed]` in the data stands for. */
  readonly sealed?: Sealed;
  readonly mayWrite: () => void;
}) => Promise<SecretSeen | undefined>;

const strings = z.record(z.string(), z.string());
const named = { namespace: z.string(), name: z.string() };
const write = z.object({
  ...named,
  over: z.object({ resourceVersion: z.string() }).optional(),
  labels: strings.optional(),
  annotations: z.record(z.string(), z.string().nullable()).optional(),
  ownerReferences: z.array(z.record(z.string(), z.string())),
  data: strings.optional(),
});
const remove = z.object({ ...named, uid: z.string() });

export function createSecretWrites(client: KubernetesClient): WriteSecret {
  return async ({ call, input, namespace, sealed, mayWrite }) => {
    try {
      if (call === 'k8s:WriteSecret') {
        const { data, ...rest } = write.parse(input);
        return await put(client, { ...rest, data: data && unsealed(data, sealed) }, namespace, mayWrite);
      }
      if (call === 'k8s:DeleteSecret') return await drop(client, remove.parse(input), namespace, mayWrite);
    } catch (error) {
      throw refusal(error, call, namespace, sealed);
    }
    throw new Error(`${call} is no write to a Secret`);
  };
}

export function createSecretLook(client: KubernetesClient): LookAtSecret {
  return async ({ namespace, name }) => {
    const dry = { ...options, dryRun: true };
    try {
      return secretSeen(await client.mergePatch(pathOf(namespace, name), {}, dry));
    } catch (error) {
      if (!isNotFound(error)) throw refusal(error, 'k8s:PatchSecret', namespace);
    }
    try {
      await client.create(pathOf(namespace), bodyOf({ namespace, name, ownerReferences: [] }), dry);
    } catch (error) {
      throw refusal(error, 'k8s:CreateSecret', namespace);
    }
    return undefined;
  };
}

type Write = Omit<z.infer<typeof write>, 'data'> & { readonly data?: Record<string, string> | undefined };

const options = { fieldManager, metadataOnly: true };

async function put(
  client: KubernetesClient,
  { over, ...secret }: Write,
  own: string,
  mayWrite: () => void,
): Promise<SecretSeen> {
  const { namespace, name } = within(own, secret);
  const body = bodyOf(secret);
  mayWrite();
  if (!over) return secretSeen(await client.create(pathOf(namespace), body, options));
  const { metadata, stringData } = body;
  const patch = { metadata: { ...metadata, ...over }, ...(stringData ? { stringData } : {}) };
  return secretSeen(await client.mergePatch(pathOf(namespace, name), patch, options));
}

async function drop(
  client: KubernetesClient,
  { uid, ...secret }: z.infer<typeof remove>,
  own: string,
  mayWrite: () => void,
): Promise<undefined> {
  const { namespace, name } = within(own, secret);
  mayWrite();
  try {
    await client.remove(pathOf(namespace, name), { preconditions: { uid }, metadataOnly: true });
  } catch (error) {
    // Gone, or another one of its name: either way the one that was meant is no more.
    if (error instanceof KubernetesError && (error.status === 404 || error.status === 409)) return undefined;
    throw error;
  }
  return undefined;
}

function within(own: string, secret: SecretName): SecretName {
  if (secret.namespace !== own) throw new Error(`a plan of ${own} writes to ${secret.namespace}`);
  return secret;
}

const pathOf = (namespace: string, name?: string) =>
  resourcePath({ group: '', version: 'v1', plural: 'secrets', namespace, name });

/** What kubelet and controllers attach no meaning to. */
const opaque = 'Opaque';

const bodyOf = ({ namespace, name, labels, annotations, ownerReferences, data }: Omit<Write, 'over'>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  type: opaque,
  metadata: { namespace, name, labels, annotations, ownerReferences },
  ...(data ? { stringData: data } : {}),
});

function unsealed(data: Readonly<Record<string, string>>, sealed: Sealed | undefined) {
  if (!sealed) throw new Error('there is no secret to deliver');
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, value.replaceAll(sealedMark, () => sealed.open())]),
  );
}

/** A Secret of ours is never invalid by itself: what refuses it is a rule of the cluster's, which may change. */
const refusals = new Set([400, 403, 422]);

/** Without a cause, which holds what was sent; and without the secret, should the API server have quoted it. */
function refusal(error: unknown, call: string, namespace: string, sealed?: Sealed): unknown {
  if (!(error instanceof KubernetesError)) return error;
  const { status, reason } = error;
  const words = sealed ? error.message.replaceAll(sealed.open(), sealedMark) : error.message;
  const refused = { code: reason, call, definite: true };
  if (reason === 'AlreadyExists') return new ObjectRefused({ ...refused, class: 'Conflict', message: words });
  if (!refusals.has(status)) return new KubernetesError({ status, reason, message: words });
  const needed = `the operator needs create, patch and delete on Secrets in namespace ${namespace}`;
  const message = isForbidden(error) ? `${needed}: ${words}` : words;
  return new ObjectRefused({ ...refused, class: 'Denied', message });
}

/** By RBAC, and not by a webhook or a quota, whose refusals are a 403 too. */
const isForbidden = ({ status, message }: KubernetesError): boolean =>
  status === 403 && / cannot (create|patch|delete) resource /.test(message);

/** A failure of a call whose answer is a secret: an answer that could not be read may hang on its cause. */
export function closeMouthed(error: unknown): unknown {
  if (!(error instanceof AwsError)) return error;
  const { class: errorClass, code, call, definite } = error;
  const message = definite ? error.message : 'no reply from AWS, or none that could be read';
  return new AwsError({ class: errorClass, code, call, definite, message });
}
