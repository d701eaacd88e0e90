import { finalizer } from '../../core/identity.ts';
import type { Resource } from '../../core/resource.ts';
import type { Objects } from './objects.ts';

/**
 * Guarantees:
 * - the finalizer is on before the first write to AWS, and off only after the removal has succeeded:
 *   whoever removes it says so by calling `remove`, there is no other way out;
 * - nobody else's finalizer is ever touched: the list is rewritten under the object's resourceVersion.
 */
export const isOn = (object: Resource): boolean => object.metadata.finalizers?.includes(finalizer) ?? false;

export async function ensure(objects: Objects, object: Resource): Promise<Resource> {
  if (isOn(object)) return object;
  const finalizers = [...(object.metadata.finalizers ?? []), finalizer];
  return await objects.patch(object, { metadata: { finalizers } });
}

export async function remove(objects: Objects, object: Resource): Promise<Resource> {
  if (!isOn(object)) return object;
  const finalizers = object.metadata.finalizers?.filter((name) => name !== finalizer);
  return await objects.patch(object, { metadata: { finalizers } });
}
