import type { Context } from '../../core/context.ts';
import { forbidden } from '../../core/guardrails/breach.ts';
import { withEnforcedRetain } from '../../core/guardrails/retain.ts';
import { claimOn, mayManage, ownerOf } from '../../core/ownership.ts';
import { blocked, inSync, mergePlans, type Plan } from '../../core/plan.ts';
import { toRecreate } from '../../core/recreation.ts';
import { awaitCopies, copies } from './copies.ts';
import { hiddenFor, isGone, type Patient } from './gone.ts';
import { breaches } from './guardrails.ts';
import { disable, lifecycle } from './lifecycle.ts';
import { make } from './make.ts';
import { over } from './over.ts';
import { lookAgain } from './poll.ts';
import { release } from './release.ts';
import { isFailed, type Seen, type Site } from './seen.ts';
import type { ImageObject } from './self.ts';
import { share } from './share.ts';
import { retag } from './tags.ts';

/**
 * From what AWS has to what the manifest declares: make, tag, describe, protect, deprecate, disable, share,
 * copy, each only where something differs. `visibleAfter` is how long EC2 may hide a new image, in
 * milliseconds. What breaks a rule of the account is left as it is.
 */
export function diff(self: ImageObject, seen: Seen, context: Context, visibleAfter: number): Plan<Seen> {
  const ctx = { ...context, visibleAfter };
  if (self.deleting) return release(withEnforcedRetain(self, ctx), seen, ctx);
  const broken = forbidden(ctx, () => breaches(self, seen, ctx));
  return broken ?? declared(withEnforcedRetain(self, ctx), seen, ctx);
}

function declared(self: ImageObject, seen: Seen, ctx: Patient): Plan<Seen> {
  const { image } = seen.primary;
  if (!image) return withoutImage(self, seen, ctx);
  if (!mayManage(image.tags, self, seen.cameBy)) {
    return blocked('Conflict', `${image.imageId} belongs to ${ownerOf(image.tags)}: it is left alone`);
  }
  const sites = [seen.primary, ...wantedCopies(self, seen)].filter((site) => site.image);
  return mergePlans(
    { steps: sites.flatMap((site) => retag(self, seen, site, ctx)) },
    state(seen, ctx),
    ...sites.map((site) => lifecycle(self, seen, site, ctx)),
    ...sites.map((site) => share(self, seen, site, ctx)),
    ...sites.map((site) => disable(self, seen, site, ctx)),
    copies(self, seen, ctx),
    disputed(self, seen),
    awaitCopies(seen, ctx),
  );
}

/** What is not wanted is only removed, and what became somebody else's is only told. */
const wantedCopies = (self: ImageObject, { copies: all }: Seen): Site[] =>
  all.filter(
    ({ region, image }) =>
      self.spec.copies?.some((copy) => copy.region === region) &&
      !(image && claimOn(image.tags, self) === 'foreign'),
  );

function disputed(self: ImageObject, { copies: all }: Seen): Plan<Seen> {
  const site = all.find(({ image }) => image && claimOn(image.tags, self) === 'foreign');
  if (!site?.image) return inSync;
  const { imageId, tags } = site.image;
  return blocked(
    'Conflict',
    `copy ${imageId} in ${site.region} belongs to ${ownerOf(tags)}: it is left alone`,
  );
}

/** An image that is gone is not made anew: what was on the disk then is not on it now. */
function withoutImage(self: ImageObject, seen: Seen, ctx: Patient): Plan<Seen> {
  const { status, spec } = self;
  if (status.imageId === undefined) {
    if (spec.adopt === undefined) return over(self, seen, ctx) ?? make(self, seen, ctx);
    return blocked('NotFound', `spec.adopt names ${spec.adopt}, which this account and region do not have`);
  }
  if (!isGone(self, seen, ctx, ctx.visibleAfter))
    return blocked('Pending', `waiting until AWS shows ${status.imageId}`, ctx.now + hiddenFor);
  if (ctx.mayRecreate) return make(self, seen, ctx);
  return blocked(
    'Gone',
    `${status.imageId} does not exist any more. Another one, of the disks as they are now, is made only if you ${toRecreate(self.annotations, status.imageId)}`,
  );
}

function state({ primary }: Seen, ctx: Context): Plan<Seen> {
  const { image } = primary;
  if (!image || ['available', 'disabled'].includes(image.state)) return inSync;
  if (isFailed(image)) {
    return blocked('Failed', `${image.imageId} failed: ${image.stateReason ?? 'AWS does not say why'}`);
  }
  return blocked('Pending', `AWS is making ${image.imageId}`, lookAgain([primary], ctx));
}
