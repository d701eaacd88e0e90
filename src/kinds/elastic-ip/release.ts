import { step } from '../../aws/step.ts';
import type { Context } from '../../core/context.ts';
import type { StepError } from '../../core/errors.ts';
import { wasNeverTaken } from '../../core/guardrails/adopt.ts';
import { tagKeys } from '../../core/identity.ts';
import { claimOn, mayManage } from '../../core/ownership.ts';
import { blocked, inSync, type Plan, type Step } from '../../core/plan.ts';
import { disassociate } from './associate.ts';
import { lockedByName, resetReverseDNS } from './reverse-dns.ts';
import type { Seen, SeenAddress } from './seen.ts';
import { deletionPolicyOf, type ElasticIP } from './self.ts';

/**
 * What deleting the object does: nothing to an address that is somebody else's; a mark on one that is
 * retained, so that the same manifest finds it again; else reverse DNS (which locks the release), the
 * association and the address go, in the order AWS asks for. A spare one goes in any case.
 */
export function release(self: ElasticIP, seen: Seen, ctx: Context): Plan<Seen> {
  const { address, claims } = seen;
  if (!address) {
    // One of them was made by this object, and nobody would know of it any more.
    const disputed = claims.some(({ tags }) => claimOn(tags, self) === 'ours');
    return disputed ? blocked('Conflict', disputedClaims(seen)) : inSync;
  }
  if (!mayManage(address.tags, self, seen.cameBy) || wasNeverTaken(self, address.tags, ctx)) return inSync;
  const spares = releaseSpare(self, seen).steps;
  if (deletionPolicyOf(self, address) === 'Retain')
    return { steps: [...retain(self, address).steps, ...spares] };
  const removal = remove(address, seen, spares);
  return { ...removal, steps: removal.steps.map(destroying) };
}

function remove(address: SeenAddress, seen: Seen, spares: readonly Step<Seen>[]): Plan<Seen> {
  const reset = resetReverseDNS(address, seen);
  if (reset.steps.length > 0 || reset.blocked) return { ...reset, steps: [...reset.steps, ...spares] };
  const { association } = address;
  return {
    steps: [
      ...(association ? [disassociate(address, association, 'the object is deleted')] : []),
      // The address last: it tells which of the others are spare.
      ...spares,
      releaseStep(
        address,
        'the object is deleted',
        (after) => ({ ...after, address: undefined }),
        lockedByName,
      ),
    ],
  };
}

/** Held as a whole by the rules against accidents: traffic stops with the association, not with the release. */
const destroying = (one: Step<Seen>): Step<Seen> => ({ ...one, destroys: true });

/** For a Conflict: a look-up that finds two never picks. */
export const disputedClaims = ({ claims }: Seen): string =>
  `${claims.map(({ allocationId, publicIp }) => `${allocationId} (${publicIp})`).join(' and ')} all carry this object's ${tagKeys.id}: remove it from those that are not meant`;

function retain(self: ElasticIP, address: SeenAddress): Plan<Seen> {
  // An adopted address that was never tagged as ours has nothing to be marked released from.
  if (tagKeys.released in address.tags || claimOn(address.tags, self) !== 'ours') return inSync;
  const released = { [tagKeys.released]: 'true' };
  return {
    steps: [
      step<Seen>()('ec2:CreateTags', {
        input: { Resources: [address.allocationId], Tags: [{ Key: tagKeys.released, Value: 'true' }] },
        why: `${address.publicIp} (${address.allocationId}) is retained: deletionPolicy is Retain`,
        event: 'Retained',
        fold: (seen) => ({
          ...seen,
          address: seen.address && { ...seen.address, tags: { ...seen.address.tags, ...released } },
        }),
      }),
    ],
  };
}

/**
 * An unassociated address that an earlier intent of this very object made, and whose reply was lost for
 * longer than AWS said: it costs money and nobody knows it.
 */
export function releaseSpare(self: ElasticIP, { address, claims }: Seen): Plan<Seen> {
  const spares = claims.filter(
    ({ tags, association }) =>
      !association &&
      tags[tagKeys.uid] === self.uid &&
      tags[tagKeys.creation] !== undefined &&
      tags[tagKeys.creation] !== address?.tags[tagKeys.creation],
  );
  return {
    steps: spares.map((spare) =>
      releaseStep(spare, 'a second allocation for this object whose reply was lost', (seen) => ({
        ...seen,
        claims: seen.claims.filter(({ allocationId }) => allocationId !== spare.allocationId),
      })),
    ),
  };
}

function releaseStep(
  { allocationId, publicIp, networkBorderGroup }: SeenAddress,
  because: string,
  fold: (seen: Seen) => Seen,
  /** What it tells that reverse DNS locks the release. */
  locked?: (seen: Seen, error: StepError) => Seen | undefined,
): Step<Seen> {
  return step<Seen>()('ec2:ReleaseAddress', {
    input: {
      AllocationId: allocationId,
      ...(networkBorderGroup === undefined ? {} : { NetworkBorderGroup: networkBorderGroup }),
    },
    why: `${publicIp} (${allocationId}): ${because}`,
    destroys: true,
    fold,
    // Somebody was faster: what was wanted is so.
    refused: (seen, error) => (error.class === 'NotFound' ? fold(seen) : locked?.(seen, error)),
  });
}
