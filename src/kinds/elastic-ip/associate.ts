import { step } from '../../aws/step.ts';
import type { Context } from '../../core/context.ts';
import { milliseconds } from '../../core/duration.ts';
import { blocked, inSync, type Plan, type Step } from '../../core/plan.ts';
import { type Choice, choose, isFree } from './choose.ts';
import { type Association, type Candidate, type Seen, type SeenAddress, sitsOn } from './seen.ts';
import { type ElasticIP, madeByUs } from './self.ts';
import { failoverDefaults } from './spec.ts';

/** How soon to look again for an instance that does not exist yet, or is not healthy. Milliseconds. */
const soon = 15_000;

/** Puts the address where the manifest wants it, and takes nothing from anybody without leave. */
export function associate(self: ElasticIP, seen: Seen, ctx: Context): Plan<Seen> {
  const { address, target } = seen;
  if (!address) return inSync;
  switch (target.state) {
    case 'none':
      return letGo(self, address);
    case 'missing':
      return blocked('DependencyNotReady', target.what, ctx.now + soon);
    case 'fixed':
      return toFixed(self, address, target.candidate, ctx);
    case 'selected':
      return toSelected(self, address, choose(address, target, rulesOf(self), ctx.now), ctx);
  }
}

/** An association that we made and the manifest no longer wants; one that somebody else made is theirs. */
function letGo(self: ElasticIP, address: SeenAddress): Plan<Seen> {
  const { association } = address;
  if (!association || !madeByUs(self, association)) return inSync;
  return { steps: [disassociate(address, association, 'the manifest no longer associates it')] };
}

function toFixed(self: ElasticIP, address: SeenAddress, candidate: Candidate, ctx: Context): Plan<Seen> {
  if (sitsOn(address.association, candidate)) return inSync;
  // A stopped instance can carry the address; of one that starts AWS says that its id is invalid.
  if (candidate.state !== undefined && ['pending', 'shutting-down', 'terminated'].includes(candidate.state)) {
    return blocked('DependencyNotReady', `${candidate.instanceId} is ${candidate.state}`, ctx.now + soon);
  }
  return move(self, address, candidate, ctx, undefined);
}

function toSelected(self: ElasticIP, address: SeenAddress, choice: Choice, ctx: Context): Plan<Seen> {
  const { candidate, reason, stuck } = choice;
  const wakeAt = choice.wakeAt === undefined ? {} : { wakeAt: choice.wakeAt };
  if (stuck !== undefined) {
    return blocked(
      'NoHealthyInstance',
      `${stuck}, and no other selected instance is healthy and free`,
      ctx.now + soon,
    );
  }
  if (!candidate) {
    return blocked('NoHealthyInstance', 'no selected instance is running, healthy and free', ctx.now + soon);
  }
  if (sitsOn(address.association, candidate)) return { steps: [], ...wakeAt };
  return move(self, address, candidate, ctx, reason);
}

function move(
  self: ElasticIP,
  address: SeenAddress,
  candidate: Candidate,
  ctx: Context,
  failover: string | undefined,
): Plan<Seen> {
  const conflict = takenFrom(self, address, candidate);
  if (conflict !== undefined) return blocked('Conflict', conflict, ctx.now + 4 * soon);
  return { steps: [associateStep(self, address, candidate, ctx, failover)] };
}

/** Who would lose something by this move and has not agreed to it, in words. */
function takenFrom(self: ElasticIP, address: SeenAddress, candidate: Candidate): string | undefined {
  if (self.spec.association?.allowReassociation) return undefined;
  const { association } = address;
  if (association && !madeByUs(self, association)) {
    return `${address.publicIp} is associated with ${placeOf(association)}, which mooring did not do: set spec.association.allowReassociation to move it`;
  }
  if (isFree(candidate, address)) return undefined;
  const { publicIp, allocationId } = candidate.occupant ?? {};
  return `${candidate.privateIpAddress} on ${candidate.networkInterfaceId} already carries ${publicIp}${allocationId ? ` (${allocationId})` : ''}: set spec.association.allowReassociation to displace it`;
}

