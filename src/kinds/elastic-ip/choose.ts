import { type Candidate, type SeenAddress, sitsOn, type Target } from './seen.ts';

/**
 * Which candidate a selector's address goes to. Guarantees: it does not wander (a healthy holder keeps
 * it, and gets it back when it was taken off); it never moves while the holder's health is unknown; nothing
 * is displaced while a free place is left; among equals the choice is stable, by id.
 */
export interface Choice {
  /** Undefined: there is nowhere to go; an address that has a place stays on it. */
  readonly candidate: Candidate | undefined;
  /** Why it leaves the place it has; absent where it stays or had none. */
  readonly reason?: string;
  /** When the answer may change without anything happening in AWS. */
  readonly wakeAt?: number;
  /** The holder is not healthy, and the address is still there. */
  readonly stuck?: string;
}

export interface ChoiceRules {
  readonly unhealthyAfter: number;
  readonly failback: boolean;
  readonly cooldown: number;
  readonly allowReassociation: boolean;
  /** Where status says the address was: AWS takes it off an instance that is terminated. */
  readonly previous?: string | undefined;
  /** The last move, from status. */
  readonly last?: { readonly from: string | undefined; readonly at: number } | undefined;
}

export function choose(
  address: SeenAddress | undefined,
  target: Extract<Target, { state: 'selected' }>,
  rules: ChoiceRules,
  now: number,
): Choice {
  const holder = target.candidates.find((candidate) => sitsOn(address?.association, candidate));
  const eligible = eligibleCandidates(target.candidates, address, rules);

  if (!holder) return arrive(address, target.candidates, eligible, rules);
  const fault = faultOf(holder);
  if (!fault) return goBack(holder, address, eligible, rules, now);

  const ripe = fault.since === undefined ? now : ripeAt(fault.since, rules);
  if (now < ripe) return { candidate: holder, wakeAt: ripe };
  const next = eligible.find((candidate) => candidate !== holder);
  return next ? { candidate: next, reason: fault.why } : { candidate: holder, stuck: fault.why };
}

/**
 * Where the address may go, in the order of choice: the free places by id, then, where the spec allows it,
 * those that another address would have to leave.
 */
export function eligibleCandidates(
  candidates: readonly Candidate[],
  address: SeenAddress | undefined,
  { allowReassociation }: Pick<ChoiceRules, 'allowReassociation'>,
): Candidate[] {
  const healthy = healthyCandidates(candidates).filter((candidate) => inBorderGroup(candidate, address));
  const free = healthy.filter((candidate) => isFree(candidate, address));
  return allowReassociation ? [...free, ...healthy.filter((candidate) => !free.includes(candidate))] : free;
}

/** Running and known to be healthy, by id. */
function healthyCandidates(candidates: readonly Candidate[]): Candidate[] {
  return candidates
    .filter(({ state, health }) => (state === undefined || state === 'running') && health.status === 'ok')
    .sort(
      (a, b) =>
        compare(a.instanceId ?? '', b.instanceId ?? '') ||
        compare(a.networkInterfaceId, b.networkInterfaceId),
    );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A place that carries no Elastic IP but ours; one that AWS assigned at launch gives way by itself. */
export const isFree = ({ occupant }: Candidate, address: SeenAddress | undefined): boolean =>
  !occupant || occupant.publicIp === address?.publicIp || occupant.ownerId === 'amazon';

const inBorderGroup = (candidate: Candidate, address: SeenAddress | undefined): boolean =>
  candidate.networkBorderGroup === undefined ||
  address?.networkBorderGroup === undefined ||
  candidate.networkBorderGroup === address.networkBorderGroup;

/** To a place from elsewhere, or from nowhere: then back to where it was, unless there is a reason not to. */
function arrive(
  address: SeenAddress | undefined,
  candidates: readonly Candidate[],
  eligible: readonly Candidate[],
  { previous }: ChoiceRules,
): Choice {
  const [first] = eligible;
  const left = address?.association?.instanceId ?? address?.association?.networkInterfaceId;
  if (left !== undefined) {
    return first ? { candidate: first, reason: `${left} is no longer selected` } : { candidate: undefined };
  }
  const known = candidates.find(({ instanceId }) => previous !== undefined && instanceId === previous);
  const lost = known ? whyNotBack(known, address) : `${previous} is terminated or no longer selected`;
  if (known && lost === undefined) return { candidate: known };
  if (!first) return { candidate: undefined };
  return { candidate: first, ...(previous === undefined || lost === undefined ? {} : { reason: lost }) };
}

function whyNotBack(candidate: Candidate, address: SeenAddress | undefined): string | undefined {
  const { instanceId, state } = candidate;
  if (state === 'pending') return `${instanceId} is pending`;
  if (!isFree(candidate, address)) return `${instanceId} carries another address`;
  return faultOf(candidate)?.why;
}

/** Back to where the last failover came from, once that is healthy and the address has stayed for a while. */
function goBack(
  holder: Candidate,
  address: SeenAddress | undefined,
  eligible: readonly Candidate[],
  { failback, cooldown, last }: ChoiceRules,
  now: number,
): Choice {
  const origin = failback && last ? eligible.find(({ instanceId }) => instanceId === last.from) : undefined;
  const stays = !origin || !last || origin === holder || !isFree(origin, address);
  if (stays || holder.health.status === 'unknown') return { candidate: holder };
  const ripe = last.at + cooldown;
  return now < ripe
    ? { candidate: holder, wakeAt: ripe }
    : { candidate: origin, reason: `${last.from} is healthy again` };
}

/** Why a holder must be left. A stopped one at once; an impaired one only after a while. */
function faultOf({ instanceId, state, health }: Candidate): { why: string; since?: number } | undefined {
  if (state === 'pending') return undefined;
  if (state !== undefined && state !== 'running') return { why: `${instanceId} is ${state}` };
  if (health.status !== 'impaired' || health.impairedSince === undefined) return undefined;
  return { why: `${instanceId} fails its status checks`, since: health.impairedSince };
}

const ripeAt = (since: number, { unhealthyAfter, cooldown, last }: ChoiceRules): number =>
  Math.max(since + unhealthyAfter, last ? last.at + cooldown : 0);
