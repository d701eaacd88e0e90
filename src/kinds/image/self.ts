import { createHash } from 'node:crypto';
import type { Self } from '../../core/kind.ts';
import type { ImageSpec, ImageStatus } from './spec.ts';

export type ImageObject = Self<ImageSpec, ImageStatus>;

export type Share = NonNullable<ImageSpec['share']>;
export type CopySpec = NonNullable<ImageSpec['copies']>[number];

/** What deleting the object does. An adopted image had a life before it. */
export const deletionPolicyOf = ({ spec }: ImageObject): 'Delete' | 'Retain' =>
  spec.deletionPolicy ?? (spec.adopt === undefined ? 'Delete' : 'Retain');

/** AWS's limit on an image's name. */
const maxName = 128;

/**
 * The name the image has or is to have, in its own Region and in those of its copies: AWS refuses a second
 * one of the same name. Past the limit it is cut and a digest of the whole appended.
 */
export function imageNameOf({ identity, spec }: ImageObject): string {
  if (spec.imageName !== undefined) return spec.imageName;
  const full = `${identity.namespace}-${identity.name}`;
  if (full.length <= maxName) return full;
  const digest = createHash('sha256').update(full).digest('hex').slice(0, 16);
  return `${full.slice(0, maxName - digest.length - 1)}-${digest}`;
}

/** Who the site in `region` is to be shared with; undefined where the manifest does not say. */
export const shareIn = ({ spec }: ImageObject, region: string, own: string): Share | undefined =>
  region === own ? spec.share : spec.copies?.find((copy) => copy.region === region)?.share;

/** What status says of the site in `region`. */
export const knownIn = ({ status }: ImageObject, region: string, own: string) =>
  region === own ? status : status.copies?.find((copy) => copy.region === region);
