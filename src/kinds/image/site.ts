import type { Image } from '../../aws/readers/images.ts';
import type { Snapshot } from '../../aws/readers/snapshots.ts';
import type { Context } from '../../core/context.ts';
import { AwsError } from '../../core/errors.ts';
import { tagKeys } from '../../core/identity.ts';
import { nobody, type Sharing, type Site } from './seen.ts';
import { type ImageObject, knownIn, shareIn } from './self.ts';
import type { ImageKindReaders, Lookups } from './sources.ts';

/**
 * The snapshots and the sharing of one image; with `judged`, its sharing also where the manifest does not speak of it.
 * Without `asks`, nothing that AWS tells of one image at a time.
 */
export async function observeSite(
  self: ImageObject,
  ctx: Context,
  { region, image }: Pick<Site, 'region' | 'image'>,
  lookups: Lookups,
  readers: ImageKindReaders,
  { judged, asks }: { readonly judged: boolean; readonly asks: boolean },
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
  const left = image || !removes(self, region, own) ? snapshots : await unused(snapshots, known, readers);
  const wanted = image && readsSharing(self, image, region, own, judged);
  if (wanted && !asks) return { region, image, snapshots: left, unasked: true };
  const sharing = wanted ? { sharing: await observeSharing(image, snapshots, readers) } : {};
  return { region, image, snapshots: left, ...sharing };
}

/** Of a disabled image only who has its snapshots is worth a question: nobody may launch it. */
function readsSharing(
  self: ImageObject,
  { state }: Image,
  region: string,
  own: string,
  judged: boolean,
): boolean {
  const concerned = shareIn(self, region, own) !== undefined || knownIn(self, region, own)?.shared === true;
  if (self.deleting) return false;
  if (state === 'disabled') return concerned && self.spec.disableAfter !== undefined;
  return state === 'available' && (concerned || judged);
}

/** Whether what is left of an image that is gone is deleted. */
const removes = ({ deleting, spec }: ImageObject, region: string, own: string): boolean =>
  spec.deleteSnapshots && (deleting || region !== own);

/** Without those that another image is made of, too: they are that one's now. */
async function unused(
  snapshots: readonly Snapshot[],
  known: { readonly imageId?: string | undefined } | undefined,
  { images }: ImageKindReaders,
): Promise<readonly Snapshot[]> {
  const used = await Promise.all(
    snapshots.map(async ({ snapshotId }) => {
      const users = await images.ofSnapshot(snapshotId);
      // What was just deregistered may be listed for a while.
      return users.some(({ imageId }) => imageId !== known?.imageId);
    }),
  );
  return snapshots.filter((_, at) => !used[at]);
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
  { imageId, state }: Image,
  snapshots: readonly Snapshot[],
  readers: ImageKindReaders,
): Promise<Sharing> {
  const { imageSharing } = readers;
  const keys = new Set(snapshots.flatMap(({ kmsKeyId }) => kmsKeyId ?? []));
  const [permissions, accounts, managed] = await Promise.all([
    state === 'disabled' ? nobody : imageSharing.launchPermissions(imageId),
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
