/** What the Image kind and AWS do with the Image objects of a schedule, as far as the schedule sees it. */

import type { Image } from '../../aws/readers/images.ts';
import type { Child } from '../../core/context.ts';
import { copiesTagKey, ownershipTags, tagKeys } from '../../core/identity.ts';
import { scheduledBy, scheduleTags } from '../../core/image-template.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

export const identity = { cluster: 'prod', kind: 'ImageSchedule', namespace: 'shop', name: 'web' };

interface StoredImage extends Image {
  readonly availableAt: number;
}

export class ImageWorld {
  now: number;
  readonly images = new Map<string, StoredImage>();
  readonly objects = new Map<string, Child>();
  /** Every AMI ever made, as `schedule tick instance`. */
  readonly made: string[] = [];
  readonly deleted: string[] = [];
  /** How long AWS takes to make one. */
  takes = 10 * minute;
  /** Instances of which AWS makes no good image. */
  readonly failing = new Set<string>();
  /** The instances AWS has. */
  readonly instances = new Map<string, { state: string; tags: Record<string, string> }>();
  /** AWS refuses CreateImage. */
  denied = false;
  /** Of Images, by `name/region`. */
  readonly copies = new Set<string>();
  /** The most images that AWS was making at a time. */
  mostPending = 0;

  constructor(start: number) {
    this.now = start;
  }

  get available(): StoredImage[] {
    return [...this.images.values()].filter(({ state }) => state === 'available');
  }

  /** What the Image kind and AWS do of themselves; whether that changed anything in the cluster. */
  makeImages(): boolean {
    const before = JSON.stringify([...this.objects]);
    for (const [id, image] of this.images) {
      if (image.state === 'pending' && image.availableAt <= this.now) {
        const failed = this.failing.has(image.sourceInstanceId ?? '');
        this.images.set(id, { ...image, state: failed ? 'failed' : 'available' });
      }
    }
    for (const object of this.objects.values()) this.#settle(object);
    const pending = [...this.images.values()].filter(({ state }) => state === 'pending').length;
    this.mostPending = Math.max(this.mostPending, pending);
    return JSON.stringify([...this.objects]) !== before;
  }

  #settle(object: Child): void {
    const spec = Object(object.spec);
    const { imageId: known } = Object(object.status);
    if (object.deleting) {
      if (spec.deletionPolicy === 'Delete') {
        if (this.images.delete(known)) this.deleted.push(object.name);
        for (const { region } of spec.copies ?? []) this.copies.delete(`${object.name}/${region}`);
      }
      const released = this.images.get(known);
      if (released)
        this.images.set(known, { ...released, tags: { ...released.tags, [tagKeys.released]: 'true' } });
      this.objects.delete(object.name);
      return;
    }
    const found = known ?? spec.adopt ?? this.#unmade(object);
    const imageId = typeof found === 'object' ? undefined : (found ?? this.#makeImage(object));
    const image = this.images.get(imageId ?? '');
    if (image?.state === 'available') {
      const regions: string[] = (spec.copies ?? []).map(({ region }: { region: string }) => region);
      for (const region of regions) this.copies.add(`${object.name}/${region}`);
      const tags = { ...image.tags, ...(regions.length > 0 ? { [copiesTagKey]: regions.join(' ') } : {}) };
      this.images.set(image.imageId, { ...image, tags });
    }
    const copies = [...this.copies]
      .filter((copy) => copy.startsWith(`${object.name}/`))
      .map((copy) => ({ region: copy.split('/')[1], imageId: `copy-of-${imageId}`, state: 'Available' }));
    this.objects.set(object.name, {
      ...object,
      status: {
        ...(imageId === undefined ? {} : { imageId }),
        ...(typeof found === 'object' ? found : stateOf(image)),
        ...(copies.length === 0 ? {} : { copies }),
      },
    });
  }

  /** Why no image is made of an Image that has none; undefined where one is. */
  #unmade({ spec, status }: Child): object | undefined {
    if (Object(status).state === 'Failed') return Object(status);
    const origin = scheduledBy.parse(Object(spec).scheduledBy);
    const late = origin.startBefore !== undefined && this.now >= Date.parse(origin.startBefore);
    const instance = this.instances.get(origin.instanceId);
    if (late || !instance || instance.state === 'terminated') {
      return { state: 'Failed', conditions: stalled('Failed') };
    }
    return this.denied ? { conditions: stalled('AccessDenied') } : undefined;
  }

  #makeImage(object: Child): string {
    const origin = scheduledBy.parse(Object(object.spec).scheduledBy);
    const imageId = `ami-${String(this.made.length).padStart(8, '0')}`;
    this.made.push(`${origin.scheduleName} ${origin.tick} ${origin.instanceId}`);
    const { imageName } = Object(object.spec);
    const owner = { identity: { ...identity, kind: 'Image', name: object.name }, uid: object.uid };
    this.images.set(imageId, {
      imageId,
      name: imageName,
      description: '',
      state: 'pending',
      availableAt: this.now + this.takes,
      sourceInstanceId: origin.instanceId,
      createdAt: new Date(this.now).toISOString(),
      public: false,
      snapshotIds: [],
      size: 8,
      tags: { ...ownershipTags({ ...owner, role: 'primary' }), ...scheduleTags(origin) },
    });
    return imageId;
  }
}

const stalled = (reason: string) => [
  { type: 'Ready', status: 'False', reason },
  { type: 'Stalled', status: 'True', reason },
];

function stateOf(image: StoredImage | undefined): object {
  const state = image ? (image.state[0] ?? '').toUpperCase() + image.state.slice(1) : 'Gone';
  const ready = {
    type: 'Ready',
    status: state === 'Available' ? 'True' : 'False',
    reason: image ? 'Pending' : 'Gone',
  };
  return { state, conditions: [ready] };
}
