import type { Context } from '../../core/context.ts';
import { forbidden } from '../../core/guardrails/breach.ts';
import { withEnforcedRetain } from '../../core/guardrails/retain.ts';
import { claimOn, mayManage, ownerOf } from '../../core/ownership.ts';
import { blocked, mergePlans, type Plan } from '../../core/plan.ts';
import { allocate } from './allocate.ts';
import { associate } from './associate.ts';
import { allowedPlaces, breaches } from './guardrails.ts';
import { disputedClaims, release, releaseSpare } from './release.ts';
import { reverseDNS } from './reverse-dns.ts';
import type { Seen } from './seen.ts';
import type { ElasticIP } from './self.ts';
import { retag } from './tags.ts';

/**
 * From what AWS has to what the manifest declares: allocate, tag, associate, reverse DNS, in this order,
 * each only where something differs; but an address that says whose it is already is associated first, so that no
 * failover waits for a tag. What breaks a rule of the account is left as it is.
 */
export function diff(self: ElasticIP, seen: Seen, ctx: Context): Plan<Seen> {
  if (self.deleting) return release(withEnforcedRetain(self, ctx), seen, ctx);
  const broken = forbidden(ctx, () => breaches(self, seen, ctx));
  return broken ?? declared(self, allowedPlaces(seen, ctx), ctx);
}

function declared(self: ElasticIP, seen: Seen, ctx: Context): Plan<Seen> {
  const { address } = seen;
  if (!address && seen.claims.length > 1) return blocked('Conflict', disputedClaims(seen));
  if (!address && self.spec.adopt !== undefined && self.status.allocationId === undefined) {
    return blocked(
      'NotFound',
      `spec.adopt names ${self.spec.adopt}, which this account and region do not have`,
    );
  }
  if (!address) return allocate(self, ctx, seen);
  if (!mayManage(address.tags, self, seen.cameBy)) {
    return blocked(
      'Conflict',
      `${address.allocationId} belongs to ${ownerOf(address.tags)}: it is left alone`,
    );
  }
  const tags = retag(self, address, ctx);
  const place = associate(self, seen, ctx);
  return mergePlans(
    ...(claimOn(address.tags, self) === 'ours' ? [place, tags] : [tags, place]),
    reverseDNS(self, seen, ctx),
    releaseSpare(self, seen),
  );
}
