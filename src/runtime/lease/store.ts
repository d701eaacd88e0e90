import { type KubernetesClient, resourcePath } from '../kubernetes/client.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../kubernetes/kubernetes.ts';
import type { LeaseObject } from './record.ts';

/** One Lease in the API server. Both throw KubernetesError, after which a write may or may not have happened. */
export interface LeaseStore {
  /** Undefined where there is none. */
  read(signal: AbortSignal): Promise<LeaseObject | undefined>;
  /**
   * Creates `lease`, or replaces it if it carries a resourceVersion, and only in that version. Undefined when
   * somebody else was faster: nothing was written then.
   */
  write(lease: LeaseObject, signal: AbortSignal): Promise<LeaseObject | undefined>;
}

export function leaseStore(
  client: Pick<KubernetesClient, 'get' | 'create' | 'update'>,
  namespace: string,
  name: string,
): LeaseStore {
  const leases = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', namespace };
  const path = resourcePath({ ...leases, name });

  return {
    read: (signal) => client.get<LeaseObject>(path, signal).catch(undefinedIf(isNotFound)),
    write: (lease, signal) =>
      lease.metadata.resourceVersion === undefined
        ? // Not found means here that the namespace is, which waiting does not mend.
          client
            .create<LeaseObject>(resourcePath(leases), lease, { signal })
            .catch(undefinedIf(isAlreadyExists))
        : client
            .update<LeaseObject>(path, lease, { signal })
            .catch(undefinedIf((error) => isConflict(error) || isNotFound(error))),
  };
}

function undefinedIf(matches: (error: unknown) => boolean): (error: unknown) => undefined {
  return (error) => {
    if (!matches(error)) throw error;
    return undefined;
  };
}
