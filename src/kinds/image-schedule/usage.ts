import { launchName, referenceName } from '../../aws/readers/image-users.ts';
import { ifImageThere } from '../../aws/readers/images.ts';
import { AwsError } from '../../core/errors.ts';
import { hasUsers, type Shared, type Usage } from './retention/decide.ts';
import type { Expired } from './retention/expire.ts';
import type { ScheduledImage } from './retention/image.ts';
import type { Seen } from './seen.ts';
import type { Sources } from './sources.ts';

/** Asked of at once, oldest first: ten calls. */
const batch = 100;
/** In one reconcile: what is in use stays the oldest for good, and those behind it have their turn, too. */
const most = 500;

/** What AWS knows of the use in other accounts may itself be a day old. */
const fresh = 24 * 3_600_000;

/** Whom an image is shared with is a call each: so many that may go are enough for one reconcile. */
const enough = 10;

/**
 * Who uses the images that no rule keeps, and their copies. What AWS does not answer is `unknown`, which
 * deletes nothing and hinders no new image; of what is not among the answers nobody was asked yet.
 */
export async function usageOf(
  expired: readonly Expired[],
  { objects }: Pick<Seen, 'objects'>,
  sources: Sources,
  now: number,
): Promise<ReadonlyMap<string, Usage>> {
  const declared = new Set(objects.filter(({ shared }) => shared).map(({ name }) => name));
  const candidates = expired
    .filter(({ hold }) => hold === undefined)
    .map(({ image }) => image)
    .filter(hasUsers);
  const answers = new Map<string, Usage>();
  let free = 0;
  for (let at = 0; at < candidates.length && at < most && free < enough; at += batch) {
    free += await ask(candidates.slice(at, at + batch), { answers, declared, sources, now }, enough - free);
  }
  return answers;
}

type Asked = ScheduledImage & { readonly imageId: string };

interface Asking {
  readonly answers: Map<string, Usage>;
  /** Names of the Images whose manifests share them. */
  readonly declared: ReadonlySet<string>;
  readonly sources: Sources;
  readonly now: number;
}

/** Gives how many are free; once `wanted` of them are, no others are asked about. */
async function ask(images: readonly Asked[], asking: Asking, wanted: number): Promise<number> {
  const { answers, declared, sources, now } = asking;
  const here = await Promise.all(
    images.map((image) => ifTold(async () => usedBy(await usersOf(image, sources)))),
  );
  const unused: Asked[] = [];
  for (const [at, image] of images.entries()) {
    const usage = here[at];
    if (usage?.state === 'free') unused.push(image);
    else if (usage) answers.set(image.imageId, usage);
  }
  let free = 0;
  for (let at = 0; at < unused.length && free < wanted; at += enough) {
    const some = unused.slice(at, at + enough);
    const usages = await Promise.all(
      some.map((image) => ifTold(() => usageElsewhere(image, declared.has(image.name), sources, now))),
    );
    for (const [n, { imageId }] of some.entries()) {
      const usage = usages[n];
      if (usage) answers.set(imageId, usage);
    }
    free += usages.filter(({ state }) => state === 'free').length;
  }
  return free;
}

async function ifTold(ask: () => Promise<Usage>): Promise<Usage> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { state: 'unknown', why: `${error.call}: ${error.message}` };
  }
}

const usedBy = (by: readonly string[]): Usage => (by.length > 0 ? { state: 'used', by } : { state: 'free' });

/** Of what is there: AWS does not answer for an AMI that is gone, nor for others asked about with it. */
const partsOf = ({ imageId, isListed, copies }: Asked): readonly Shared[] => [
  ...(isListed ? [{ imageId, region: undefined }] : []),
  ...copies,
];

const usersOf = async (image: Asked, sources: Sources): Promise<string[]> =>
  (await Promise.all(partsOf(image).map((part) => usersHere(part, sources)))).flat();

/** In this account and the image's Region. EC2 does not search what Auto Scaling launches. */
async function usersHere({ region, imageId }: Shared, sources: Sources): Promise<string[]> {
  const from = sources.usageIn(region);
  const [references, launches] = await Promise.all([
    from.imageReferences(imageId),
    from.autoScalingUses(imageId),
  ]);
  return [...(references ?? []).map(referenceName), ...launches.map(launchName)];
}

/** Whatever the manifest says: it may have been shared by hand, or under an earlier template. */
async function usageElsewhere(
  image: Asked,
  declared: boolean,
  sources: Sources,
  now: number,
): Promise<Usage> {
  const parts = partsOf(image);
  const shared = declared || (await Promise.all(parts.map((part) => isShared(part, sources)))).some(Boolean);
  return shared ? await usageReported(parts, sources, now) : { state: 'free' };
}

/** One that failed or was disabled has no launch permissions, and AWS may not answer for it. */
async function isShared({ region, imageId }: Shared, sources: Sources): Promise<boolean> {
  const { imageSharing } = sources.usageIn(region);
  const permissions = await ifImageThere(imageSharing.launchPermissions(imageId));
  if (!permissions) return false;
  const { accounts, organizationArns, ouArns } = permissions;
  return permissions.public || accounts.length + organizationArns.length + ouArns.length > 0;
}

/** By AWS's reports, which take their time: they are asked for in one reconcile and read in a later one. */
async function usageReported(parts: readonly Shared[], sources: Sources, now: number): Promise<Usage> {
  const reports = await Promise.all(
    parts.map(({ region, imageId }) => sources.usageIn(region).imageUsage(imageId)),
  );
  const ask = parts.filter((_, at) => {
    const report = reports[at];
    return report === undefined || now - report.createdAt > fresh;
  });
  if (ask.length > 0) return { state: 'shared', why: 'AWS is asked who uses it', ask };
  const failed = reports.find((report) => report?.state === 'error');
  if (failed) return { state: 'shared', why: `AWS cannot tell who uses it: ${failed.reason}`, ask: [] };
  if (reports.some((report) => report?.state === 'pending')) {
    return { state: 'shared', why: 'AWS is still finding out who uses it', ask: [] };
  }
  const accounts = new Set(reports.flatMap((report) => report?.accounts ?? []));
  return usedBy([...accounts].sort().map((account) => `account ${account}`));
}
