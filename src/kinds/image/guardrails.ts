import type { Context } from '../../core/context.ts';
import { adoptBreach } from '../../core/guardrails/adopt.ts';
import { breach } from '../../core/guardrails/breach.ts';
import { instanceBreach, isInstanceAllowed } from '../../core/guardrails/instances.ts';
import { regionBreaches } from '../../core/guardrails/regions.ts';
import { tagBreaches, tagsAfter } from '../../core/guardrails/required-tags.ts';
import { deletionBreaches } from '../../core/guardrails/retain.ts';
import { type Audience, copyBreaches, shareBreaches } from '../../core/guardrails/sharing.ts';
import { claimOn, mayManage } from '../../core/ownership.ts';
import type { Tags } from '../../core/tags.ts';
import type { Seen, Site } from './seen.ts';
import { type ImageObject, knownIn, shareIn } from './self.ts';
import { desiredTags, roleOf, withInstanceTags } from './tags.ts';

/** The rules of the account that the object would break once its image and copies are as declared; in words. */
export function breaches(self: ImageObject, seen: Seen, ctx: Context): string[] {
  const { image } = seen.primary;
  const adopting = adoptBreach(self, image?.tags, ctx);
  // Nothing is told of what it may not even see.
  if (adopting !== undefined) return [adopting];
  const { region } = ctx.scope;
  const copies = self.spec.copies ?? [];
  const ours = image === undefined || mayManage(image.tags, self, seen.cameBy);
  const sites = ours ? sitesAfter(seen, [region, ...copies.map((copy) => copy.region)]) : [];
  return [
    ...regionBreaches(ctx, [
      { field: 'spec.region', region },
      ...copies.map((copy) => ({ field: 'spec.copies', region: copy.region })),
    ]),
    ...deletionBreaches(ctx, self.spec.deletionPolicy),
    ...copyBreaches(
      ctx,
      'spec.copies',
      copies.map((copy) => copy.region),
    ),
    ...sourceBreaches(self, seen, ctx),
    ...sites.flatMap((site) => shareBreaches(ctx, shareField(site, ctx), audienceAfter(self, site, ctx))),
    ...requiredTagBreaches(self, seen, sites, ctx),
  ];
}

/** What is not wanted any more goes with its sharing and its tags, and what became somebody else's is left. */
const sitesAfter = ({ primary, copies }: Seen, regions: readonly string[]): Site[] =>
  regions.map(
    (region) => [primary, ...copies].find((site) => site.region === region) ?? { region, snapshots: [] },
  );

const shareField = ({ region }: Site, { scope }: Context): string =>
  region === scope.region ? 'spec.share' : `spec.copies[${region}].share`;

/** As declared; where the manifest does not say (any more), withdrawn or as it is. */
function audienceAfter(self: ImageObject, site: Site, ctx: Context): Audience {
  const declared = shareIn(self, site.region, ctx.scope.region);
  const left = snapshotAccounts(self, site, declared !== undefined || isWithdrawn(self, site, ctx));
  if (declared) return { ...declared, accounts: [...(declared.accounts ?? []), ...left] };
  if (isWithdrawn(self, site, ctx)) return { accounts: left };
  const { accounts = [], ...others } = site.sharing ?? {};
  return { ...others, public: site.image?.public, accounts: [...new Set([...accounts, ...left])] };
}

const isWithdrawn = (self: ImageObject, { region }: Site, { scope }: Context): boolean =>
  knownIn(self, region, scope.region)?.shared === true;

/** Whom the snapshots stay shared with: all that are seen, or, of those that are set, only somebody else's. */
function snapshotAccounts(self: ImageObject, { sharing, snapshots }: Site, set: boolean): string[] {
  const foreign = new Set(
    snapshots.filter(({ tags }) => claimOn(tags, self) === 'foreign').map(({ snapshotId }) => snapshotId),
  );
  return Object.entries(sharing?.snapshotAccounts ?? {}).flatMap(([id, accounts]) =>
    set && !foreign.has(id) ? [] : accounts,
  );
}

/**
 * `allowedInstances`, of an image that is still to be made. Whose disks another image holds, nobody can tell:
 * none is copied then.
 */
function sourceBreaches({ spec }: ImageObject, { primary, source }: Seen, ctx: Context): string[] {
  if (primary.image || ctx.guardrails?.allowedInstances === undefined) return [];
  const { copyFrom, instanceSelector } = spec.source ?? {};
  if (copyFrom) {
    const words = `${copyFrom.imageId} may be of any instance; allowed: instanceId and instanceSelector`;
    return [breach('allowedInstances', 'spec.source.copyFrom', words)];
  }
  if (source.state !== 'instance' || isInstanceAllowed(ctx, source.tags)) return [];
  const field = `spec.source.${instanceSelector ? 'instanceSelector' : 'instanceId'}`;
  return [instanceBreach(ctx, field, [source.instanceId])];
}

/** Of the image, its copies, and the snapshots of each. */
function requiredTagBreaches(self: ImageObject, seen: Seen, sites: readonly Site[], ctx: Context): string[] {
  const { managedTags = [], managedSnapshotTags = [] } = self.status;
  const snapshotTags = desiredTags(self, ctx, 'snapshot', undefined);
  const judged = sites.flatMap((site) => [
    ...tagBreaches(ctx, 'spec.tags', imageTagsAfter(self, seen, site, ctx, managedTags)),
    ...ownSnapshotTags(self, site).flatMap((tags) =>
      tagBreaches(
        ctx,
        'spec.snapshotTags',
        tagsAfter(snapshotTags, tags, { managed: [...managedSnapshotTags] }),
      ),
    ),
  ]);
  return [...new Set(judged)];
}

function imageTagsAfter(
  self: ImageObject,
  { source }: Seen,
  site: Site,
  ctx: Context,
  managed: readonly string[],
): Tags {
  const desired = desiredTags(self, ctx, roleOf(site, ctx), undefined);
  if (site.image) return tagsAfter(desired, site.image.tags, { managed });
  const takesOver =
    self.spec.copyInstanceTags && source.state === 'instance' && site.region === ctx.scope.region;
  return takesOver ? withInstanceTags(desired, source.tags) : desired;
}

/** Those that are there, or the one that will be. */
function ownSnapshotTags(self: ImageObject, { snapshots }: Site): Tags[] {
  const own = snapshots.flatMap(({ tags }) => (claimOn(tags, self) === 'foreign' ? [] : [tags]));
  return own.length > 0 ? own : [{}];
}
