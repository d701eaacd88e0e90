import { microTime } from '../micro-time.ts';

/** The Lease object of coordination.k8s.io/v1, and what each step of an election makes of it. */

/** As the API server has it: what we do not know of it is kept. */
export interface LeaseObject {
  readonly apiVersion: 'coordination.k8s.io/v1';
  readonly kind: 'Lease';
  readonly metadata: { readonly name: string; readonly namespace: string; readonly resourceVersion?: string };
  readonly spec?: LeaseSpec;
}

export interface LeaseSpec {
  /** Empty: nobody. */
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  /** How often the holder has changed. */
  readonly leaseTransitions?: number;
}

export const holderOf = (lease: LeaseObject): string => lease.spec?.holderIdentity ?? '';

/** `lease` held by `identity` from `now` on, or held on to; a new object where there was none. */
export function heldBy(
  identity: string,
  lease: LeaseObject,
  now: number,
  leaseDurationMs: number,
): LeaseObject {
  const before = lease.spec ?? {};
  const changed = before.holderIdentity !== identity;
  const transitions = before.leaseTransitions ?? 0;
  return {
    ...lease,
    spec: {
      ...before,
      holderIdentity: identity,
      // Rounded up: nobody may take over sooner than our own arithmetic assumes.
      leaseDurationSeconds: Math.ceil(leaseDurationMs / 1000),
      acquireTime: (changed ? undefined : before.acquireTime) ?? microTime(now),
      renewTime: microTime(now),
      leaseTransitions: changed && lease.spec !== undefined ? transitions + 1 : transitions,
    },
  };
}

/** `lease` held by nobody; the duration is client-go's, for candidates that look at it and not at the holder. */
export function givenUp(lease: LeaseObject, now: number): LeaseObject {
  const time = microTime(now);
  return {
    ...lease,
    spec: { ...lease.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: time, acquireTime: time },
  };
}

export const newLease = (namespace: string, name: string): LeaseObject => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name, namespace },
});
