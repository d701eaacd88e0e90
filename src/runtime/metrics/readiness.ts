import { type Resource, readyOf } from '../../core/resource.ts';
import type { Change } from '../informer/store.ts';
import type { ResourceInstruments, ResourceName } from './resources.ts';

/** Tells of every object of `kind` whether it is ready, for as long as it exists. */
export const tellReadiness =
  (resources: ResourceInstruments, kind: string) =>
  ({ type, object }: Change<Resource>): void => {
    const resource = resourceName(kind, object);
    if (type === 'deleted') resources.remove(resource);
    else resources.set(resource, readinessOf(object));
  };

export const resourceName = (kind: string, { metadata }: Resource): ResourceName => ({
  kind,
  namespace: metadata.namespace ?? '',
  name: metadata.name,
});

function readinessOf(object: Resource): { ready: boolean; reason: string } {
  const ready = readyOf(object);
  return { ready: ready?.status === 'True', reason: ready?.reason ?? 'Unknown' };
}