function associateStep(
  self: ElasticIP,
  address: SeenAddress,
  candidate: Candidate,
  ctx: Context,
  failover: string | undefined,
): Step<Seen> {
  const { networkInterfaceId, privateIpAddress, instanceId } = candidate;
  const from = address.association ?? (failover ? lastPlace(self) : undefined);
  const to = instanceId ?? networkInterfaceId;
  return step<Seen>()('ec2:AssociateAddress', {
    input: {
      AllocationId: address.allocationId,
      NetworkInterfaceId: networkInterfaceId,
      PrivateIpAddress: privateIpAddress,
      AllowReassociation:
        address.association !== undefined || self.spec.association?.allowReassociation === true,
    },
    why: failover
      ? `${address.publicIp}: ${placeOf(from)} → ${to}, because ${failover}`
      : `${address.publicIp} belongs on ${to} (${networkInterfaceId}, ${privateIpAddress})${from ? `, not on ${placeOf(from)}` : ''}`,
    field: 'association',
    exclusive: `${networkInterfaceId}/${privateIpAddress}`,
    ...(failover ? { event: 'FailedOver', expected: true, warns: true } : {}),
    fold: (seen, { AssociationId = '' }) => ({
      ...seen,
      address: {
        ...(seen.address ?? address),
        association: { associationId: AssociationId, instanceId, networkInterfaceId, privateIpAddress },
      },
      target: vacate(seen.target, address, candidate),
      ...(failover
        ? { moved: { from: placeOf(from), to, at: new Date(ctx.now).toISOString(), reason: failover } }
        : {}),
    }),
  });
}

export function disassociate(address: SeenAddress, { associationId }: Association, why: string): Step<Seen> {
  return step<Seen>()('ec2:DisassociateAddress', {
    input: { AssociationId: associationId },
    why: `${address.publicIp}: ${why}`,
    field: 'association',
    fold: (seen) => ({
      ...seen,
      address: seen.address && { ...seen.address, association: undefined },
      target: vacate(seen.target, address, undefined),
    }),
  });
}

/** Who carries what, after `address` has moved to `onto`. */
function vacate(target: Seen['target'], address: SeenAddress, onto: Candidate | undefined): Seen['target'] {
  const occupant = { publicIp: address.publicIp, allocationId: address.allocationId, ownerId: undefined };
  const update = (candidate: Candidate): Candidate => {
    if (onto && sitsOn({ ...onto, associationId: '' }, candidate)) return { ...candidate, occupant };
    return candidate.occupant?.publicIp === address.publicIp
      ? { ...candidate, occupant: undefined }
      : candidate;
  };
  if (target.state === 'fixed') return { ...target, candidate: update(target.candidate) };
  return target.state === 'selected' ? { ...target, candidates: target.candidates.map(update) } : target;
}

type Place = Pick<Association, 'instanceId' | 'networkInterfaceId'>;

const placeOf = (association: Place | undefined): string =>
  association?.instanceId ?? association?.networkInterfaceId ?? 'nowhere';

/** Where the address was until it was lost, in this look or in one before. */
const lastPlace = ({ status: { association, lastInstanceId } }: ElasticIP): Place | undefined =>
  association ?? (lastInstanceId === undefined ? undefined : { instanceId: lastInstanceId });

function rulesOf(self: ElasticIP) {
  const { spec, status } = self;
  const { unhealthyAfter, failback, cooldown } = spec.failover ?? failoverDefaults;
  const last = status.lastFailover;
  return {
    unhealthyAfter: milliseconds(unhealthyAfter),
    failback,
    cooldown: milliseconds(cooldown),
    allowReassociation: spec.association?.allowReassociation ?? false,
    previous: status.association?.foreign ? undefined : lastPlace(self)?.instanceId,
    last: last && { from: last.from, at: Date.parse(last.at) },
  };
}
