import { step } from '../../aws/step.ts';
import type { Context } from '../../core/context.ts';
import { copiesTagKey, maxTagValue, ownershipTags, type Role, tagKeys } from '../../core/identity.ts';
import { scheduleTags } from '../../core/image-template.ts';
import { claimOn } from '../../core/ownership.ts';
import type { Step } from '../../core/plan.ts';
import {
  applyTags,
  describeTagChanges,
  diffTags,
  isReservedTagKey,
  managedKeys,
  type TagChanges,
  type Tags,
  tagList,
} from '../../core/tags.ts';
import type { Patient } from './gone.ts';
import { isKept } from './kept.ts';
import { at, changeSite, ifImageGone, type Seen, type Site } from './seen.ts';
import type { ImageObject } from './self.ts';

/** AWS's limit on a resource's tags, less two that may come later: of its copies, and that it was released. */
const maxTags = 50 - 2;

/** The manifest's tags over the operator's defaults, and above both who owns it and what it was made for. */
export function desiredTags(self: ImageObject, ctx: Context, role: Role, creation: string | undefined): Tags {
  const { identity, uid, spec } = self;
  return {
    ...ctx.defaultTags,
    ...(role === 'snapshot' ? spec.snapshotTags : spec.tags),
    ...(spec.scheduledBy ? scheduleTags(spec.scheduledBy) : {}),
    ...ownershipTags({ identity, uid, role, creation }),
  };
}

/**
 * Where the image's copies are, or are to be: whatever becomes of status, they are found by it. As many as there is
 * room for, those of the manifest first.
 */
export function copiesTag(self: ImageObject, { copies }: Seen, ctx: Patient): Tags {
  const wanted = (self.spec.copies ?? []).map(({ region }) => region);
  const kept = copies.filter((site) => isKept(self, site, ctx)).map(({ region }) => region);
  const regions = [...new Set([...wanted.sort(), ...kept.sort()])].filter((one) => one !== ctx.scope.region);
  while (regions.join(' ').length > maxTagValue) regions.pop();
  return regions.length === 0 ? {} : { [copiesTagKey]: regions.sort().join(' ') };
}

/** The Regions in {@link copiesTag} of an image: nothing else than Regions, whoever wrote it. */
export const taggedRegions = (image: { readonly tags: Tags } | undefined): string[] =>
  (image?.tags[copiesTagKey] ?? '')
    .split(' ')
    .filter((word) => /^[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}$/.test(word));

/** `tags`, and of the instance's as many as there is room for: they are a courtesy, the others are needed. */
export function withInstanceTags(tags: Tags, instance: Tags): Tags {
  const more = Object.entries(instance).filter(
    ([key]) => !isReservedTagKey(key) && !Object.hasOwn(tags, key),
  );
  return { ...Object.fromEntries(more.slice(0, maxTags - Object.keys(tags).length)), ...tags };
}

/** The tag keys status records as ours, so that one taken out of the manifest is taken off, wherever it still is. */
export function managedTags({ spec, status }: ImageObject, sites: readonly Site[], ctx: Context): string[] {
  const seen = sites.map(({ image }) => image?.tags ?? {});
  return managedKeys({ ...ctx.defaultTags, ...spec.tags }, status.managedTags, seen);
}

export function managedSnapshotTags(self: ImageObject, sites: readonly Site[], ctx: Context): string[] {
  const seen = sites.flatMap((site) => ownSnapshots(self, site).map(({ tags }) => tags));
  return managedKeys(
    { ...ctx.defaultTags, ...self.spec.snapshotTags },
    self.status.managedSnapshotTags,
    seen,
  );
}

/** An adopted image may be made of somebody else's snapshots. */
const ownSnapshots = (self: ImageObject, { snapshots }: Pick<Site, 'snapshots'>): Site['snapshots'] =>
  snapshots.filter(({ tags }) => claimOn(tags, self) !== 'foreign');

export const roleOf = (site: Site, ctx: Context): Role =>
  site.region === ctx.scope.region ? 'primary' : 'copy';

interface Tagged {
  readonly id: string;
  readonly changes: TagChanges;
  readonly claim: ReturnType<typeof claimOn>;
}

