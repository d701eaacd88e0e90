import { tagKeys } from '../../core/identity.ts';
import { isHidden, type Patient } from './gone.ts';
import type { Site } from './seen.ts';
import type { ImageObject } from './self.ts';

/** Whether a copy is still to be known of: one that is wanted, there, hidden, or has snapshots left. */
export function isKept(self: ImageObject, site: Site, ctx: Patient): boolean {
  const { region, image, snapshots } = site;
  if (self.spec.copies?.some((copy) => copy.region === region)) return true;
  if (image) return !(tagKeys.released in image.tags);
  return snapshots.length > 0 || isHidden(self, site, ctx);
}
