import { launchName, referenceName } from '../../aws/readers/image-users.ts';
import { AwsError } from '../../core/errors.ts';
import type { Shared, Usage } from './retention/decide.ts';
import type { Expired } from './retention/expire.ts';
import type { ImageObject, Seen } from './seen.ts';
import type { Sources } from './sources.ts';

/** Asked of at once, oldest first: ten calls a reconcile. */
const most = 100;

/** What AWS knows of the use in other accounts may itself be a day old. */
const fresh = 24 * 3_600_000;

/**
 * Who uses the images that no rule keeps, and their copies. What AWS does not answer is `unknown`, which
 * deletes nothing and hinders no new image.
 */
export async function usageOf(
  expired: readonly Expired[],
  { objects }: Pick<Seen, 'objects'>,
  sources: Sources,
  now: number,
): Promise<ReadonlyMap<string, Usage>> {
  const byName = new Map(objects.map((object) => [object.name, object]));
  const asked = expired
    .filter(({ hold, image }) => hold === undefined && image.imageId !== undefined)
    .slice(0, most);
  const answers = await Promise.all(
    asked.map(
      async ({ image: { name, imageId = '' } }): Promise<[string, Usage]> => [
        imageId,
        await usage(imageId, byName.get(name), sources, now),
      ],
    ),
  );
  return new Map(answers);
}

async function usage(
  imageId: string,
  object: ImageObject | undefined,
  sources: Sources,
  now: number,
): Promise<Usage> {
  const parts: Shared[] = [{ imageId, region: undefined }, ...(object?.copies ?? [])];
  try {
    const by = (await Promise.all(parts.map((part) => usersHere(part, sources)))).flat();
    if (by.length > 0) return { state: 'used', by };
    return object?.shared ? await usageElsewhere(parts, sources, now) : { state: 'free' };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { state: 'unknown', why: `${error.call}: ${error.message}` };
  }
}

/** In this account and the image's Region. EC2 does not search what Auto Scaling launches. */
async function usersHere({ region, imageId }: Shared, sources: Sources): Promise<string[]> {
  const from = sources.usageIn(region);
  const [references, launches] = await Promise.all([
    from.imageReferences(imageId),
    from.autoScalingUses(imageId),
  ]);
  return [...(references ?? []).map(referenceName), ...launches.map(launchName)];
}

/** By AWS's reports, which take their time: they are asked for in one reconcile and read in a later one. */
async function usageElsewhere(parts: readonly Shared[], sources: Sources, now: number): Promise<Usage> {
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
  return accounts.size === 0
    ? { state: 'free' }
    : { state: 'used', by: [...accounts].sort().map((account) => `account ${account}`) };
}
