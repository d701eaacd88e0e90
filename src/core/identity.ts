import { createHash } from 'node:crypto';

/**
 * Who an AWS resource belongs to: written on it as tags by the creating call itself, so that a cluster
 * rebuilt from Git, or an operator that crashed before it could write status, finds it again.
 * The format is frozen: a golden test holds it, for what is out there carries it already.
 */
export interface Identity {
  /** Unique per AWS account; given by `--cluster-name`. */
  readonly cluster: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** What part a resource plays for its object. Copies, replicas and snapshots are found through their primary. */
export type Role = 'primary' | 'copy' | 'replica' | 'snapshot';

export const tagKeys = {
  cluster: 'mooring.dev/cluster',
  id: 'mooring.dev/id',
  role: 'mooring.dev/role',
  uid: 'mooring.dev/uid',
  creation: 'mooring.dev/creation',
  released: 'mooring.dev/released',
} as const;

/**
 * On an image: the Regions where its copies are or are to be, between spaces, which every service takes. Written
 * before a copy is asked for and shortened after it was let go, so that none is lost with its object's status.
 */
export const copiesTagKey = 'mooring.dev/copies';

/** AWS's limit on a tag's value: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
export const maxTagValue = 256;

/**
 * The value of `mooring.dev/id`: `<Kind>/<namespace>/<name>`. Past AWS's 256 characters the name is cut
 * and a SHA-256 of the whole appended, so that two long names never share a value. Kubernetes' names have
 * no `@`, so a cut id is never another object's whole one; and IAM, the narrowest, takes it in a value.
 */
export function idTag(identity: Pick<Identity, 'kind' | 'namespace' | 'name'>): string {
  const full = `${identity.kind}/${identity.namespace}/${identity.name}`;
  if (full.length <= maxTagValue) return full;
  const digest = createHash('sha256').update(full).digest('hex').slice(0, 32);
  return `${full.slice(0, maxTagValue - digest.length - 1)}@${digest}`;
}

export interface Ownership {
  readonly identity: Identity;
  readonly uid: string;
  readonly role: Role;
  /** The creation intent's token; absent on what was not created by us. */
  readonly creation?: string | undefined;
}

/** The tags that make a resource ours. */
export function ownershipTags({ identity, uid, role, creation }: Ownership): Record<string, string> {
  return {
    [tagKeys.cluster]: identity.cluster,
    [tagKeys.id]: idTag(identity),
    [tagKeys.role]: role,
    [tagKeys.uid]: uid,
    ...(creation === undefined ? {} : { [tagKeys.creation]: creation }),
  };
}

/** The finalizer that every object with something in AWS carries. */
export const finalizer = 'mooring.dev/finalizer';

export const annotations = {
  paused: 'mooring.dev/paused',
  reconcileAt: 'mooring.dev/reconcile-at',
  /** Lets a deletion that `--max-deletions` holds go on. */
  allowDeletion: 'mooring.dev/allow-deletion',
  /**
   * The id of a resource that is gone: lets it be made anew although too many went at once, or its kind asks
   * first. See recreation.ts.
   */
  allowRecreation: 'mooring.dev/allow-recreation',
  /** On a Namespace: the AWSAccount that its objects use unless they name one. */
  account: 'mooring.dev/account',
  /** On a Namespace: the Region of its objects that name none. */
  region: 'mooring.dev/region',
} as const;