/** One call for all that lack the same tags: an image's snapshots differ from it, but seldom among themselves. */
export function retag(self: ImageObject, seen: Seen, site: Site, ctx: Patient): Step<Seen>[] {
  const changed = changesOf(self, site, ctx, copiesTag(self, seen, ctx));
  const groups = Map.groupBy(changed, ({ changes }) => JSON.stringify([changes.set, changes.unset]));
  return [...groups.values()].flatMap((alike) => [
    ...setTags(site, ctx, alike),
    ...unsetTags(site, ctx, alike),
  ]);
}

function changesOf(
  self: ImageObject,
  { image, snapshots, ...site }: Site,
  ctx: Context,
  ofCopies: Tags,
): Tagged[] {
  if (!image) return [];
  const creation = creationOf(self, image);
  const of = (id: string, seen: Tags, role: Role, managed: readonly string[]): Tagged[] => {
    const more = role === 'primary' ? ofCopies : {};
    const changes = diffTags({ ...desiredTags(self, ctx, role, creation), ...more }, seen, { managed });
    const over = [tagKeys.released, ...(role === 'primary' ? [copiesTagKey] : [])];
    const unset = [...(changes?.unset ?? []), ...over.filter((key) => key in seen && !(key in more))];
    const set = changes?.set ?? {};
    if (Object.keys(set).length + unset.length === 0) return [];
    return [{ id, changes: { set, unset }, claim: claimOn(seen, self) }];
  };
  return [
    ...of(image.imageId, image.tags, roleOf({ ...site, snapshots }, ctx), self.status.managedTags ?? []),
    ...ownSnapshots(self, { snapshots }).flatMap(({ snapshotId, tags }) =>
      of(snapshotId, tags, 'snapshot', self.status.managedSnapshotTags ?? []),
    ),
  ];
}

/** An image keeps the token it was created under; one whose tag was lost gets the recorded token back. */
export const creationOf = (
  { creation, spec }: ImageObject,
  image: { readonly tags: Tags },
): string | undefined =>
  image.tags[tagKeys.creation] ?? (spec.adopt === undefined ? creation?.token : undefined);

function setTags(site: Site, ctx: Context, alike: readonly Tagged[]): Step<Seen>[] {
  const [first] = alike;
  if (!first || Object.keys(first.changes.set).length === 0) return [];
  const ids = alike.map(({ id }) => id);
  const { set } = first.changes;
  const takenOver = first.claim === 'previous';
  const unclaimed = alike.find(({ claim }) => claim === 'unclaimed');
  return [
    step<Seen>()('ec2:CreateTags', {
      ...at(site, ctx.scope.region),
      input: { Resources: ids, Tags: tagList(set) },
      why: takenOver
        ? `${ids.join(', ')}: this object's by its identity tags: taken over`
        : `${ids.join(', ')}: ${describeTagChanges({ set, unset: [] })}`,
      field: 'tags',
      ...(takenOver ? { event: 'TakenOver', expected: true } : {}),
      // Another object that adopts it may be about to say the same.
      ...(unclaimed ? { exclusive: unclaimed.id } : {}),
      fold: (seen) => withTags(seen, site, ids, { set, unset: [] }),
      refused: ifImageGone(site.region),
    }),
  ];
}

function unsetTags(site: Site, ctx: Context, alike: readonly Tagged[]): Step<Seen>[] {
  const [first] = alike;
  if (!first || first.changes.unset.length === 0) return [];
  const ids = alike.map(({ id }) => id);
  const changes = { set: {}, unset: first.changes.unset };
  return [
    step<Seen>()('ec2:DeleteTags', {
      ...at(site, ctx.scope.region),
      input: { Resources: ids, Tags: changes.unset.map((Key) => ({ Key })) },
      why: `${ids.join(', ')}: ${describeTagChanges(changes)}`,
      field: 'tags',
      fold: (seen) => withTags(seen, site, ids, changes),
      refused: ifImageGone(site.region),
    }),
  ];
}

export const withTags = (seen: Seen, { region }: Site, ids: readonly string[], changes: TagChanges): Seen =>
  changeSite(seen, region, (site) => ({
    ...site,
    image:
      site.image && ids.includes(site.image.imageId)
        ? { ...site.image, tags: applyTags(site.image.tags, changes) }
        : site.image,
    snapshots: site.snapshots.map((snapshot) =>
      ids.includes(snapshot.snapshotId) ? { ...snapshot, tags: applyTags(snapshot.tags, changes) } : snapshot,
    ),
  }));
