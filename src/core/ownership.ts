import { type Identity, idTag, tagKeys } from './identity.ts';
import type { Self } from './kind.ts';
import type { Tags } from './tags.ts';

/**
 * Whose a resource is, by its tags:
 * - `ours`      this very object's
 * - `previous`  of an object of the same cluster, kind, namespace and name that had another uid: the
 *               cluster was rebuilt, or the object was deleted with Retain and applied again
 * - `unclaimed` nobody's
 * - `foreign`   another object's, or another cluster's
 */
export type Claim = 'ours' | 'previous' | 'unclaimed' | 'foreign';

type Owner = { readonly identity: Identity; readonly uid: string };

export function claimOn(tags: Tags, owner: Owner): Claim {
  const cluster = tags[tagKeys.cluster];
  const id = tags[tagKeys.id];
  if (cluster === undefined && id === undefined && tags[tagKeys.uid] === undefined) return 'unclaimed';
  // A tag somebody took off is no claim of somebody else's: what is left decides.
  const sameCluster = cluster === undefined || cluster === owner.identity.cluster;
  const sameId = id === undefined || id === idTag(owner.identity);
  const sameUid = tags[tagKeys.uid] === undefined || tags[tagKeys.uid] === owner.uid;
  if (!sameCluster || !sameId) return 'foreign';
  return sameUid ? 'ours' : 'previous';
}

/**
 * Whether this object may write to a resource, given how it came to it. A known resource that now carries
 * another uid was taken over by somebody else, and one adopted by name must not be another object's;
 * a resource found by identity is ours to take over.
 */
export function mayManage(
  tags: Tags,
  self: Pick<Self<unknown, unknown>, 'identity' | 'uid'>,
  cameBy: 'known id' | 'identity' | 'adopt',
): boolean {
  const claim = claimOn(tags, self);
  if (claim === 'ours') return true;
  if (claim === 'foreign') return false;
  return claim === 'unclaimed' ? cameBy !== 'identity' : cameBy !== 'known id';
}

/**
 * The id that status records of a resource that was seen. None of one that still carries a former object's uid:
 * a known id that carries another uid was taken away (see {@link mayManage}), and a take-over that has not been
 * made yet, or has failed, could never be made. `known` is what status says already.
 */
export const recordedId = (
  id: string,
  tags: Tags,
  owner: Owner,
  known: string | undefined,
): string | undefined => (claimOn(tags, owner) === 'previous' ? known : id);

/** For a Conflict's message: who a resource's tags say it belongs to. */
export function ownerOf(tags: Tags): string {
  const id = tags[tagKeys.id] ?? 'an unnamed object';
  const cluster = tags[tagKeys.cluster];
  const uid = tags[tagKeys.uid];
  return `${id}${cluster ? ` of cluster ${cluster}` : ''}${uid ? ` (uid ${uid})` : ''}`;
}
