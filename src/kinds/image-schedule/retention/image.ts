/** An image of a schedule, as retention judges it: already known to be the schedule's own. */
export interface ScheduledImage {
  /** Of its Image object, and of the AMI. */
  readonly name: string;
  /** Undefined: nothing was made in AWS. */
  readonly imageId: string | undefined;
  /** Which of the schedule's `schedules` it is of. */
  readonly schedule: string;
  readonly instanceId: string;
  /** The tick it was made for, milliseconds since the epoch: its age does not depend on how long making it took. */
  readonly tick: number;
  /**
   * - `available` the only good one
   * - `disabled`  could be enabled again; is no good backup as it is
   * - `pending`   AWS is still making it
   * - `failed`    never was good
   * - `gone`      its Image object has lost its AMI, or never had one and never will: counts for nothing, but
   *               for its copies
   */
  readonly state: 'available' | 'disabled' | 'pending' | 'failed' | 'gone';
  /** AWS has its AMI: a gone one cannot be asked about. */
  readonly isListed: boolean;
  /** Its copies in other Regions, as far as they are there. */
  readonly copies: readonly { readonly region: string; readonly imageId: string }[];
  /** Against deregistration, in AWS. */
  readonly isProtected: boolean;
  /** Its deletion has begun: nothing rests on it any more. */
  readonly going: boolean;
}

/** Newest first; of two of the same tick, by name, so that the order is always the same. */
export const newestFirst = (a: ScheduledImage, b: ScheduledImage): number =>
  b.tick - a.tick || (a.name < b.name ? -1 : 1);

export const isGood = ({ state, going }: ScheduledImage): boolean => state === 'available' && !going;

/** The AMI is no good, and copies of it are what is left of that day: its Image goes with them or not at all. */
export const isCopiesOnly = ({ state, copies }: ScheduledImage): boolean =>
  (state === 'failed' || state === 'gone') && copies.length > 0;

/** Whether a disk could be had back from it: as it is, enabled again, or from another Region. */
export const isRestorable = (image: ScheduledImage): boolean =>
  !image.going && (image.state === 'available' || image.state === 'disabled' || isCopiesOnly(image));

/** Retention judges the images of one schedule and one instance together, and of no others. */
export const groupOf = ({ schedule, instanceId }: ScheduledImage): string => `${schedule}/${instanceId}`;
