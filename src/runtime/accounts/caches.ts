import { group, version } from '../../core/crd/definition.ts';
import type { Clock, Logger, Random } from '../../core/ports.ts';
import type { KubernetesObject, Resource } from '../../core/resource.ts';
import { createInformer, type Informer } from '../informer/informer.ts';
import type { KubernetesTransport } from '../kubernetes/kubernetes.ts';

/** A Secret, without what is no AWS credential. */
export interface Secret extends KubernetesObject {
  /** Base64. */
  readonly data?: Readonly<Record<string, string>>;
}

/**
 * What of Kubernetes decides over accounts. Guarantees: Secrets are read in the operator's own namespace and
 * nowhere else, only once an AWSAccount names one, and of them only the keys that are AWS credentials are kept.
 */
export interface AccountCaches {
  readonly accounts: Informer<Resource>;
  readonly namespaces: Informer<KubernetesObject>;
  /** Of the operator's namespace; whoever needs them starts it. */
  readonly secrets: Informer<Secret>;
}

export interface CacheOptions {
  readonly transport: KubernetesTransport;
  /** The operator's own. */
  readonly namespace: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly onRestart: (kind: string, reason: string) => void;
}

export const secretKeys = {
  accessKeyId: 'aws_access_key_id',
  secretAccessKey: 'aws_secret_access_key',
  sessionToken: 'aws_session_token',
} as const;

export function createAccountCaches({ namespace, onRestart, ...shared }: CacheOptions): AccountCaches {
  const core = { group: '', version: 'v1' };
  return {
    accounts: createInformer<Resource>({
      ...shared,
      resource: { group, version, plural: 'awsaccounts' },
      onRestart: (reason) => onRestart('AWSAccount', reason),
    }),
    namespaces: createInformer<KubernetesObject>({
      ...shared,
      resource: { ...core, plural: 'namespaces' },
      trim: ({ apiVersion, kind, metadata }) => ({ apiVersion, kind, metadata }),
      onRestart: (reason) => onRestart('Namespace', reason),
    }),
    secrets: createInformer<Secret>({
      ...shared,
      resource: { ...core, plural: 'secrets' },
      namespaces: [namespace],
      trim: onlyCredentials,
      onRestart: (reason) => onRestart('Secret', reason),
    }),
  };
}

function onlyCredentials({ apiVersion, kind, metadata, data = {} }: Secret): Secret {
  const kept = Object.values(secretKeys).flatMap((key) => {
    const value = data[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  return { apiVersion, kind, metadata, data: Object.fromEntries(kept) };
}
