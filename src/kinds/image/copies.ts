import { createHash } from 'node:crypto';
import type { Image } from '../../aws/readers/images.ts';
import { step } from '../../aws/step.ts';
import { claimOn } from '../../core/ownership.ts';
import { blocked, inSync, mergePlans, type Plan } from '../../core/plan.ts';
import { hiddenFor, isHidden, knownCopy, type Patient } from './gone.ts';
import { keyFor } from './key.ts';
import { named, nameTaken, newImage, tagSpecifications } from './make.ts';
import { lookAgain, poll } from './poll.ts';
import { removeSite } from './remove.ts';
import { retain } from './retain.ts';
import { changeSite, isFailed, type Seen, type Site } from './seen.ts';
import { type CopySpec, deletionPolicyOf, type ImageObject } from './self.ts';
import { creationOf, desiredTags } from './tags.ts';

/** Makes the copies that are missing, and removes those that are not wanted any more. */
export function copies(self: ImageObject, seen: Seen, ctx: Patient): Plan<Seen> {
  const { image } = seen.primary;
  const wanted = self.spec.copies ?? [];
  if (wanted.some(({ region }) => region === ctx.scope.region)) {
    return blocked(
      'InvalidSpec',
      `spec.copies names ${ctx.scope.region}, where the image itself is: copies are in other Regions`,
    );
  }
  const unwanted = seen.copies.filter((site) => !wanted.some(({ region }) => region === site.region));
  return mergePlans(
    ...(image ? wanted.map((copy) => makeCopy(self, seen, image, copy, ctx)) : []),
    ...unwanted.map((site) => letGo(self, seen, site, ctx)),
  );
}

/** As the image itself would be let go; one that AWS still hides first has to be seen. */
function letGo(self: ImageObject, seen: Seen, site: Site, ctx: Patient): Plan<Seen> {
  if (isHidden(self, site, ctx)) return hidden(self, site, ctx);
  return deletionPolicyOf(self) === 'Retain'
    ? { steps: retain(self, site, ctx) }
    : removeSite(self, seen, site, ctx, 'spec.copies does not have it');
}

function makeCopy(self: ImageObject, seen: Seen, image: Image, wanted: CopySpec, ctx: Patient): Plan<Seen> {
  const { region } = wanted;
  const site = seen.copies.find((copy) => copy.region === region);
  if (site?.image) return isFailed(site.image) ? anew(self, seen, site, image, ctx) : inSync;
  if (site && isHidden(self, site, ctx)) return hidden(self, site, ctx);
  if (site?.namesake) {
    return blocked('Conflict', `copy in ${region}: ${named(site.namesake)}: delete it`, ctx.now + 60_000);
  }
  if (site?.nameTaken !== undefined) {
    return blocked('Conflict', `copy in ${region}: ${site.nameTaken}`, ctx.now + 60_000);
  }
  // AWS copies only what is finished, and what can be launched.
  if (image.state !== 'available') return inSync;
  // What AWS left of one that failed goes before another takes its place in status.
  const rest = site?.failures === undefined ? inSync : removeSite(self, seen, site, ctx, '');
  if (rest.steps.length > 0 || rest.blocked) return rest;
  const key = keyFor(self, wanted, ctx);
  if ('blocked' in key) return key.blocked;
  const creation = creationOf(self, image);
  const tags = desiredTags(self, ctx, 'copy', creation);
  const before = knownCopy(self, region);
  // Nobody has seen it finished, so it may be there: the same request brings the same copy.
  const unseen = before?.state === 'Pending' && !site?.went ? before.imageId : undefined;
  const lost = unseen === undefined ? before?.imageId : before?.replaces;
  return {
    steps: [
      step<Seen>()('ec2:CopyImage', {
        region,
        input: {
          SourceImageId: image.imageId,
          SourceRegion: ctx.scope.region,
          Name: image.name,
          ...(image.description === '' ? {} : { Description: image.description }),
          ...(key.encrypted ? { Encrypted: true } : {}),
          ...(key.id === undefined ? {} : { KmsKeyId: key.id }),
          ClientToken: tokenFor(self, image, region, lost),
          TagSpecifications: tagSpecifications(self, ctx, tags, creation),
        },
        why: whyCopied(image, region, { unseen, lost, failed: site?.failures !== undefined }),
        field: 'copies',
        ...(lost === undefined ? {} : { warns: true }),
        fold: (found, { ImageId }) =>
          changeSite(found, region, ({ went: _, ...there }) => ({
            ...there,
            image: newImage(ImageId, image.name, { description: image.description, tags }),
            snapshots: [],
            asked: { at: new Date(ctx.now).toISOString(), replaces: lost },
          })),
        refused: (found, error) => nameTaken(found, region, error),
      }),
    ],
  };
}

function whyCopied(
  { imageId }: Image,
  region: string,
  {
    unseen,
    lost,
    failed,
  }: { readonly unseen: string | undefined; readonly lost: string | undefined; readonly failed: boolean },
): string {
  if (unseen !== undefined)
    return `AWS does not show ${unseen}, the copy of ${imageId} in ${region}: asking again`;
  if (lost === undefined) return `${imageId} has no copy in ${region} yet`;
  return `${lost}, its copy in ${region}, ${failed ? 'failed' : 'is gone'}: copying ${imageId} again`;
}

function hidden(self: ImageObject, { region }: Site, ctx: Patient): Plan<never> {
  const id = knownCopy(self, region)?.imageId;
  return blocked('Pending', `waiting until AWS shows ${id}, the copy in ${region}`, ctx.now + hiddenFor);
}

/** How long a failed copy is left to be looked at before it is made anew, each time it failed. Milliseconds. */
const patience = [5 * 60_000, 60 * 60_000];

/** A failed copy is no backup: it goes, and another is made, but not for ever. */
function anew(self: ImageObject, seen: Seen, site: Site, source: Image, ctx: Patient): Plan<Seen> {
  const { image, region, failures = 1 } = site;
  if (!image || claimOn(image.tags, self) === 'foreign') return inSync;
  const failed = `copy ${image.imageId} in ${region} failed: ${image.stateReason ?? 'AWS does not say why'}`;
  const wait = patience[failures - 1];
  if (wait === undefined) {
    const message = `${failed}. It failed ${failures} times and is not tried again: deregister ${image.imageId} once the cause is mended`;
    return blocked('Failed', message);
  }
  const due = Date.parse(image.createdAt ?? new Date(ctx.now).toISOString()) + wait;
  if (source.state !== 'available' || ctx.now < due) {
    return blocked('Failed', `${failed}. It is copied anew`, Math.max(due, ctx.now + poll.most));
  }
  return removeSite(self, seen, site, ctx, `failed, and is copied anew`);
}

/** The same for every attempt at one copy, so that AWS makes one; another once that one was seen finished and is gone. */
function tokenFor(
  { uid }: ImageObject,
  { imageId }: Image,
  region: string,
  lost: string | undefined,
): string {
  const parts = [uid, imageId, region, lost ?? ''];
  return createHash('sha256').update(parts.join('/')).digest('hex').slice(0, 48);
}

/** Told of a copy that is not there yet. */
export function awaitCopies(seen: Seen, ctx: Patient): Plan<Seen> {
  const pending = seen.copies.filter(({ image }) => image?.state === 'pending');
  if (pending.length === 0) return inSync;
  const names = pending.map(({ region }) => region).join(', ');
  return blocked('Pending', `AWS is copying the image to ${names}`, lookAgain(pending, ctx));
}
