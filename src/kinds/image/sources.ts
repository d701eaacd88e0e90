import type { ImageReaders } from '../../aws/readers/images.ts';
import type { Readers } from '../../aws/readers/index.ts';
import type { SnapshotReaders } from '../../aws/readers/snapshots.ts';

/** Where images and snapshots are looked up: freshly, or in listings that the sweep has just read. */
export interface Lookups {
  readonly images: Pick<ImageReaders, 'byIdentity' | 'byId' | 'byName'>;
  readonly snapshots: Pick<SnapshotReaders, 'byId' | 'byIdentity'>;
}

export type LookupsIn = (region: string) => Lookups | Promise<Lookups>;

/** What is read of AWS in a Region. */
export interface ImageKindReaders extends Lookups {
  readonly images: Lookups['images'] & Pick<ImageReaders, 'ofSnapshot'>;
  readonly imageSharing: Readers['imageSharing'];
  readonly imageReferences: Readers['imageReferences'];
  readonly autoScalingUses: Readers['autoScalingUses'];
  readonly instances: Readers['instances'];
  readonly keys: Pick<Readers['keys'], 'describe'>;
}
