import type { Context } from '../../core/context.ts';
import { adoptBreach, takeOverBreaches } from '../../core/guardrails/adopt.ts';
import { breach } from '../../core/guardrails/breach.ts';
import { externalBreaches, type JudgedPolicy } from '../../core/guardrails/external-accounts.ts';
import { regionBreaches } from '../../core/guardrails/regions.ts';
import { tagBreaches, tagsAfter } from '../../core/guardrails/required-tags.ts';
import { deletionBreaches, keepsEverything, withEnforcedRetain } from '../../core/guardrails/retain.ts';
import { mayManage } from '../../core/ownership.ts';
import { InvalidPolicy } from '../../core/policy/invalid-policy.ts';
import { parsePolicy } from '../../core/policy/parse.ts';
import { type Desired, desiredKey, desiredReplicas } from './desired.ts';
import { goingReplicas } from './removal.ts';
import { isPendingDeletion, keyAt, type Seen, type SeenKey } from './seen.ts';
import type { KMSKey } from './self.ts';
import { fieldAt } from './tags.ts';

/** The rules of the account that the object would break once its key and replicas are as declared; in words. */
export function breaches(self: KMSKey, found: Seen, ctx: Context): string[] {
  const adopting = adoptBreach(self, found.key?.tags, ctx);
  // Nothing is told of what it may not even see.
  if (adopting !== undefined) return [adopting];
  const ours = found.key === undefined || mayManage(found.key.tags, self, found.cameBy);
  const seen = ours ? found : { ...found, key: undefined, replicas: {} };
  const desired = [desiredKey(self, ctx, undefined), ...desiredReplicas(self, ctx)];
  return [
    ...regionBreaches(ctx, [
      { field: 'spec.region', region: ctx.scope.region },
      ...(self.spec.replicas ?? []).map(({ region }) => ({ field: fieldOf(region, 'region'), region })),
    ]),
    ...deletionBreaches(ctx, self.spec.deletionPolicy),
    ...replicaBreaches(self, seen, ctx),
    ...takeOverBreaches(ctx, 'spec.takeOver', self.spec.takeOver),
    ...desired.flatMap((one) => keyBreaches(one, keyAt(seen, one.place), ctx)),
  ];
}

const fieldOf = (place: Desired['place'], field: string): string => `spec.${fieldAt(place, field)}`;

/** What holds for a key as for each replica. */
const keyBreaches = (desired: Desired, key: SeenKey | undefined, ctx: Context): string[] => [
  ...windowBreaches(desired, ctx),
  ...tagBreaches(
    ctx,
    fieldOf(desired.place, 'tags'),
    tagsAfter(desired.tags, key?.tags ?? {}, { managed: desired.managedTags }),
  ),
  ...policyBreaches(desired, key, ctx),
];

function windowBreaches({ place, deletionWindowDays: days }: Desired, { guardrails }: Context): string[] {
  const least = guardrails?.kmsKey?.minDeletionWindowDays ?? 0;
  if (days >= least) return [];
  const field = fieldOf(place, 'deletionWindowDays');
  return [breach('kmsKey.minDeletionWindowDays', field, `is ${days}; allowed: ${least} to 30`)];
}

/** The policy that a key will have: the manifest's, or the one it has; AWS's default lets in its own account only. */
function policyBreaches({ place, policy }: Desired, key: SeenKey | undefined, ctx: Context): string[] {
  const rule = {
    name: 'kmsKey.allowedExternalAccounts',
    allowed: ctx.guardrails?.kmsKey?.allowedExternalAccounts,
  };
  if (policy.state === 'known') {
    return externalBreaches(ctx, rule, fieldOf(place, policy.field), policy.document);
  }
  if (key?.policy === undefined) return [];
  return externalBreaches(ctx, rule, fieldOf(place, 'policy (as it is in AWS)'), read(key.policy));
}

function read(text: string): JudgedPolicy {
  try {
    return parsePolicy(text);
  } catch (error) {
    if (error instanceof InvalidPolicy) return { unreadable: error.message };
    throw error;
  }
}

/** A replica that is taken out of the manifest is deleted by that. */
function replicaBreaches(self: KMSKey, seen: Seen, ctx: Context): string[] {
  const going = keepsEverything(ctx) ? goingReplicas(self, seen) : [];
  return going
    .filter(([, replica]) => !isPendingDeletion(replica))
    .map(([region]) =>
      breach('deletionPolicy', 'spec.replicas', `${region} is not named any more; allowed: to keep it`),
    );
}

/** The object as it is deleted: as the account enforces it, and not sooner than it allows. */
export function withEnforcedDeletion(self: KMSKey, ctx: Context): KMSKey {
  const least = ctx.guardrails?.kmsKey?.minDeletionWindowDays ?? 0;
  const kept = withEnforcedRetain(self, ctx);
  const { deletionWindowDays, replicas } = kept.spec;
  return {
    ...kept,
    spec: {
      ...kept.spec,
      deletionWindowDays: Math.max(least, deletionWindowDays),
      ...(replicas && {
        replicas: replicas.map((replica) => ({
          ...replica,
          deletionWindowDays: Math.max(least, replica.deletionWindowDays),
        })),
      }),
    },
  };
}
