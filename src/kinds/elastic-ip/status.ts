import type { ConditionDraft } from '../../core/conditions.ts';
import type { Context } from '../../core/context.ts';
import { instancesForbidden } from '../../core/instances-forbidden.ts';
import { recordedId } from '../../core/ownership.ts';
import { eligibleCandidates } from './choose.ts';
import { allowedPlaces, nameOf, refusedPlaces } from './guardrails.ts';
import { type Association, placesOf, type Seen, type SeenAddress, sitsOn } from './seen.ts';
import { type ElasticIP, madeByUs } from './self.ts';
import type { ElasticIPStatus } from './spec.ts';
import { managedTags } from './tags.ts';

/** As many candidates as status lists; a fleet's instances are not retold here. */
const maxCandidates = 20;

export function statusOf(self: ElasticIP, all: Seen, ctx: Context): ElasticIPStatus {
  const seen = allowedPlaces(all, ctx);
  const { address, moved } = seen;
  const lastFailover = moved ?? self.status.lastFailover;
  return {
    ...(address ? ofAddress(self, address, seen.target, ctx) : ofLost(self)),
    ...(address?.association ? {} : lastInstance(self)),
    ...(seen.target.state === 'selected' ? { candidates: candidatesOf(self, seen.target, address) } : {}),
    ...(lastFailover ? { lastFailover } : {}),
    ...toldReverseDNS(self, seen.reverseDNS),
    managedTags: managedTags(self, address, ctx),
  };
}

/** A lost address stays known until it is allocated anew, so that AWS can be asked for the same one. */
function ofLost({ status }: ElasticIP): ElasticIPStatus {
  const { allocationId, publicIp, arn } = status;
  return {
    ...(allocationId === undefined ? {} : { allocationId }),
    ...(publicIp === undefined ? {} : { publicIp }),
    ...(arn === undefined ? {} : { arn }),
  };
}

function ofAddress(
  self: ElasticIP,
  address: SeenAddress,
  target: Seen['target'],
  ctx: Context,
): ElasticIPStatus {
  const { allocationId, publicIp, customerOwnedIp, carrierIp, association } = address;
  const { partition, region, account } = ctx.scope;
  const recorded = recordedId(allocationId, address.tags, self, self.status.allocationId);
  return {
    ...(recorded === undefined ? {} : { allocationId: recorded }),
    publicIp,
    ...(customerOwnedIp === undefined ? {} : { customerOwnedIp }),
    ...(carrierIp === undefined ? {} : { carrierIp }),
    arn: `arn:${partition}:ec2:${region}:${account}:elastic-ip/${allocationId}`,
    ...(association
      ? {
          association: {
            ...association,
            since: sinceOf(self, association, ctx),
            ...(isOurs(self, association, target) ? {} : { foreign: true }),
          },
        }
      : idle(self, ctx)),
  };
}

/**
 * AWS takes an address off an instance that is terminated, and no other may be healthy then: what it left is
 * kept, so that the failover is told in full when there is one.
 */
function lastInstance({ spec, status }: ElasticIP): Pick<ElasticIPStatus, 'lastInstanceId'> {
  const { association, lastInstanceId } = status;
  const left = association?.foreign ? undefined : (association?.instanceId ?? lastInstanceId);
  return spec.association?.instanceSelector && left !== undefined ? { lastInstanceId: left } : {};
}

/** Status is all that remembers who made an association: it must not make a stranger's ours by showing it. */
const isOurs = (self: ElasticIP, association: Association, target: Seen['target']): boolean =>
  madeByUs(self, association) || placesOf(target).some((candidate) => sitsOn(association, candidate));

function sinceOf({ status }: ElasticIP, { associationId }: { associationId: string }, ctx: Context): string {
  const known = status.association;
  return known?.associationId === associationId && known.since !== undefined
    ? known.since
    : new Date(ctx.now).toISOString();
}

/** AWS does not tell since when an address has been idle: it counts from when we first saw it so. */
const idle = ({ status }: ElasticIP, ctx: Context) => ({
  idleSince: status.idleSince ?? new Date(ctx.now).toISOString(),
});

const candidatesOf = (
  { spec }: ElasticIP,
  { candidates }: Extract<Seen['target'], { state: 'selected' }>,
  address: SeenAddress | undefined,
): string[] =>
  eligibleCandidates(candidates, address, {
    allowReassociation: spec.association?.allowReassociation ?? false,
  })
    .flatMap(({ instanceId }) => instanceId ?? [])
    .slice(0, maxCandidates);

function toldReverseDNS(self: ElasticIP, seen: Seen['reverseDNS']): Pick<ElasticIPStatus, 'reverseDNS'> {
  if (seen?.domainName === undefined && !seen?.pending) return {};
  const { domainName, pending } = seen;
  const askedAt =
    seen.askedAt === undefined ? self.status.reverseDNS?.askedAt : new Date(seen.askedAt).toISOString();
  return {
    reverseDNS: {
      ...(domainName === undefined ? {} : { domainName }),
      ...(pending ? { status: pending.status, ...(pending.reason ? { reason: pending.reason } : {}) } : {}),
      ...(askedAt === undefined ? {} : { askedAt }),
    },
  };
}

/**
 * `Associated` for a manifest that asks for it, with `InstancesForbidden` where the account does not let all
 * that are selected have it; `Idle` for an address that only costs money.
 */
export function conditionsOf(
  self: ElasticIP,
  seen: Seen,
  ctx: Context,
  idleAfter: number | undefined,
): (ConditionDraft & { warns?: boolean })[] {
  const { address, target } = seen;
  if (self.spec.association) {
    return [associated(address, target), ...instancesForbidden(ctx, refusedPlaces(target, ctx).map(nameOf))];
  }
  if (!address || idleAfter === undefined) return [];
  const since = Date.parse(statusOf(self, seen, ctx).idleSince ?? '');
  return ctx.now - since >= idleAfter ? [idleCondition(address)] : [];
}

function associated(address: SeenAddress | undefined, target: Seen['target']): ConditionDraft {
  const place = placesOf(target).find((candidate) => sitsOn(address?.association, candidate));
  return place
    ? { type: 'Associated', status: 'True', reason: 'Associated', message: '' }
    : { type: 'Associated', status: 'False', reason: 'NotAssociated', message: '' };
}

const idleCondition = ({ publicIp }: SeenAddress): ConditionDraft & { warns: boolean } => ({
  type: 'Idle',
  status: 'True',
  reason: 'Idle',
  message: `${publicIp} has been associated with nothing for a day, and AWS charges for it`,
  warns: true,
});
