import type { Context } from '../../core/context.ts';
import { adoptBreach, takeOverBreaches } from '../../core/guardrails/adopt.ts';
import { breach } from '../../core/guardrails/breach.ts';
import { instanceBreach, isInstanceAllowed } from '../../core/guardrails/instances.ts';
import { regionBreaches } from '../../core/guardrails/regions.ts';
import { tagBreaches, tagsAfter } from '../../core/guardrails/required-tags.ts';
import { deletionBreaches } from '../../core/guardrails/retain.ts';
import { mayManage } from '../../core/ownership.ts';
import { type Candidate, placesOf, type Seen } from './seen.ts';
import type { ElasticIP } from './self.ts';
import { desiredTags } from './tags.ts';

/** The rules of the account that the object would break once its address is as declared; in words. */
export function breaches(self: ElasticIP, seen: Seen, ctx: Context): string[] {
  const { spec, status } = self;
  const adopting = adoptBreach(self, seen.address?.tags, ctx);
  // Nothing is told of what it may not even see.
  if (adopting !== undefined) return [adopting];
  const address = seen.address && mayManage(seen.address.tags, self, seen.cameBy) ? seen.address : undefined;
  const managed = [...(status.managedTags ?? [])];
  return [
    ...regionBreaches(ctx, [{ field: 'spec.region', region: ctx.scope.region }]),
    ...deletionBreaches(ctx, spec.deletionPolicy),
    ...takeOverBreaches(ctx, 'spec.association.allowReassociation', spec.association?.allowReassociation),
    ...tooMany(self, ctx),
    ...tagBreaches(
      ctx,
      'spec.tags',
      tagsAfter(desiredTags(self, ctx, undefined), address?.tags ?? {}, { managed }),
    ),
    ...placeBreaches(seen, ctx),
  ];
}

/**
 * `maxPerNamespace`: the oldest objects have their addresses, whatever they do with them; those that came
 * later have none, until one of the older goes. One whose account nobody knows yet counts.
 */
function tooMany({ identity }: ElasticIP, { guardrails, siblings = [], scope }: Context): string[] {
  const most = guardrails?.elasticIP?.maxPerNamespace;
  if (most === undefined) return [];
  const own = siblings.filter(({ accountId = scope.account }) => accountId === scope.account);
  const place = own.findIndex(({ name }) => name === identity.name);
  if (place >= 0 && place < most) return [];
  const words = `${identity.name} is one too many in ${identity.namespace}; allowed with this account: the ${most} oldest`;
  return [breach('elasticIP.maxPerNamespace', 'metadata.namespace', words)];
}

/** Of a selector's places those that are allowed are enough; see {@link allowedPlaces}. */
function placeBreaches({ target }: Seen, ctx: Context): string[] {
  const places = placesOf(target);
  const refused = refusedPlaces(target, ctx);
  if (refused.length === 0 || refused.length < places.length) return [];
  return [instanceBreach(ctx, 'spec.association', refused.map(nameOf))];
}

/** Candidates that may not have the address, for their instance lacks the tags that the account asks for. */
export const refusedPlaces = (target: Seen['target'], ctx: Context): Candidate[] =>
  placesOf(target).filter(({ tags }) => !isInstanceAllowed(ctx, tags));

export const nameOf = ({ instanceId, networkInterfaceId }: Candidate): string =>
  instanceId ?? networkInterfaceId;

/** What is seen, without the selected instances that may not have the address. */
export function allowedPlaces(seen: Seen, ctx: Context): Seen {
  const { target } = seen;
  if (target.state !== 'selected' || refusedPlaces(target, ctx).length === 0) return seen;
  const candidates = target.candidates.filter(({ tags }) => isInstanceAllowed(ctx, tags));
  return { ...seen, target: { ...target, candidates } };
}
