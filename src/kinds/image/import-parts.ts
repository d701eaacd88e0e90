/** What an import says of an image where a manifest cannot say everything that AWS can have. */

import type { Image } from '../../aws/readers/images.ts';
import { share as shareSchema } from '../../core/image-sharing.ts';
import type { Sharing, Site } from './seen.ts';

interface Part {
  readonly spec: object;
  readonly notes: readonly string[];
}

const nothing: Part = { spec: {}, notes: [] };

/** Sharing that a manifest does not speak of is not looked at, and so stays. */
export function importShare({ image, snapshots, sharing }: Site): Part {
  if (!image || !sharing || !isShared(sharing)) return nothing;
  const left = (why: string): Part => ({
    spec: {},
    notes: [`${image.imageId} is shared, and share is left out, and so left as it is: ${why}`],
  });
  if (sharing.managedKey !== undefined)
    return left(`it is encrypted with ${sharing.managedKey}, and nobody can use it`);
  if (sharing.public && snapshots.some(({ encrypted }) => encrypted))
    return left('it is public and encrypted');
  const withSnapshots = snapshotsShared(sharing);
  if (withSnapshots === undefined)
    return left('its snapshots are shared with others than it is, which a manifest cannot say');
  const { accounts, organizationArns, ouArns } = sharing;
  const share = {
    ...listed('accounts', accounts),
    ...listed('organizationArns', organizationArns),
    ...listed('ouArns', ouArns),
    ...(sharing.public ? { public: true, publicConfirmed: true } : {}),
    ...(withSnapshots ? { snapshots: true } : {}),
  };
  const [issue] = shareSchema.safeParse(share).error?.issues ?? [];
  return issue ? left(`${issue.path.join('.')}: ${issue.message}`) : { spec: { share }, notes: [] };
}

const isShared = ({ accounts, organizationArns, ouArns, public: all, snapshotAccounts }: Sharing): boolean =>
  all ||
  [accounts, organizationArns, ouArns, ...Object.values(snapshotAccounts)].some((list) => list.length > 0);

const listed = (field: string, values: readonly string[]) =>
  values.length === 0 ? {} : { [field]: values.toSorted() };

/** Whether all snapshots are shared with the accounts that may launch the image, or none with anybody; else undefined. */
function snapshotsShared({ accounts, snapshotAccounts }: Sharing): boolean | undefined {
  const all = Object.values(snapshotAccounts);
  if (all.every((own) => own.length === 0)) return false;
  const wanted = accounts.toSorted().join();
  return all.every((own) => own.toSorted().join() === wanted) ? true : undefined;
}

const minute = 60_000;
const hour = 60 * minute;
/** As the schema has them: AWS's own limits. Days. */
const most = { public: 730, private: 3_650 };

/** A manifest says an age, in whole hours at least; AWS keeps a time, to the minute. */
export function importDeprecation({ imageId, createdAt, deprecatedAt, public: all }: Image): Part {
  if (deprecatedAt === undefined) return nothing;
  const age = Date.parse(deprecatedAt) - Date.parse(createdAt ?? '');
  const hours = Math.round(age / hour);
  const exact = Math.abs(age - hours * hour) <= minute;
  if (!exact || hours < 1 || hours > 24 * (all ? most.public : most.private)) {
    const note = `${imageId} is to be deprecated at ${deprecatedAt}, which is no whole number of hours after it was made, or too many: deprecateAfter is left out, and so that left as it is`;
    return { spec: {}, notes: [note] };
  }
  return { spec: { deprecateAfter: hours % 24 === 0 ? `${hours / 24}d` : `${hours}h` }, notes: [] };
}
