import type { ScheduledImageSearch } from '../../aws/readers/images.ts';
import type { Readers } from '../../aws/readers/index.ts';

/** Where a schedule looks: the readers of a Region, and a way to the others, where copies are. */
export interface Sources {
  readonly readers: Pick<Readers, 'instances' | 'instancesMatching'>;
  readonly images: ScheduledImageSearch;
  /** Whether this machine's clock is too far ahead of AWS's, by the latest reply. */
  isClockAhead(): boolean;
  /** Of the Region, or the schedule's own. */
  usageIn(region: string | undefined): UsageReaders;
}

export type UsageReaders = Pick<Readers, 'autoScalingUses' | 'imageReferences' | 'imageUsage'> & {
  readonly imageSharing: Pick<Readers['imageSharing'], 'launchPermissions'>;
};
