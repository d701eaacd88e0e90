import type { Image } from '../../aws/readers/images.ts';
import type { Snapshot } from '../../aws/readers/snapshots.ts';
import { AwsError } from '../../core/errors.ts';
import { tagKeys } from '../../core/identity.ts';
import type { Context } from '../../core/kind.ts';
import type { Sharing, Site } from './seen.ts';
import { type ImageObject, knownIn, shareIn } from './self.ts';
import type { ImageKindReaders, Lookups } from './sources.ts';

/** The snapshots and the sharing of one image; with `judged`, its sharing also where the manifest does not speak of it. */
export async function observeSite(
  self: ImageObject,
  ctx: Context,
  { region, image }: Pick<Site, 'region' | 'image'>,
  lookups: Lookups,
  readers: ImageKindReaders,
  judged: boolean,
): Promise<Site> {
  const own = ctx.scope.region;
  const known = knownIn(self, region, own);
  const ids = new Set([...(image?.snapshotIds ?? []), ...(known?.snapshots ?? [])]);
  const [named, tagged] = await Promise.all([
    Promise.all([...ids].map((id) => lookups.snapshots.byId(id))),
    self.deleting ? lookups.snapshots.byIdentity(self.identity) : [],
  ]);
  const snapshots = distinct([
    ...named.filter((snapshot) => snapshot !== undefined),
    ...tagged.filter((snapshot) => isOwn(self, snapshot)),
  ]);
  const declared = shareIn(self, region, own) !== undefined || known?.shared === true || judged;
  const reads = image !== undefined && declared && !self.deleting && image.state === 'available';
  return {
    region,
    image,
    snapshots,
    ...(reads ? { sharing: await observeSharing(image, snapshots, readers) } : {}),
  };
}

/** A snapshot of a failed image may be known by its tags alone. */
const isOwn = ({ uid, creation }: ImageObject, { tags }: Snapshot): boolean =>
  tags[tagKeys.role] === 'snapshot' &&
  tags[tagKeys.uid] === uid &&
  tags[tagKeys.creation] !== undefined &&
  tags[tagKeys.creation] === creation?.token;

const distinct = (snapshots: readonly Snapshot[]): Snapshot[] => [
  ...new Map(snapshots.map((snapshot) => [snapshot.snapshotId, snapshot])).values(),
];

async function observeSharing(
  { imageId }: Image,
  snapshots: readonly Snapshot[],
  readers: ImageKindReaders,
): Promise<Sharing> {
  const { imageSharing } = readers;
  const keys = new Set(snapshots.flatMap(({ kmsKeyId }) => kmsKeyId ?? []));
  const [permissions, accounts, managed] = await Promise.all([
    imageSharing.launchPermissions(imageId),
    Promise.all(
      snapshots.map(
        async ({ snapshotId }) => [snapshotId, await imageSharing.snapshotAccounts(snapshotId)] as const,
      ),
    ),
    Promise.all([...keys].map((key) => ifManaged(key, readers))),
  ]);
  const managedKey = managed.find((key) => key !== undefined);
  return {
    ...permissions,
    snapshotAccounts: Object.fromEntries(accounts),
    ...(managedKey === undefined ? {} : { managedKey }),
  };
}

/** A key that we may not ask about is left for AWS to judge. */
async function ifManaged(key: string, readers: ImageKindReaders): Promise<string | undefined> {
  try {
    return (await readers.keys.describe(key))?.manager === 'AWS' ? key : undefined;
  } catch (error) {
    if (error instanceof AwsError && error.class === 'Denied') return undefined;
    throw error;
  }
}
