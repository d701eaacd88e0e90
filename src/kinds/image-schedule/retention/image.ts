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
   * - `gone`      its Image object has lost its AMI, or never had one and never will: counts for nothing
   */
  readonly state: 'available' | 'disabled' | 'pending' | 'failed' | 'gone';
  /** Against deregistration, in AWS. */
  readonly isProtected: boolean;
  /** Its deletion has begun: nothing rests on it any more. */
  readonly going: boolean;
}

/** Newest first; of two of the same tick, by name, so that the order is always the same. */
export const newestFirst = (a: ScheduledImage, b: ScheduledImage): number =>
  b.tick - a.tick || (a.name < b.name ? -1 : 1);

export const isGood = ({ state, going }: ScheduledImage): boolean => state === 'available' && !going;

/** Retention judges the images of one schedule and one instance together, and of no others. */
export const groupOf = ({ schedule, instanceId }: ScheduledImage): string => `${schedule}/${instanceId}`;
