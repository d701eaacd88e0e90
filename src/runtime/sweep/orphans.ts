import { AwsError } from '../../core/errors.ts';
import { idTag } from '../../core/identity.ts';
import type { Listing, Self } from '../../core/kind.ts';
import type { Resource } from '../../core/resource.ts';
import type { ReconcilerOptions } from '../reconcile/options.ts';

type AnyListing = Listing<Self<unknown, unknown>, unknown>;

/**
 * Resources that carry our cluster's tag and belong to no object, by id. Asks AWS about them where their kind can
 * tell more; there are few.
 */
export async function orphansIn(
  { kind, watchesAllOf }: ReconcilerOptions,
  listing: AnyListing,
  objects: readonly Resource[],
): Promise<string[]> {
  const known = new Set(
    objects.map(({ metadata: { namespace = '', name } }) =>
      idTag({ kind: kind.definition.kind, namespace, name }),
    ),
  );
  const ownerless = listing.owned
    .filter(({ idTag: id, released }) => !released && !known.has(id) && watchesAllOf(id.split('/')[1] ?? ''))
    .map(({ id }) => id);
  const going = await Promise.all(ownerless.map((id) => isGoing(listing, id)));
  return ownerless.filter((_, at) => !going[at]);
}

/** What AWS does not answer about counts as an orphan: somebody should look at it. */
async function isGoing(listing: Pick<AnyListing, 'goes'>, id: string): Promise<boolean> {
  try {
    return (await listing.goes?.(id)) ?? false;
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}
