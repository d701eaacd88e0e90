import type { Context } from '../../core/context.ts';
import { forbidden } from '../../core/guardrails/breach.ts';
import { claimOn, mayManage, ownerOf } from '../../core/ownership.ts';
import { blocked, mergePlans, type Plan } from '../../core/plan.ts';
import { toRecreate } from '../../core/recreation.ts';
import { nameKey } from './aliases.ts';
import { create } from './create.ts';
import { creationOf, type Desired, desiredKey, desiredReplicas } from './desired.ts';
import { breaches, withEnforcedDeletion } from './guardrails.ts';
import { mismatch } from './mismatch.ts';
import { putPolicy } from './put-policy.ts';
import { disputedClaims, remove, removeReplicas } from './removal.ts';
import { replicate } from './replicate.ts';
import { rotateNow } from './rotate-now.ts';
import { rotate } from './rotation.ts';
import { nameOf, type Seen, type SeenKey } from './seen.ts';
import type { KMSKey } from './self.ts';
import { cancelDeletion, describe, disable, enable, transition } from './state.ts';
import { retag } from './tags.ts';
import { whileYoung } from './young.ts';

/**
 * From what AWS has to what the manifest declares; what breaks a rule of the account is left as it is.
 * `visibleAfter` is how long KMS may hide what was done, in milliseconds.
 */
export function diff(self: KMSKey, seen: Seen, ctx: Context, visibleAfter: number): Plan<Seen> {
  if (self.deleting) {
    const removal = remove(withEnforcedDeletion(self, ctx), seen, ctx);
    return seen.key ? whileYoung(self, seen.key, seen, ctx, visibleAfter, removal) : removal;
  }
  return forbidden(ctx, () => breaches(self, seen, ctx)) ?? declared(self, seen, ctx, visibleAfter);
}

function declared(self: KMSKey, seen: Seen, ctx: Context, visibleAfter: number): Plan<Seen> {
  const { key } = seen;
  if (!key) return withoutKey(self, seen, ctx, visibleAfter);
  if (!mayManage(key.tags, self, seen.cameBy)) {
    return blocked('Conflict', `${key.keyId} belongs to ${ownerOf(key.tags)}: it is left alone`);
  }
  const wrong = mismatch(self, key, ctx);
  if (wrong !== undefined) return blocked('Conflict', wrong);

  const desired = desiredKey(self, ctx, creationOf(self, key));
  const replicas = desiredReplicas(self, ctx);
  const canceled = [
    ...cancelDeletion(self, key, undefined),
    ...replicas.flatMap(({ place = '' }) => {
      const replica = seen.replicas[place];
      return replica && claimOn(replica.tags, self) !== 'foreign' ? cancelDeletion(self, replica, place) : [];
    }),
  ];
  // Nothing else can be changed of a key that is to be deleted: the rest is planned once it is not.
  if (canceled.length > 0) return { steps: canceled };
  const plan = mergePlans(
    { steps: enable(key, desired) },
    common(self, key, desired, ctx),
    rotate(self, enabledBy(key, desired), seen.rotation),
    rotateNow(self, enabledBy(key, desired), seen.rotation, ctx, visibleAfter),
    ...replicas.map((replica) => keepReplica(self, seen, enabledBy(key, desired), replica, ctx)),
    { steps: removeReplicas(self, seen) },
    // Last, for much of the above can't be done to a key that is disabled.
    { steps: disable(key, desired) },
  );
  return whileYoung(self, key, seen, ctx, visibleAfter, plan);
}

function withoutKey(self: KMSKey, seen: Seen, ctx: Context, visibleAfter: number): Plan<Seen> {
  const { status, spec, creation } = self;
  if (seen.claims.length > 1) return blocked('Conflict', disputedClaims(seen));
  if (status.keyId === undefined) {
    if (spec.adopt === undefined) return create(self, ctx, seen);
    return blocked('NotFound', `spec.adopt names ${spec.adopt}, which this account and region do not have`);
  }
  const visible = creation ? Date.parse(creation.time) + visibleAfter : 0;
  if (ctx.now < visible)
    return blocked('Pending', `waiting until AWS shows ${status.keyId}`, ctx.now + 5_000);
  if (ctx.mayRecreate) return create(self, ctx, seen);
  return blocked(
    'Gone',
    `${status.keyId} does not exist any more, and what was encrypted with it is lost. Another key in its place is made only if you ${toRecreate(self.annotations, status.keyId)}`,
  );
}

/** What is declared alike of the key and of each replica. */
const common = (self: KMSKey, key: SeenKey, desired: Desired, ctx: Context): Plan<Seen> =>
  mergePlans(
    { steps: retag(self, key, desired) },
    { steps: describe(key, desired) },
    putPolicy(key, desired),
    nameKey(key, desired, ctx),
    transition(key, desired.place, ctx),
  );

function keepReplica(self: KMSKey, seen: Seen, key: SeenKey, desired: Desired, ctx: Context): Plan<Seen> {
  const { place = '' } = desired;
  const replica = seen.replicas[place];
  if (place === ctx.scope.region) {
    return blocked('InvalidSpec', `spec.replicas[${place}] is the key's own Region`);
  }
  if (!replica) return replicate(key, desired, seen);
  if (claimOn(replica.tags, self) === 'foreign') {
    return blocked(
      'Conflict',
      `${nameOf(replica, place)} belongs to ${ownerOf(replica.tags)}: it is left alone`,
    );
  }
  return mergePlans({ steps: enable(replica, desired) }, common(self, replica, desired, ctx), {
    steps: disable(replica, desired),
  });
}

/** The key as it is once the step that enables it is done. */
const enabledBy = (key: SeenKey, { enabled }: Desired): SeenKey =>
  enabled && key.state === 'Disabled' ? { ...key, state: 'Enabled' } : key;
