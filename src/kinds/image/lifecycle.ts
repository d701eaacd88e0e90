import type { Image } from '../../aws/readers/images.ts';
import { step } from '../../aws/step.ts';
import type { Context } from '../../core/context.ts';
import { imageAge } from '../../core/image-age.ts';
import { inSync, type Plan, type Step } from '../../core/plan.ts';
import { at, changeImage, changeSite, ifImageGone, nobody, type Seen, type Site } from './seen.ts';
import type { ImageObject } from './self.ts';

const minute = 60_000;
const hour = 60 * minute;

const isFinished = ({ state }: Image): boolean => ['available', 'disabled'].includes(state);

/** What an image that is finished is told of its further life: what it is called, that it is protected, when it ends. */
export function lifecycle(self: ImageObject, seen: Seen, site: Site, ctx: Context): Plan<Seen> {
  const { image } = site;
  if (!image || !isFinished(image)) return inSync;
  return {
    steps: [
      ...describe(self, site, image, ctx),
      ...protect(self, site, image, ctx),
      ...deprecate(self, seen, site, image, ctx),
    ],
  };
}

function describe({ spec }: ImageObject, site: Site, image: Image, ctx: Context): Step<Seen>[] {
  const { description } = spec;
  // A disabled image cannot be modified.
  if (description === undefined || description === image.description || image.state !== 'available')
    return [];
  return [
    step<Seen>()('ec2:ModifyImageAttribute', {
      ...at(site, ctx.scope.region),
      input: { ImageId: image.imageId, Description: { Value: description } },
      why: `${image.imageId}: its description differs`,
      field: 'description',
      fold: (seen) => changeImage(seen, site.region, { description }),
      refused: ifImageGone(site.region),
    }),
  ];
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deregistration-protection.html */
function protect({ spec }: ImageObject, site: Site, image: Image, ctx: Context): Step<Seen>[] {
  const wanted = spec.deregistrationProtection;
  if (!wanted) return [];
  if (!wanted.enabled) return isProtected(image) ? [unprotect(site, image, ctx)] : [];
  const deregistrationProtection = `enabled-${wanted.cooldown ? 'with' : 'without'}-cooldown`;
  if (image.deregistrationProtection === deregistrationProtection) return [];
  return [
    step<Seen>()('ec2:EnableImageDeregistrationProtection', {
      ...at(site, ctx.scope.region),
      input: { ImageId: image.imageId, WithCooldown: wanted.cooldown },
      why: `${image.imageId} is to be protected from deregistration`,
      field: 'deregistrationProtection',
      fold: (seen) => changeImage(seen, site.region, { deregistrationProtection }),
      refused: ifImageGone(site.region),
    }),
  ];
}

export const isProtected = ({ deregistrationProtection = 'disabled' }: Image): boolean =>
  deregistrationProtection.startsWith('enabled');

export const unprotect = (site: Site, { imageId }: Image, ctx: Context): Step<Seen> =>
  step<Seen>()('ec2:DisableImageDeregistrationProtection', {
    ...at(site, ctx.scope.region),
    input: { ImageId: imageId },
    why: `${imageId} is no longer to be protected from deregistration`,
    field: 'deregistrationProtection',
    fold: (seen) => changeImage(seen, site.region, { deregistrationProtection: 'disabled' }),
    refused: ifImageGone(site.region),
  });

/** The moment an age is reached; copies are as old as what they are copies of. */
export function reachedAt(age: string | undefined, { primary }: Seen): number | undefined {
  const created = Date.parse(primary.image?.createdAt ?? '');
  return age === undefined || Number.isNaN(created) ? undefined : created + imageAge(age);
}

/** Whether `disableAfter` has come. */
export function isOver(self: ImageObject, seen: Seen, ctx: Context): boolean {
  const due = reachedAt(self.spec.disableAfter, seen);
  return due !== undefined && due <= ctx.now;
}

/**
 * AWS keeps the minute, and takes no time that has passed: an image that is too old already is deprecated as
 * soon as can be. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImageDeprecation.html
 */
function deprecate(self: ImageObject, seen: Seen, site: Site, image: Image, ctx: Context): Step<Seen>[] {
  const present = image.deprecatedAt === undefined ? undefined : Date.parse(image.deprecatedAt);
  const wanted = reachedAt(self.spec.deprecateAfter, seen);
  if (wanted === undefined) {
    const ours = self.spec.deprecateAfter === undefined && self.status.deprecatedAt !== undefined;
    return ours && present !== undefined ? [undeprecate(site, image, ctx)] : [];
  }
  const earliest = ctx.now + 2 * minute;
  const over = wanted < earliest && present !== undefined && present <= earliest;
  if (over || (present !== undefined && Math.abs(present - wanted) <= minute)) return [];
  const time = Math.round(Math.max(wanted, earliest) / minute) * minute;
  const deprecatedAt = new Date(time).toISOString();
  return [
    step<Seen>()('ec2:EnableImageDeprecation', {
      ...at(site, ctx.scope.region),
      input: { ImageId: image.imageId, DeprecateAt: new Date(time) },
      why: `${image.imageId} is to be deprecated at ${deprecatedAt.slice(0, 16)}Z`,
      field: 'deprecateAfter',
      fold: (before) => changeImage(before, site.region, { deprecatedAt }),
      refused: ifImageGone(site.region),
    }),
  ];
}

const undeprecate = (site: Site, { imageId }: Image, ctx: Context): Step<Seen> =>
  step<Seen>()('ec2:DisableImageDeprecation', {
    ...at(site, ctx.scope.region),
    input: { ImageId: imageId },
    why: `${imageId} is no longer to be deprecated`,
    field: 'deprecateAfter',
    fold: (seen) => changeImage(seen, site.region, { deprecatedAt: undefined }),
    refused: ifImageGone(site.region),
  });

/**
 * Only what we have disabled is enabled again: somebody else had their reasons. Disabling ends who may launch the
 * image, and not who has its snapshots: what shares those is withdrawn before (share.ts).
 */
export function disable(self: ImageObject, seen: Seen, site: Site, ctx: Context): Plan<Seen> {
  const { image } = site;
  if (!image || !isFinished(image)) return inSync;
  const due = reachedAt(self.spec.disableAfter, seen);
  const { imageId, state } = image;
  if (isOver(self, seen, ctx)) {
    if (state === 'disabled') return inSync;
    const input = { ImageId: imageId };
    const why = `${imageId} is older than ${self.spec.disableAfter}: disabled, and its sharing ends`;
    const expected = { field: 'disableAfter', expected: true } as const;
    const fold = (before: Seen): Seen => disabled(before, site.region);
    const refused = ifImageGone(site.region);
    const how = { ...at(site, ctx.scope.region), input, why, ...expected, fold, refused };
    return { steps: [step<Seen>()('ec2:DisableImage', how)] };
  }
  if (state === 'disabled' && self.status.disabledAt !== undefined) {
    return { steps: [enable(site, image, ctx)] };
  }
  // What is further away is found by the sweep.
  return due === undefined || due - ctx.now > hour ? inSync : { steps: [], wakeAt: due };
}

const disabled = (seen: Seen, region: string): Seen =>
  changeSite(seen, region, (site) => ({
    ...site,
    image: site.image && { ...site.image, state: 'disabled', public: false },
    sharing: site.sharing && { ...site.sharing, ...nobody },
  }));

const enable = (site: Site, { imageId }: Image, ctx: Context): Step<Seen> =>
  step<Seen>()('ec2:EnableImage', {
    ...at(site, ctx.scope.region),
    input: { ImageId: imageId },
    why: `${imageId} is younger than spec.disableAfter now says: enabled again`,
    field: 'disableAfter',
    fold: (seen) => changeImage(seen, site.region, { state: 'available' }),
    refused: ifImageGone(site.region),
  });
