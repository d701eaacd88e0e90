import { wasNeverTaken } from '../../core/guardrails/adopt.ts';
import { mayManage } from '../../core/ownership.ts';
import { blocked, inSync, mergePlans, type Plan } from '../../core/plan.ts';
import { hiddenFor, isHidden, knownCopy, type Patient } from './gone.ts';
import { removeSite } from './remove.ts';
import { retain } from './retain.ts';
import { type Seen, sitesOf } from './seen.ts';
import { deletionPolicyOf, type ImageObject } from './self.ts';

/**
 * What deleting the object does: nothing to an image that is somebody else's; a mark on one that is
 * retained, so that the same manifest finds it again; else copies and image go, each with its snapshots.
 */
export function release(self: ImageObject, seen: Seen, ctx: Patient): Plan<Seen> {
  const { image } = seen.primary;
  const untaken = image && wasNeverTaken(self, image.tags, ctx);
  if (untaken || (image && !mayManage(image.tags, self, seen.cameBy))) return inSync;
  if (deletionPolicyOf(self) === 'Retain') {
    return { steps: sitesOf(seen).flatMap((site) => retain(self, site, ctx)) };
  }
  return mergePlans(
    ...[...seen.copies, seen.primary].map((site) =>
      isHidden(self, site, ctx)
        ? hidden(self, site.region, ctx)
        : removeSite(self, seen, site, ctx, 'the object is deleted'),
    ),
  );
}

function hidden(self: ImageObject, region: string, ctx: Patient): Plan<never> {
  const id = knownCopy(self, region)?.imageId;
  const message = `waiting until AWS shows ${id}, the copy in ${region}, to remove it too`;
  return blocked('Deleting', message, ctx.now + hiddenFor);
}
