import type { OutputOf } from '../../aws/calls/index.ts';
import type { Image } from '../../aws/readers/images.ts';
import { step } from '../../aws/step.ts';
import { claimOn } from '../../core/ownership.ts';
import { blocked, inSync, mergePlans, note, type Plan, type Step } from '../../core/plan.ts';
import type { Patient } from './gone.ts';
import { isProtected, unprotect } from './lifecycle.ts';
import { lookAgain } from './poll.ts';
import {
  at,
  changeSite,
  ifImageGone,
  type Seen,
  type Site,
  sitesOf,
  snapshotsOf,
  withoutImage,
} from './seen.ts';
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
  ctx: Patient,
  because: string,
): Plan<Seen> {
  const { image } = site;
  if (!image) return deleteSnapshots(self, site, ctx);
  if (claimOn(image.tags, self) === 'foreign') return inSync;
  if (site.held !== undefined) return held(self, site, image, ctx, site.held);
  if (isProtected(image)) return liftProtection(self, site, image, ctx);
  if (!isNoted(self, seen, ctx)) return { steps: [noteSnapshots(self, seen, ctx)] };
  return { steps: [deregister(self, site, image, ctx, because)] };
}

/** How soon to try again what AWS, or its protection, forbids. Milliseconds. */
const again = 5 * 60_000;

/** How soon to ask again for a snapshot that AWS calls in use. Milliseconds. */
const soon = 15_000;

const waiting = ({ deleting }: ImageObject) => (deleting ? 'Deleting' : 'Pending');

function held(self: ImageObject, site: Site, image: Image, ctx: Patient, words: string): Plan<never> {
  if (image.state !== 'pending') return blocked('DeletionHeld', words, ctx.now + again);
  return blocked(waiting(self), `AWS is still making ${image.imageId}: ${words}`, lookAgain([site], ctx));
}

function liftProtection({ spec }: ImageObject, site: Site, image: Image, ctx: Patient): Plan<Seen> {
  if (spec.deregistrationProtection?.enabled === false) return { steps: [unprotect(site, image, ctx)] };
  const message = `${image.imageId} is protected from deregistration: set spec.deregistrationProtection.enabled to false to let it go`;
  // Protection may be lifted in AWS, too, and nothing tells.
  return blocked('DeletionHeld', message, ctx.now + again);
}

const isNoted = (self: ImageObject, seen: Seen, ctx: Patient): boolean =>
  seen.noted === true ||
  sitesOf(seen).every((site) => {
    const known = knownIn(self, site.region, ctx.scope.region)?.snapshots ?? [];
    return snapshotsOf(site).every((id) => known.includes(id));
  });

function noteSnapshots(self: ImageObject, seen: Seen, ctx: Patient): Step<Seen> {
  const { imageId, snapshots, copies } = statusOf(self, seen, ctx);
  const why = 'the snapshots are noted before their image goes';
  return note({ imageId, snapshots, copies }, why, (before: Seen) => ({ ...before, noted: true }));
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeregisterImage.html */
function deregister(self: ImageObject, site: Site, image: Image, ctx: Patient, because: string): Step<Seen> {
  const { imageId } = image;
  const gone = (seen: Seen, deleted: readonly string[]) =>
    changeSite(seen, site.region, (there) => ({
      ...withoutImage(there),
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
      if (ifImageGone(site.region)(seen, error)) return gone(seen, []);
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

/**
 * Those that are left. AWS calls one in use for a while after its image went, and for good where another image is
 * made of it: that one is not looked for here, and is among what is left no more once the next look has shown it.
 */
function deleteSnapshots(self: ImageObject, site: Site, ctx: Patient): Plan<Seen> {
  if (!self.spec.deleteSnapshots) return inSync;
  const ours = site.snapshots.filter(({ tags }) => claimOn(tags, self) !== 'foreign');
  const { inUse = [] } = site;
  const steps = ours
    .filter(({ snapshotId }) => !inUse.includes(snapshotId))
    .map(({ snapshotId }) => deleteSnapshot(site, snapshotId, ctx));
  if (inUse.length === 0) return { steps };
  const message = `AWS says that ${inUse.join(', ')} is in use, and shows no image that is made of it: it is asked again`;
  return mergePlans({ steps }, blocked(waiting(self), message, ctx.now + soon));
}

function deleteSnapshot(site: Site, snapshotId: string, ctx: Patient): Step<Seen> {
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
    refused(seen, { class: kind, code }) {
      if (kind === 'NotFound') return gone(seen);
      if (code !== 'InvalidSnapshot.InUse') return undefined;
      return changeSite(seen, site.region, (there) => ({
        ...there,
        inUse: [...(there.inUse ?? []), snapshotId],
      }));
    },
  });
}
