import type { KubernetesObject } from '../../core/resource.ts';
import { isRecord } from '../kubernetes/json.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** An object as the API server sends it, known only by its name, uid and resourceVersion. */
export function isKubernetesObject(value: unknown): value is KubernetesObject {
  if (!isRecord(value) || !isRecord(value.metadata)) return false;
  const { name, resourceVersion } = value.metadata;
  return typeof name === 'string' && typeof resourceVersion === 'string';
}

/**
 * The object without what nobody reads and what is most of its size: managedFields and kubectl's copy of
 * the manifest.
 */
export function trimmed<T extends KubernetesObject>(object: T): T {
  const { managedFields: _, ...metadata }: KubernetesObject['metadata'] & { managedFields?: unknown } =
    object.metadata;
  const { [LAST_APPLIED]: __, ...annotations } = metadata.annotations ?? {};
  return { ...object, metadata: metadata.annotations ? { ...metadata, annotations } : metadata };
}

/** Frozen through and through: the cache is shared by all who read it. */
export function deepFrozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFrozen(part);
  return Object.freeze(value);
}
