import type { Context } from '../../core/kind.ts';
import type { Seen } from './seen.ts';
import type { ImageObject } from './self.ts';

/** Until when AWS may hide an image that was just made; milliseconds since the epoch. */
export const shownBy = ({ creation }: ImageObject, visibleAfter: number): number =>
  creation ? Date.parse(creation.time) + visibleAfter : 0;

/** Whether the image was there once and is no more. */
export const isGone = (self: ImageObject, { primary }: Seen, ctx: Context, visibleAfter: number): boolean =>
  !primary.image && self.status.imageId !== undefined && ctx.now >= shownBy(self, visibleAfter);
