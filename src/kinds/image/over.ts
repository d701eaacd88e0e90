import type { Reason } from '../../core/conditions.ts';
import { blocked, type Plan } from '../../core/plan.ts';
import { type Patient, shownBy } from './gone.ts';
import type { Seen } from './seen.ts';
import type { ImageObject } from './self.ts';

/**
 * Why an image that a schedule wanted will never be: its time has passed, or its disk has. It has failed then,
 * and its schedule counts it as one that did. Undefined for one that can be made, or may have been.
 */
export function whyOver(
  self: ImageObject,
  { primary, source }: Seen,
  ctx: Patient,
): { readonly reason: Reason; readonly message: string } | undefined {
  const { scheduledBy, adopt } = self.spec;
  if (!scheduledBy || adopt !== undefined || self.deleting) return undefined;
  if (primary.image || self.status.imageId !== undefined) return undefined;
  const { tick, startBefore, instanceId } = scheduledBy;
  if (startBefore !== undefined && ctx.now >= Date.parse(startBefore)) {
    const message = `it was to be begun before ${startBefore}: the disk of ${instanceId} is no longer what it was at ${tick}`;
    return { reason: 'TooLate', message };
  }
  if (source.state !== 'missing') return undefined;
  // AWS may hide an instance that is new, and shows a terminated one for about an hour.
  if (!source.gone && ctx.now < Date.parse(tick) + ctx.visibleAfter) return undefined;
  return { reason: 'Failed', message: `${source.what}: there is no disk to make the image of` };
}

/** As above, once it is certain that it was not begun. */
export function over(self: ImageObject, seen: Seen, ctx: Patient): Plan<Seen> | undefined {
  const why = whyOver(self, seen, ctx);
  if (!why) return undefined;
  const shown = shownBy(self, ctx.visibleAfter);
  if (ctx.now < shown)
    return blocked('Pending', 'waiting until AWS shows what may already have been created', shown);
  return blocked(why.reason, why.message);
}
