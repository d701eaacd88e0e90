import type { Condition } from './conditions.ts';
import type { CreationIntent } from './kind.ts';

/** The part of a Kubernetes object's metadata that we read. Objects from the informer are trimmed to it. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
}

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** One of our custom resources as the API server has it: spec and status not yet parsed. */
export interface Resource extends KubernetesObject {
  readonly spec?: unknown;
  readonly status?: CommonStatus;
}

/** The fields of status that every kind has and the controller writes. */
export interface CommonStatus {
  /** The generation the conditions speak of; -1 until a first look, so that a new object is not taken for current. */
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
  /** Pinned before the first write: credentials that resolve to another account never act on this object. */
  readonly accountId?: string;
  readonly region?: string;
  readonly creation?: CreationIntent;
  /** When status last changed because AWS was looked at, RFC 3339. */
  readonly lastSyncTime?: string;
  readonly lastHandledReconcileAt?: string;
  /** Observe mode and `--read-only`: the calls that would be made. */
  readonly drift?: readonly Drift[];
}

/** Its condition Ready, of whatever generation. */
export const readyOf = (object: Resource | undefined): Condition | undefined =>
  object?.status?.conditions?.find(({ type }) => type === 'Ready');

export interface Drift {
  readonly field?: string;
  readonly call: string;
  readonly why: string;
}

/** `namespace/name`, or the name alone of a cluster-scoped object: the queue's and the cache's key. */
export const keyOf = ({ namespace, name }: { namespace?: string; name: string }): string =>
  namespace ? `${namespace}/${name}` : name;

/** The inverse of {@link keyOf}; a cluster-scoped object's namespace is empty. */
export function nameIn(key: string): { readonly namespace: string; readonly name: string } {
  const [first = '', second] = key.split('/');
  return second === undefined ? { namespace: '', name: first } : { namespace: first, name: second };
}
