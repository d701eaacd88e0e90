import type { Tags } from '../../core/tags.ts';

/** What AWS has for one ElasticIP: its address, who else claims to be it, and where it could go. */
export interface Seen {
  /** Absent where there is none, or none we may call ours. */
  readonly address: SeenAddress | undefined;
  /** How `address` was found: decides whether it may be written to. */
  readonly cameBy: 'known id' | 'identity' | 'adopt';
  /** Further addresses that carry this object's identity. */
  readonly claims: readonly SeenAddress[];
  /** AWS refused to give the lost address back. */
  readonly unrecoverable: boolean;
  readonly target: Target;
  readonly reverseDNS: ReverseDNS | undefined;
  /** The move made in this reconcile, if any. */
  readonly moved?: {
    readonly from: string;
    readonly to: string;
    readonly at: string;
    readonly reason: string;
  };
}

export interface SeenAddress {
  readonly allocationId: string;
  readonly publicIp: string;
  readonly customerOwnedIp?: string | undefined;
  readonly carrierIp?: string | undefined;
  readonly publicIpv4Pool?: string | undefined;
  readonly networkBorderGroup?: string | undefined;
  readonly tags: Tags;
  readonly association?: Association | undefined;
}

export interface Association {
  readonly associationId: string;
  readonly instanceId?: string | undefined;
  readonly networkInterfaceId?: string | undefined;
  readonly privateIpAddress?: string | undefined;
}

export interface ReverseDNS {
  readonly domainName: string | undefined;
  /** While AWS is still setting or removing it, or after it has refused to. */
  readonly pending?: { readonly status: string; readonly reason: string | undefined } | undefined;
  /** The name AWS has refused. */
  readonly refused?: string | undefined;
  /** When AWS was asked in this reconcile, in milliseconds since the epoch. */
  readonly askedAt?: number;
}

/** Where the manifest wants the address. */
export type Target =
  | { readonly state: 'none' }
  /** What the manifest names does not exist, in words. */
  | { readonly state: 'missing'; readonly what: string }
  | { readonly state: 'fixed'; readonly candidate: Candidate }
  | { readonly state: 'selected'; readonly candidates: readonly Candidate[] };

/** A private address on an interface that could carry the Elastic IP. */
export interface Candidate {
  readonly instanceId: string | undefined;
  readonly networkInterfaceId: string;
  readonly privateIpAddress: string;
  readonly networkBorderGroup: string | undefined;
  /** EC2's instance state; undefined for an interface of no instance. */
  readonly state: string | undefined;
  readonly health: Health;
  /** The instance's; read of a named interface's instance only where they matter. */
  readonly tags?: Tags | undefined;
  /** The public address it carries now. */
  readonly occupant: Occupant | undefined;
}

export interface Health {
  readonly status: 'ok' | 'impaired' | 'unknown';
  /** Milliseconds since the epoch. */
  readonly impairedSince?: number | undefined;
}

export interface Occupant {
  readonly publicIp: string;
  readonly allocationId: string | undefined;
  /** `amazon` for an address AWS assigned at launch and takes back by itself. */
  readonly ownerId: string | undefined;
}

/** Whether the address sits exactly where `candidate` is. */
export const sitsOn = (association: Association | undefined, candidate: Candidate): boolean =>
  association?.networkInterfaceId === candidate.networkInterfaceId &&
  association.privateIpAddress === candidate.privateIpAddress;

/** Where the manifest lets the address be. */
export const placesOf = (target: Target): readonly Candidate[] =>
  target.state === 'fixed' ? [target.candidate] : target.state === 'selected' ? target.candidates : [];
