import { step } from '../../aws/step.ts';
import type { Context } from '../../core/context.ts';
import { claimOn } from '../../core/ownership.ts';
import { blocked, inSync, type Plan, type Step } from '../../core/plan.ts';
import { isOver } from './lifecycle.ts';
import { at, changeSite, ifImageGone, type Seen, type Sharing, type Site } from './seen.ts';
import { type ImageObject, knownIn, type Share, shareIn } from './self.ts';

/**
 * Who else may use an image and its snapshots: exactly who the manifest says, and what it once said is
 * withdrawn. A disabled image has no sharing, and none can be set; its snapshots have what they had, which ends when
 * `disableAfter` has come.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-explicit.html
 */
export function share(self: ImageObject, seen: Seen, site: Site, ctx: Context): Plan<Seen> {
  const { image, sharing } = site;
  if (site.unasked) return inSync;
  if (isOver(self, seen, ctx)) return unshareSnapshots(self, site, ctx);
  if (image?.state !== 'available') return inSync;
  const declared = shareIn(self, site.region, ctx.scope.region);
  // Right after it was made nothing was read, and the next look tells.
  if (!sharing) return declared ? blocked('Pending', 'its sharing is looked at next', ctx.now) : inSync;
  if (!declared && !knownIn(self, site.region, ctx.scope.region)?.shared) return inSync;
  const refusal = declared && whyNot(declared, site, sharing);
  if (refusal !== undefined) return blocked('InvalidSpec', `${image.imageId} ${refusal}`);
  return {
    steps: [...permit(site, sharing, declared, ctx), ...permitSnapshots(self, site, sharing, declared, ctx)],
  };
}

function unshareSnapshots(self: ImageObject, site: Site, ctx: Context): Plan<Seen> {
  const declared = shareIn(self, site.region, ctx.scope.region);
  const concerned = declared || knownIn(self, site.region, ctx.scope.region)?.shared;
  if (!concerned || !site.sharing) return inSync;
  return { steps: permitSnapshots(self, site, site.sharing, undefined, ctx) };
}

/** Said before AWS is asked: it would take the permission and then nobody could launch the image. */
function whyNot(declared: Share, { snapshots }: Site, { managedKey }: Sharing): string | undefined {
  if (!wants(declared)) return undefined;
  if (managedKey !== undefined) {
    return `is encrypted with the AWS-managed key for EBS (${managedKey}), which no other account can use: it cannot be shared. Share a copy that is encrypted with a key of your own`;
  }
  return declared.public && snapshots.some(({ encrypted }) => encrypted)
    ? 'is encrypted, and AWS lets no encrypted image be public'
    : undefined;
}

const wants = ({ accounts = [], organizationArns = [], ouArns = [], public: all }: Share): boolean =>
  all || accounts.length + organizationArns.length + ouArns.length > 0;

const holders = [
  ['accounts', 'UserId'],
  ['organizationArns', 'OrganizationArn'],
  ['ouArns', 'OrganizationalUnitArn'],
] as const;

function permit(site: Site, sharing: Sharing, declared: Share | undefined, ctx: Context): Step<Seen>[] {
  const { image } = site;
  const all = [{ Group: 'all' as const }];
  const Add = holders.flatMap(([list, member]) =>
    missing(declared?.[list], sharing[list]).map((one) => ({ [member]: one })),
  );
  const Remove = holders.flatMap(([list, member]) =>
    missing(sharing[list], declared?.[list]).map((one) => ({ [member]: one })),
  );
  const isPublic = declared?.public ?? false;
  const add = [...Add, ...(isPublic && !sharing.public ? all : [])];
  const remove = [...Remove, ...(!isPublic && sharing.public ? all : [])];
  if (!image || add.length + remove.length === 0) return [];
  return [
    step<Seen>()('ec2:ModifyImageAttribute', {
      ...at(site, ctx.scope.region),
      input: {
        ImageId: image.imageId,
        LaunchPermission: {
          ...(add.length > 0 ? { Add: add } : {}),
          ...(remove.length > 0 ? { Remove: remove } : {}),
        },
      },
      why: `${image.imageId}: ${[sentence('share with', add), sentence('no longer with', remove)].filter(Boolean).join('; ')}`,
      field: 'share',
      fold: (seen) =>
        changeSite(seen, site.region, (there) => ({
          ...there,
          image: there.image && { ...there.image, public: isPublic },
          sharing: there.sharing && {
            ...there.sharing,
            accounts: declared?.accounts ?? [],
            organizationArns: declared?.organizationArns ?? [],
            ouArns: declared?.ouArns ?? [],
            public: isPublic,
          },
        })),
      refused: ifImageGone(site.region),
    }),
  ];
}

const missing = (wanted: readonly string[] = [], present: readonly string[] = []): string[] =>
  wanted.filter((one) => !present.includes(one));

const sentence = (words: string, list: readonly object[]): string =>
  list.length === 0 ? '' : `${words} ${list.flatMap((one) => Object.values(one)).join(', ')}`;

/** An adopted image may be made of somebody else's snapshots: what becomes of those is theirs to say. */
function permitSnapshots(
  self: ImageObject,
  site: Site,
  sharing: Sharing,
  declared: Share | undefined,
  ctx: Context,
): Step<Seen>[] {
  const wanted = declared?.snapshots ? (declared.accounts ?? []) : [];
  const foreign = site.snapshots.filter(({ tags }) => claimOn(tags, self) === 'foreign');
  return Object.entries(sharing.snapshotAccounts).flatMap(([SnapshotId, present]) => {
    if (foreign.some(({ snapshotId }) => snapshotId === SnapshotId)) return [];
    const add = missing(wanted, present).map((UserId) => ({ UserId }));
    const remove = missing(present, wanted).map((UserId) => ({ UserId }));
    if (add.length + remove.length === 0) return [];
    return [
      step<Seen>()('ec2:ModifySnapshotAttribute', {
        ...at(site, ctx.scope.region),
        input: {
          SnapshotId,
          Attribute: 'createVolumePermission',
          CreateVolumePermission: {
            ...(add.length > 0 ? { Add: add } : {}),
            ...(remove.length > 0 ? { Remove: remove } : {}),
          },
        },
        why: `${SnapshotId}: ${[sentence('share with', add), sentence('no longer with', remove)].filter(Boolean).join('; ')}`,
        field: 'share',
        fold: (seen) =>
          changeSite(seen, site.region, (there) => ({
            ...there,
            sharing: there.sharing && {
              ...there.sharing,
              snapshotAccounts: { ...there.sharing.snapshotAccounts, [SnapshotId]: wanted },
            },
          })),
      }),
    ];
  });
}
