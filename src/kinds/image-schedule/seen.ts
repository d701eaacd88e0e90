import type { ErrorClass } from '../../core/errors.ts';
import type { Tags } from '../../core/tags.ts';
import type { Book } from './book.ts';
import type { Usage } from './retention/decide.ts';

/** What AWS and the cluster have for one ImageSchedule. */
export interface Seen {
  /** The selected instances, by id, as many as one schedule images. */
  readonly instances: readonly string[];
  /** Those that will be selected once they have stopped or started: a run waits for them. */
  readonly changing: readonly string[];
  /** How many more the selector finds. */
  readonly beyond: number;
  /** By instance id, of those that are selected. */
  readonly instanceTags: ReadonlyMap<string, Tags>;
  /** Instances that images are of and that AWS has no more. */
  readonly gone: ReadonlySet<string>;
  /** AMIs of this schedule, in AWS's list. */
  readonly images: readonly SeenImage[];
  readonly objects: readonly ImageObject[];
  /** Names that somebody already has, as the API server said. */
  readonly taken: ReadonlySet<string>;
  /** By name: what the API server has refused in this reconcile, and is not tried again in it. */
  readonly refused: ReadonlyMap<string, Refusal>;
  /** By image id: of those that no rule keeps. */
  readonly usage: ReadonlyMap<string, Usage>;
  /** This machine's clock is ahead of AWS's, so that images seem older than they are. */
  readonly clockAhead?: boolean;
  /** Deletions that this reconcile has made. */
  readonly deletedNow: number;
  /** Images that it has told when they expire. */
  readonly toldNow: number;
  readonly book: Book;
}

export interface Refusal {
  readonly what: 'create' | 'change';
  readonly class: ErrorClass;
  /** The API server's words. */
  readonly message: string;
}

/** Which tick of which schedule an image is of. */
export interface TickOf {
  readonly schedule: string;
  readonly instanceId: string;
  /** Milliseconds since the epoch. */
  readonly tick: number;
}

/** An AMI that is this schedule's own. */
export interface SeenImage extends TickOf {
  readonly imageId: string;
  /** Of the Image object it belongs to, whether that exists or not. */
  readonly objectName: string;
  readonly state: 'available' | 'disabled' | 'pending' | 'failed';
  readonly isProtected: boolean;
  /** The Regions where it has copies, or is to have them. */
  readonly copyRegions: readonly string[];
  /** RFC 3339. */
  readonly createdAt?: string | undefined;
}

/** An Image object that this schedule made. */
export interface ImageObject extends TickOf {
  readonly name: string;
  readonly uid: string;
  readonly deleting: boolean;
  readonly deletionPolicy: 'Delete' | 'Retain' | undefined;
  /** Retention has set `deletionPolicy: Delete`. */
  readonly markedByRetention: boolean;
  readonly imageId: string | undefined;
  readonly state: 'Pending' | 'Available' | 'Failed' | 'Disabled' | 'Gone' | undefined;
  /** Of its Ready condition, where it is not ready. */
  readonly reason: string | undefined;
  /** It waits for a person. */
  readonly stalled: boolean;
  readonly shared: boolean;
  /** In other Regions, as far as they are there. */
  readonly copies: readonly { readonly region: string; readonly imageId: string }[];
  /** AWS restarts the instance for it. */
  readonly reboots: boolean;
  /** When it is not begun any more; milliseconds since the epoch. */
  readonly startBefore: number | undefined;
  /** As it was told to the Image; RFC 3339. */
  readonly expires: string | undefined;
}
