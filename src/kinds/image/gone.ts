import type { Context } from '../../core/context.ts';
import type { Seen, Site } from './seen.ts';
import type { ImageObject } from './self.ts';

/** `visibleAfter` is how long EC2 may hide what is new, and know what is gone; in milliseconds. */
export type Patient = Context & { readonly visibleAfter: number };

/** Until when AWS may hide an image that was just made; milliseconds since the epoch. */
export const shownBy = ({ creation }: ImageObject, visibleAfter: number): number =>
  creation ? Date.parse(creation.time) + visibleAfter : 0;

/** Whether the image was there once and is no more. */
export const isGone = (self: ImageObject, { primary }: Seen, ctx: Context, visibleAfter: number): boolean =>
  !primary.image && self.status.imageId !== undefined && ctx.now >= shownBy(self, visibleAfter);

/** What status says of the copy in `region`. */
export const knownCopy = ({ status }: ImageObject, region: string) =>
  status.copies?.find((copy) => copy.region === region);

/** Whether AWS was asked for the copy there not long ago, has answered with an id, and does not show it. */
export function isHidden(self: ImageObject, { region, image, went }: Site, ctx: Patient): boolean {
  const { state, askedAt } = knownCopy(self, region) ?? {};
  if (image || went || state !== 'Pending' || askedAt === undefined) return false;
  return ctx.now < Date.parse(askedAt) + ctx.visibleAfter;
}

/** How soon to look again for what AWS hides. Milliseconds. */
export const hiddenFor = 5_000;
