import type { Image } from '../../aws/readers/images.ts';
import type { Context } from '../../core/context.ts';
import { expiresAnnotation } from '../../core/image-template.ts';
import { recordedId } from '../../core/ownership.ts';
import { isGone, knownCopy, type Patient, shownBy } from './gone.ts';
import { isKept } from './kept.ts';
import { isOver, reachedAt } from './lifecycle.ts';
import { whyOver } from './over.ts';
import { isFailed, type Seen, type Site, sitesOf, snapshotsOf } from './seen.ts';
import { type ImageObject, imageNameOf, knownIn, shareIn } from './self.ts';
import type { ImageStatus } from './spec.ts';
import { managedSnapshotTags, managedTags } from './tags.ts';

/** As many users of an image as status lists. */
const maxUsers = 20;

export function statusOf(self: ImageObject, seen: Seen, ctx: Patient): ImageStatus {
  const { primary } = seen;
  const { image } = primary;
  const copies = seen.copies
    .filter((site) => isKept(self, site, ctx))
    .map((site) => ({
      region: site.region,
      ...ofSite(self, site, ctx),
      ...failuresOf(site),
      ...askedOf(self, site),
    }));
  return {
    ...(image ? ofImage(self, seen, image, ctx) : ofLost(self)),
    ...ofSite(self, primary, ctx),
    ...ofNone(self, seen, ctx),
    ...(copies.length > 0 ? { copies } : {}),
    managedTags: managedTags(self, sitesOf(seen), ctx),
    managedSnapshotTags: managedSnapshotTags(self, sitesOf(seen), ctx),
  };
}

/** Until a copy is there. */
const failuresOf = ({ failures, image }: Site) =>
  failures === undefined || image?.state === 'available' ? {} : { failures };

/** Until a copy was seen finished: what tells whether AWS may hide it, and how to ask for it again. */
function askedOf(self: ImageObject, { region, image, asked, went }: Site) {
  const known = knownCopy(self, region);
  if (went) return {};
  if (image ? image.state !== 'pending' : known?.state !== 'Pending') return {};
  if (asked) return compact({ askedAt: rfc3339(asked.at), replaces: asked.replaces });
  if (image && image.imageId !== known?.imageId) return {};
  // It stays Pending while it is not seen.
  return compact({ state: 'Pending' as const, askedAt: known?.askedAt, replaces: known?.replaces });
}

/** What there is to say where there is no image. */
function ofNone(self: ImageObject, seen: Seen, ctx: Patient): Pick<ImageStatus, 'state' | 'reason'> {
  if (isGone(self, seen, ctx, ctx.visibleAfter)) return { state: 'Gone' };
  const over = ctx.now < shownBy(self, ctx.visibleAfter) ? undefined : whyOver(self, seen, ctx);
  return over ? { state: 'Failed', reason: over.message } : {};
}

/** What was made, when, and of what is known still. */
function ofLost({ status }: ImageObject): ImageStatus {
  const { arn, imageName, instanceId, createdAt, size } = status;
  return compact({ arn, imageName, instanceId, createdAt, size });
}

function ofImage(self: ImageObject, seen: Seen, image: Image, ctx: Context): ImageStatus {
  const { partition, region } = ctx.scope;
  const { spec, status } = self;
  const inUseBy = seen.inUseBy ?? status.inUseBy;
  return compact({
    arn: `arn:${partition}:ec2:${region}::image/${image.imageId}`,
    imageName: image.name || imageNameOf(self),
    instanceId: image.sourceInstanceId ?? spec.scheduledBy?.instanceId ?? spec.source?.instanceId,
    createdAt: rfc3339(image.createdAt),
    size: image.size > 0 ? `${image.size}Gi` : undefined,
    deprecatedAt: ours(spec.deprecateAfter, status.deprecatedAt) ? rfc3339(image.deprecatedAt) : undefined,
    disabledAt: disabledAt(self, seen, image, ctx),
    expires: expires(self, seen, image),
    deregistrationProtection: image.deregistrationProtection,
    lastLaunched: rfc3339(image.lastLaunched),
    inUseBy: inUseBy && inUseBy.length > 0 ? inUseBy.slice(0, maxUsers) : undefined,
  });
}

/** As Kubernetes writes times: without the fraction of a second. */
const rfc3339 = (time: string | number | undefined): string | undefined =>
  time === undefined ? undefined : new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');

const ours = (declared: string | undefined, before: string | undefined): boolean =>
  declared !== undefined || before !== undefined;

/** AWS does not tell when an image was disabled, nor who did it. */
function disabledAt(self: ImageObject, seen: Seen, { state }: Image, ctx: Context): string | undefined {
  if (state !== 'disabled') return undefined;
  return self.status.disabledAt ?? (isOver(self, seen, ctx) ? rfc3339(ctx.now) : undefined);
}

function expires(self: ImageObject, seen: Seen, { deprecatedAt }: Image): string | undefined {
  const times = [deprecatedAt, reachedAt(self.spec.disableAfter, seen), self.annotations[expiresAnnotation]]
    .flatMap((time) => (time ? new Date(time).getTime() : []))
    .filter(Number.isFinite);
  return times.length === 0 ? undefined : rfc3339(Math.min(...times));
}

/** What the image itself and its copies have in common. */
function ofSite(self: ImageObject, site: Site, ctx: Context) {
  const { image, sharing } = site;
  const known = knownIn(self, site.region, ctx.scope.region);
  const declared = shareIn(self, site.region, ctx.scope.region) !== undefined;
  const withdrawn = sharing && !isShared(sharing);
  const snapshots = snapshotsOf(site);
  const pending = image?.state === 'pending';
  return compact({
    imageId: image ? idOf(self, site.region, image, ctx) : known?.imageId,
    state: image && stateOf(image),
    reason: image && isFailed(image) ? image.stateReason : undefined,
    progress: pending && snapshots.length > 0 ? progressOf(site) : undefined,
    snapshots: snapshots.length > 0 ? snapshots : undefined,
    shared: declared || (known?.shared && !withdrawn) ? true : undefined,
  });
}

/** Of a copy a new uid takes nothing away: it goes with its image. */
const idOf = (self: ImageObject, region: string, { imageId, tags }: Image, ctx: Context) =>
  region === ctx.scope.region ? recordedId(imageId, tags, self, self.status.imageId) : imageId;

const isShared = ({
  accounts,
  organizationArns,
  ouArns,
  public: all,
  snapshotAccounts,
}: NonNullable<Site['sharing']>) =>
  all ||
  [accounts, organizationArns, ouArns, ...Object.values(snapshotAccounts)].some((list) => list.length > 0);

function stateOf(image: Image): 'Pending' | 'Available' | 'Failed' | 'Disabled' {
  if (isFailed(image)) return 'Failed';
  if (image.state === 'available') return 'Available';
  return image.state === 'disabled' ? 'Disabled' : 'Pending';
}

const progressOf = ({ snapshots }: Site): string =>
  `${Math.floor(snapshots.reduce((sum, { progress }) => sum + progress, 0) / Math.max(1, snapshots.length))}%`;

/** Without the members that are undefined. */
const compact = <Part extends object>(part: Part): Part => {
  for (const [key, value] of Object.entries(part)) if (value === undefined) Reflect.deleteProperty(part, key);
  return part;
};
