import type { OutputOf } from '../../aws/calls/index.ts';
import type { Image } from '../../aws/readers/images.ts';
import { step } from '../../aws/step.ts';
import type { Context } from '../../core/kind.ts';
import { claimOn } from '../../core/ownership.ts';
import { blocked, inSync, note, type Plan, type Step } from '../../core/plan.ts';
import { isProtected, unprotect } from './lifecycle.ts';
import { at, changeSite, type Seen, type Site, sitesOf, snapshotsOf } from './seen.ts';
import { type ImageObject, knownIn } from './self.ts';
import { statusOf } from './status.ts';

/**
 * Takes an image away with its snapshots. Guarantees:
 * - the snapshots are in status before the image goes, for then nothing else knows them;
 * - what AWS leaves of them, for want of a permission or by an error of its own, is deleted one by one, and
 *   as long as that fails the object stays;
 * - an image that is protected stays until the manifest says otherwise.
 */
export function removeSite(
  self: ImageObject,
  seen: Seen,
  site: Site,
  ctx: Context,
  because: string,
): Plan<Seen> {
  const { image } = site;
  if (!image) return { steps: deleteSnapshots(self, site, ctx) };
  if (claimOn(image.tags, self) === 'foreign') return inSync;
  if (site.held !== undefined) return blocked('DeletionHeld', site.held, ctx.now + again);
  if (isProtected(image)) return liftProtection(self, site, image, ctx);
  if (!isNoted(self, seen, ctx)) return { steps: [noteSnapshots(self, seen, ctx)] };
  return { steps: [deregister(self, site, image, ctx, because)] };
}

/** How soon to try again what AWS, or its protection, forbids. Milliseconds. */
const again = 5 * 60_000;

function liftProtection({ spec }: ImageObject, site: Site, image: Image, ctx: Context): Plan<Seen> {
  if (spec.deregistrationProtection?.enabled === false) return { steps: [unprotect(site, image, ctx)] };
  const message = `${image.imageId} is protected from deregistration: set spec.deregistrationProtection.enabled to false to let it go`;
  // Protection may be lifted in AWS, too, and nothing tells.
  return blocked('DeletionHeld', message, ctx.now + again);
}

const isNoted = (self: ImageObject, seen: Seen, ctx: Context): boolean =>
  seen.noted === true ||
  sitesOf(seen).every((site) => {
    const known = knownIn(self, site.region, ctx.scope.region)?.snapshots ?? [];
    return snapshotsOf(site).every((id) => known.includes(id));
  });

function noteSnapshots(self: ImageObject, seen: Seen, ctx: Context): Step<Seen> {
  const { imageId, snapshots, copies } = statusOf(self, seen, ctx);
  const why = 'the snapshots are noted before their image goes';
  return note({ imageId, snapshots, copies }, why, (before: Seen) => ({ ...before, noted: true }));
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeregisterImage.html */
function deregister(self: ImageObject, site: Site, image: Image, ctx: Context, because: string): Step<Seen> {
  const { imageId } = image;
  const gone = (seen: Seen, deleted: readonly string[]) =>
    changeSite(seen, site.region, ({ image: _, sharing: __, ...there }) => ({
      ...there,
      snapshots: self.spec.deleteSnapshots
        ? there.snapshots.filter(({ snapshotId }) => !deleted.includes(snapshotId))
        : [],
    }));
  return step<Seen>()('ec2:DeregisterImage', {
    ...at(site, ctx.scope.region),
    input: { ImageId: imageId, DeleteAssociatedSnapshots: self.spec.deleteSnapshots },
    why: `${imageId}: ${because}`,
    destroys: true,
    fold: (seen, output) => gone(seen, settled(output)),
    refused(seen, error) {
      // Somebody was faster: what was wanted is so.
      if (error.class === 'NotFound' || error.code === 'InvalidAMIID.Unavailable') return gone(seen, []);
      // Protection's cooldown, or a state that forbids it: it passes, or a person has to end it.
      if (error.class !== 'Conflict' && error.class !== 'Invalid') return undefined;
      return changeSite(seen, site.region, (there) => ({ ...there, held: error.message }));
    },
  });
}

/** Those that are deleted, and those that AWS leaves because another image is made of them, too. */
const settled = ({ DeleteSnapshotResults = [] }: OutputOf<'ec2:DeregisterImage'>): string[] =>
  DeleteSnapshotResults.filter(
    ({ ReturnCode }) => ReturnCode === 'success' || ReturnCode === 'skipped',
  ).flatMap(({ SnapshotId }) => SnapshotId ?? []);

function deleteSnapshots(self: ImageObject, site: Site, ctx: Context): Step<Seen>[] {
  if (!self.spec.deleteSnapshots) return [];
  return site.snapshots
    .filter(({ tags }) => claimOn(tags, self) !== 'foreign')
    .map(({ snapshotId }) => {
      const gone = (seen: Seen) =>
        changeSite(seen, site.region, (there) => ({
          ...there,
          snapshots: there.snapshots.filter((one) => one.snapshotId !== snapshotId),
        }));
      return step<Seen>()('ec2:DeleteSnapshot', {
        ...at(site, ctx.scope.region),
        input: { SnapshotId: snapshotId },
        why: `${snapshotId}: its image is gone`,
        destroys: true,
        fold: gone,
        // Gone already, or another image is made of it, too.
        refused: (seen, { class: kind, code }) =>
          kind === 'NotFound' || code === 'InvalidSnapshot.InUse' ? gone(seen) : undefined,
      });
    });
}
