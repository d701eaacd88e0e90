/** Objects, images and snapshots for the tests of this folder: complete ones, of which a test says what matters. */

import type { Image } from '../../aws/readers/images.ts';
import type { Snapshot } from '../../aws/readers/snapshots.ts';
import type { Context } from '../../core/context.ts';
import { ownershipTags, type Role } from '../../core/identity.ts';
import type { Plan } from '../../core/plan.ts';
import { diff } from './diff.ts';
import type { Patient } from './gone.ts';
import type { Seen, Site } from './seen.ts';
import type { ImageObject } from './self.ts';
import { type ImageStatus, imageDefinition } from './spec.ts';
import { copiesTag } from './tags.ts';

export const identity = { cluster: 'prod-eu', kind: 'Image', namespace: 'shop', name: 'web' };
export const now = Date.UTC(2026, 0, 1, 12);
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
export const at = (time: number): string => new Date(time).toISOString();
export const own = 'eu-central-1';
export const instanceId = 'i-0123456789abcdef0';

export const visibleAfter = 5 * minute;

export const ctx: Patient = {
  scope: { partition: 'aws', account: '123456789012', region: own },
  now,
  creationToken: 't-new',
  defaultTags: {},
  references: new Map(),
  mayRecreate: false,
  visibleAfter,
};

/** Whose: this object's unless said. */
export const owned = (role: Role = 'primary', uid = 'u-1', creation = 't-1') =>
  ownershipTags({ identity, uid, role, creation });

export const tagsOfAnother = ownershipTags({
  identity: { ...identity, name: 'mail' },
  uid: 'u-9',
  role: 'primary',
});

/** An Image whose manifest says `spec`, with the schema's defaults. */
export const object = (
  spec: object = {},
  more: Partial<Omit<ImageObject, 'spec'>> & { readonly status?: ImageStatus } = {},
): ImageObject => ({
  identity,
  uid: 'u-1',
  generation: 1,
  labels: {},
  annotations: {},
  spec: imageDefinition.spec.parse({ source: { instanceId }, ...spec }),
  status: {},
  deleting: false,
  ...more,
});

/** Status as it is once the image is known. */
export const known: ImageStatus = { imageId: 'ami-1', snapshots: ['snap-1'] };

export const image = (more: Partial<Image> = {}): Image => ({
  imageId: 'ami-1',
  name: 'shop-web',
  description: '',
  state: 'available',
  createdAt: at(now - day),
  sourceInstanceId: instanceId,
  public: false,
  snapshotIds: ['snap-1'],
  size: 8,
  tags: owned(),
  ...more,
});

export const snapshot = (more: Partial<Snapshot> = {}): Snapshot => ({
  snapshotId: 'snap-1',
  state: 'completed',
  progress: 100,
  encrypted: false,
  tags: owned('snapshot'),
  ...more,
});

export const site = (more: Partial<Site> = {}): Site => ({
  region: own,
  image: image(),
  snapshots: [snapshot()],
  ...more,
});

export const copySite = (region: string, more: Partial<Site> = {}): Site => ({
  region,
  image: image({ imageId: 'ami-2', snapshotIds: ['snap-2'], tags: owned('copy') }),
  snapshots: [snapshot({ snapshotId: 'snap-2' })],
  ...more,
});

/** Nothing there, and nothing asked of AWS. */
export const seen = (more: Partial<Seen> = {}): Seen => ({
  primary: site(),
  cameBy: 'known id',
  copies: [],
  source: { state: 'not looked for' },
  ...more,
});

export const sharing = (more: Partial<NonNullable<Site['sharing']>> = {}) => ({
  accounts: [],
  organizationArns: [],
  ouArns: [],
  public: false,
  snapshotAccounts: { 'snap-1': [] },
  ...more,
});

export const planned = (self: ImageObject, found: Seen, more: Partial<Context> = {}): Plan<Seen> =>
  diff(self, found, { ...ctx, ...more }, visibleAfter);

/** As it is once the image says where its copies are. */
export const toldOfCopies = (self: ImageObject, found: Seen): Seen => {
  const { image: there, ...rest } = found.primary;
  if (!there) return found;
  const tags = { ...there.tags, ...copiesTag(self, found, ctx) };
  return { ...found, primary: { ...rest, image: { ...there, tags } } };
};

export const callsOf = ({ steps }: Plan<Seen>): string[] =>
  steps.map(({ call, region }) => (region ? `${call} in ${region}` : call));
