import type { LaunchPermissions } from '../../aws/readers/image-sharing.ts';
import type { Image } from '../../aws/readers/images.ts';
import type { Snapshot } from '../../aws/readers/snapshots.ts';
import type { StepError } from '../../core/errors.ts';
import type { Tags } from '../../core/tags.ts';

/** What AWS has for one Image: itself in its own Region, and its copies in others. */
export interface Seen {
  readonly primary: Site;
  /** How the primary image was found: decides whether it may be written to. */
  readonly cameBy: 'known id' | 'identity' | 'adopt';
  readonly copies: readonly Site[];
  /** Looked for only while there is no image. */
  readonly source: Source;
  /** What uses the primary image; undefined where AWS did not tell. */
  readonly inUseBy?: readonly string[] | undefined;
  /** The snapshots are in status, so that they are known once the image is gone. */
  readonly noted?: true;
}

/** One AMI with its snapshots, in one Region. */
export interface Site {
  readonly region: string;
  readonly image?: Image | undefined;
  /** Those of the image; once that is gone, those of it that are left. */
  readonly snapshots: readonly Snapshot[];
  /** Read only where sharing is declared, or was; of a disabled image, that of its snapshots. */
  readonly sharing?: Sharing | undefined;
  /** It would be read, and it is not the image's turn in this sweep: a later one tells. */
  readonly unasked?: true;
  /** Somebody else's image that has the name this one is to have; looked for only while there is none. */
  readonly namesake?: Image | undefined;
  /** AWS said that the name is taken in this Region, by an image we have not seen. */
  readonly nameTaken?: string;
  /** How many times a copy failed there; absent when none did, or one is there. */
  readonly failures?: number;
  /** The image was seen, and has gone since. */
  readonly went?: true;
  /** AWS would not deregister it: why. */
  readonly held?: string;
  /** Snapshots that AWS would not delete just now, for something is still made of them. */
  readonly inUse?: readonly string[];
  /** A copy that AWS has just been asked for: when, RFC 3339, and in place of which one. */
  readonly asked?: { readonly at: string; readonly replaces?: string | undefined };
}

export interface Sharing extends LaunchPermissions {
  /** Snapshot id → the accounts it is shared with. */
  readonly snapshotAccounts: Readonly<Record<string, readonly string[]>>;
  /** The AWS-managed key that encrypts a snapshot, which nobody else can use: its ARN. */
  readonly managedKey?: string | undefined;
}

/** Who may launch a disabled image. */
export const nobody: LaunchPermissions = { accounts: [], organizationArns: [], ouArns: [], public: false };

/** What the image is to be made of. */
export type Source =
  | { readonly state: 'not looked for' }
  /** `gone`: it was there. Otherwise it is not there yet, not there any more, or hidden. */
  | { readonly state: 'missing'; readonly what: string; readonly gone?: true }
  | { readonly state: 'several'; readonly instanceIds: readonly string[] }
  | { readonly state: 'instance'; readonly instanceId: string; readonly tags: Tags };

export const sitesOf = ({ primary, copies }: Seen): readonly Site[] => [primary, ...copies];

/** `seen` with the site in `region` changed; a copy's that was not there is added. */
export function changeSite(seen: Seen, region: string, change: (site: Site) => Site): Seen {
  if (seen.primary.region === region) return { ...seen, primary: change(seen.primary) };
  const known = seen.copies.some((copy) => copy.region === region);
  const copies = known ? seen.copies : [...seen.copies, { region, snapshots: [] }];
  return { ...seen, copies: copies.map((site) => (site.region === region ? change(site) : site)) };
}

export const changeImage = (seen: Seen, region: string, change: Partial<Image>): Seen =>
  changeSite(seen, region, (site) => ({ ...site, image: site.image && { ...site.image, ...change } }));

/**
 * For a step on the image in `region`: a refusal that says that the image is gone is not a failure, and the plan
 * made anew says what follows. AWS answers `Unavailable` for one that is pending, too.
 */
export const ifImageGone =
  (region: string) =>
  (seen: Seen, { code }: Pick<StepError, 'code'>): Seen | undefined => {
    const pending = sitesOf(seen).find((site) => site.region === region)?.image?.state === 'pending';
    const gone = code === 'InvalidAMIID.NotFound' || (code === 'InvalidAMIID.Unavailable' && !pending);
    return gone ? changeSite(seen, region, withoutImage) : undefined;
  };

/** What is left of it is known by its snapshots. */
export const withoutImage = ({ image: _, sharing: __, ...site }: Site): Site => ({ ...site, went: true });

/** Where a step's call goes, if not to the object's own Region. */
export const at = (site: Site, own: string) => (site.region === own ? {} : { region: site.region });

export const isFailed = ({ state }: Image): boolean => ['failed', 'error', 'invalid'].includes(state);

/** The ids of an image's snapshots, or of those that are left of it. */
export const snapshotsOf = ({ image, snapshots }: Site): string[] =>
  [...new Set([...(image?.snapshotIds ?? []), ...snapshots.map(({ snapshotId }) => snapshotId)])].sort();
