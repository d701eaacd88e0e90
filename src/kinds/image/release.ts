import { wasNeverTaken } from '../../core/guardrails/adopt.ts';
import type { Context } from '../../core/kind.ts';
import { mayManage } from '../../core/ownership.ts';
import { inSync, mergePlans, type Plan } from '../../core/plan.ts';
import { removeSite } from './remove.ts';
import { retain } from './retain.ts';
import { type Seen, sitesOf } from './seen.ts';
import { deletionPolicyOf, type ImageObject } from './self.ts';

/**
 * What deleting the object does: nothing to an image that is somebody else's; a mark on one that is
 * retained, so that the same manifest finds it again; else copies and image go, each with its snapshots.
 */
export function release(self: ImageObject, seen: Seen, ctx: Context): Plan<Seen> {
  const { image } = seen.primary;
  const untaken = image && wasNeverTaken(self, image.tags, ctx);
  if (untaken || (image && !mayManage(image.tags, self, seen.cameBy))) return inSync;
  if (deletionPolicyOf(self) === 'Retain') {
    return { steps: sitesOf(seen).flatMap((site) => retain(self, site, ctx)) };
  }
  return mergePlans(
    ...[...seen.copies, seen.primary].map((site) =>
      removeSite(self, seen, site, ctx, 'the object is deleted'),
    ),
  );
}
