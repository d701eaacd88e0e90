import type { KeyDescription, KeyRotation } from '../../aws/readers/keys.ts';
import type { Tags } from '../../core/tags.ts';

/** What AWS has for one KMSKey: the key in its Region, its replicas, and who else claims to be it. */
export interface Seen {
  /** Absent where there is none, or none we may call ours. */
  readonly key: SeenKey | undefined;
  /** How `key` was found: decides whether it may be written to. */
  readonly cameBy: 'known id' | 'identity' | 'adopt';
  /** Further keys that carry this object's identity and are not scheduled for deletion. */
  readonly claims: readonly Claim[];
  /** By Region. */
  readonly replicas: Readonly<Record<string, SeenKey>>;
  /** Absent for a key of a type that is not rotated. */
  readonly rotation: SeenRotation | undefined;
  /** AWS does not know a principal of the new key's policy yet; its words. */
  readonly unknownPrincipal?: string | undefined;
  /** A part of AWS does not know the new key yet. */
  readonly hidden?: true;
}

/** A key in one Region. */
export interface SeenKey extends KeyDescription {
  /** The key policy's text; absent where it is AWS's default for a key that we have just made. */
  readonly policy: string | undefined;
  readonly tags: Tags;
  readonly aliases: readonly string[];
  /** Of the aliases that the manifest gives it, those another key has. */
  readonly holders: Readonly<Record<string, Holder>>;
  /** AWS does not know a principal of the policy it was given yet; its words. */
  readonly unknownPrincipal?: string | undefined;
}

/** The key that has an alias; nothing is known of it right after AWS has refused to give the alias. */
export interface Holder {
  readonly keyId?: string | undefined;
  readonly spec?: string | undefined;
  readonly usage?: string | undefined;
}

export interface Claim {
  readonly keyId: string;
  readonly tags: Tags;
}

export interface SeenRotation extends KeyRotation {
  /** When each on-demand rotation was completed, RFC 3339; read only where one is wanted. */
  readonly onDemand?: readonly string[] | undefined;
  /** What is known of `spec.rotateNow` in this reconcile, where it differs from status. */
  readonly lastToken?: string | undefined;
  readonly attempt?: Attempt | 'none' | undefined;
  /** AWS says that this key has been rotated on demand as often as it may. */
  readonly exhausted?: true;
  /** AWS says that another rotation on demand is under way. */
  readonly underWay?: true;
}

/** An on-demand rotation that was asked for. */
export interface Attempt {
  readonly token: string;
  /** RFC 3339. */
  readonly time: string;
}

/** A key of the object: of a Region, or the one in the object's own. */
export type Place = string | undefined;

export const keyAt = (seen: Seen, place: Place): SeenKey | undefined =>
  place === undefined ? seen.key : seen.replicas[place];

/** `seen` with that key changed; as it is where there is no such key. */
export function changed(seen: Seen, place: Place, change: (key: SeenKey) => SeenKey): Seen {
  const key = keyAt(seen, place);
  if (!key) return seen;
  if (place === undefined) return { ...seen, key: change(key) };
  return { ...seen, replicas: { ...seen.replicas, [place]: change(key) } };
}

export const isPendingDeletion = ({ state }: Pick<SeenKey, 'state'>): boolean =>
  state === 'PendingDeletion' || state === 'PendingReplicaDeletion';

/** How a key is named in messages. */
export const nameOf = ({ keyId }: Pick<SeenKey, 'keyId'>, place: Place): string =>
  place === undefined ? keyId : `${keyId} in ${place}`;
