import { launchName, referenceName } from '../../aws/readers/image-users.ts';
import type { Image } from '../../aws/readers/images.ts';
import type { Context } from '../../core/context.ts';
import { AwsError } from '../../core/errors.ts';
import { judgesSharing } from '../../core/guardrails/sharing.ts';
import { tagKeys } from '../../core/identity.ts';
import { knownCopy } from './gone.ts';
import { isFailed, type Seen, type Site } from './seen.ts';
import { type ImageObject, imageNameOf } from './self.ts';
import { observeSite } from './site.ts';
import { observeSource } from './source.ts';
import type { ImageKindReaders, Lookups, LookupsIn } from './sources.ts';
import { taggedRegions } from './tags.ts';

/** What a sweep has read, and whether it also asks what AWS tells of one image at a time. */
export interface Swept {
  readonly lookupsIn: LookupsIn;
  readonly asks: boolean;
}

/** The image, its copies and what it is to be made of, each looked up at the same time. */
export async function observe(
  self: ImageObject,
  ctx: Context,
  readersIn: (region: string) => ImageKindReaders,
  swept?: Swept,
): Promise<Seen> {
  const { region } = ctx.scope;
  const { lookupsIn, asks = true } = swept ?? {};
  // The sweep reads in bulk, and this takes a call an image: a fresh look tells.
  const judged = swept === undefined && judgesSharing(ctx);
  const own = (await lookupsIn?.(region)) ?? readersIn(region);
  const found = await findPrimary(self, own.images);
  const site = async (where: string): Promise<Site> => {
    const lookups = where === region ? own : ((await lookupsIn?.(where)) ?? readersIn(where));
    const image = where === region ? found.image : await findCopy(self, found.image, where, lookups.images);
    const place = { region: where, image };
    const looked = await observeSite(self, ctx, place, lookups, readersIn(where), { judged, asks });
    const seen = where === region ? looked : { ...looked, ...failuresOf(self, looked) };
    const wanted = where === region || (found.image && isWanted(self, where));
    if (image || !wanted || self.deleting) return seen;
    return { ...seen, namesake: await lookups.images.byName(found.image?.name ?? imageNameOf(self)) };
  };
  const [primary, copies, rest] = await Promise.all([
    site(region),
    Promise.all(copyRegions(self, found.image, region).map(site)),
    found.image
      ? ofImage(self, found.image, asks ? readersIn(region) : undefined)
      : ofNone(self, readersIn(region)),
  ]);
  return { primary, cameBy: found.cameBy, copies: copies.filter((copy) => isKnown(self, copy)), ...rest };
}

const isWanted = ({ spec }: ImageObject, region: string): boolean =>
  spec.copies?.some((copy) => copy.region === region) ?? false;

const isKnown = (self: ImageObject, { region, image, snapshots, namesake }: Site): boolean =>
  image !== undefined ||
  snapshots.length > 0 ||
  namesake !== undefined ||
  knownCopy(self, region) !== undefined;

async function ofImage(
  self: ImageObject,
  image: Image,
  readers: ImageKindReaders | undefined,
): Promise<Pick<Seen, 'source' | 'inUseBy'>> {
  const source = { state: 'not looked for' } as const;
  if (!readers || self.deleting || image.state !== 'available') return { source };
  return { source, inUseBy: await usersOf(image, readers) };
}

async function ofNone(self: ImageObject, readers: ImageKindReaders): Promise<Pick<Seen, 'source'>> {
  if (self.deleting) return { source: { state: 'not looked for' } };
  return { source: await observeSource(self.spec.source, readers) };
}

/**
 * By identity in any case. Of those that carry it only the one of the right name is the object's, and of several the
 * oldest: a copy that somebody made by hand takes the tags along, and has another name, is elsewhere, or is younger.
 * A known id that does not carry our tags (any more) is asked for by itself, and only then is gone.
 */
async function findPrimary(
  self: ImageObject,
  images: Lookups['images'],
): Promise<{ image: Image | undefined; cameBy: Seen['cameBy'] }> {
  const { identity, spec, status } = self;
  const owned = await images.byIdentity(identity);
  const known = status.imageId;
  if (known !== undefined) {
    const image = owned.find(({ imageId }) => imageId === known) ?? (await images.byId(known));
    if (image) return { image, cameBy: 'known id' };
  } else if (spec.adopt !== undefined) {
    return { image: await images.byId(spec.adopt), cameBy: 'adopt' };
  }
  const name = imageNameOf(self);
  const [image] = owned
    .filter((one) => one.name === name && one.tags[tagKeys.role] !== 'copy')
    .sort((a, b) => ((a.createdAt ?? '') < (b.createdAt ?? '') ? -1 : 1));
  return { image, cameBy: 'identity' };
}

/** A copy of this very image: one of an image that was made before it carries another creation token. */
async function findCopy(
  self: ImageObject,
  primary: Image | undefined,
  region: string,
  images: Lookups['images'],
): Promise<Image | undefined> {
  const owned = (await images.byIdentity(self.identity)).filter(({ tags }) => tags[tagKeys.role] === 'copy');
  const known = knownCopy(self, region)?.imageId;
  if (known !== undefined) {
    const image = owned.find(({ imageId }) => imageId === known) ?? (await images.byId(known));
    if (image) return image;
  }
  const token = primary?.tags[tagKeys.creation] ?? self.creation?.token;
  const name = primary?.name ?? imageNameOf(self);
  return owned.find((one) => one.name === name && one.tags[tagKeys.creation] === token);
}

/** How many copies there have failed: those that status counted, and one that has failed since. */
function failuresOf(self: ImageObject, { region, image }: Site): Pick<Site, 'failures'> {
  const known = knownCopy(self, region);
  const counted = known?.state === 'Failed' && known.imageId === image?.imageId;
  const failures = (known?.failures ?? 0) + (image && isFailed(image) && !counted ? 1 : 0);
  return failures === 0 ? {} : { failures };
}

/**
 * Those of the manifest, and those that status or the image itself knows of: one taken out of the manifest is to be
 * removed, also where status was lost meanwhile.
 */
export function copyRegions(
  { spec, status }: ImageObject,
  primary: Image | undefined,
  own: string,
): string[] {
  const regions = [...(spec.copies ?? []), ...(status.copies ?? [])].map(({ region }) => region);
  return [...new Set([...regions, ...taggedRegions(primary)])].filter((region) => region !== own).sort();
}

/** EC2 does not search what Auto Scaling launches. Undefined where AWS told of neither. */
async function usersOf(
  { imageId }: Image,
  { imageReferences, autoScalingUses }: ImageKindReaders,
): Promise<readonly string[] | undefined> {
  const [references, launches] = await Promise.all([
    ifTold(async () => (await imageReferences(imageId)) ?? []),
    ifTold(() => autoScalingUses(imageId)),
  ]);
  if (!references && !launches) return undefined;
  return [...(references ?? []).map(referenceName), ...(launches ?? []).map(launchName)].sort();
}

/** Told in status only, so an operator that may not ask, or a Region that cannot tell, does without. */
async function ifTold<Told>(ask: () => Promise<Told>): Promise<Told | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof AwsError && ['Denied', 'Invalid', 'NotFound'].includes(error.class))
      return undefined;
    throw error;
  }
}
