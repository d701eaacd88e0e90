import { step } from '../../aws/step.ts';
import type { Context } from '../../core/context.ts';
import { ownershipTags, tagKeys } from '../../core/identity.ts';
import { claimOn } from '../../core/ownership.ts';
import { inSync, type Plan, type Step } from '../../core/plan.ts';
import { applyTags, describeTagChanges, diffTags, managedKeys, type Tags, tagList } from '../../core/tags.ts';
import type { Seen, SeenAddress } from './seen.ts';
import type { ElasticIP } from './self.ts';

/** The manifest's tags over the operator's defaults, and above both who owns the address. */
export function desiredTags(self: ElasticIP, ctx: Context, creation: string | undefined): Tags {
  const { identity, uid } = self;
  return {
    ...ctx.defaultTags,
    ...self.spec.tags,
    ...ownershipTags({ identity, uid, role: 'primary', creation }),
  };
}

/** The tag keys status records as ours, so that one taken out of the manifest is taken off the address. */
export const managedTags = (self: ElasticIP, address: SeenAddress | undefined, ctx: Context): string[] =>
  managedKeys({ ...ctx.defaultTags, ...self.spec.tags }, self.status.managedTags, [address?.tags ?? {}]);

export function retag(self: ElasticIP, address: SeenAddress, ctx: Context): Plan<Seen> {
  const managed = [...(self.status.managedTags ?? [])];
  const changes = diffTags(desiredTags(self, ctx, creationOf(self, address)), address.tags, { managed });
  const unset = [...(changes?.unset ?? []), ...(tagKeys.released in address.tags ? [tagKeys.released] : [])];
  const set = changes?.set ?? {};
  if (Object.keys(set).length + unset.length === 0) return inSync;
  return { steps: [...setTags(self, address, set), ...unsetTags(address, unset)] };
}

/** An address keeps the token it was created under; one whose tag was lost gets the recorded token. */
const creationOf = (self: ElasticIP, { tags }: SeenAddress): string | undefined =>
  tags[tagKeys.creation] ?? self.creation?.token;

function setTags(self: ElasticIP, address: SeenAddress, set: Tags): Step<Seen>[] {
  if (Object.keys(set).length === 0) return [];
  const claim = claimOn(address.tags, self);
  const takenOver = claim === 'previous';
  const changes = { set, unset: [] };
  return [
    step<Seen>()('ec2:CreateTags', {
      input: { Resources: [address.allocationId], Tags: tagList(set) },
      why: takenOver
        ? `${address.publicIp} (${address.allocationId}) is this object's by its identity tags: taken over`
        : `${address.allocationId}: ${describeTagChanges(changes)}`,
      field: 'tags',
      ...(takenOver ? { event: 'TakenOver', expected: true } : {}),
      // Another object that adopts it may be about to say the same.
      ...(claim === 'unclaimed' ? { exclusive: address.allocationId } : {}),
      fold: (seen) => withTags(seen, (tags) => applyTags(tags, changes)),
    }),
  ];
}

function unsetTags(address: SeenAddress, unset: readonly string[]): Step<Seen>[] {
  if (unset.length === 0) return [];
  const changes = { set: {}, unset };
  return [
    step<Seen>()('ec2:DeleteTags', {
      input: { Resources: [address.allocationId], Tags: unset.map((Key) => ({ Key })) },
      why: `${address.allocationId}: ${describeTagChanges(changes)}`,
      field: 'tags',
      fold: (seen) => withTags(seen, (tags) => applyTags(tags, changes)),
    }),
  ];
}

const withTags = (seen: Seen, change: (tags: Tags) => Tags): Seen =>
  seen.address ? { ...seen, address: { ...seen.address, tags: change(seen.address.tags) } } : seen;
