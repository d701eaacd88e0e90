/** What the Image kind and AWS do with the Image objects of a schedule, as far as the schedule sees it. */

import type { Image } from '../../aws/readers/images.ts';
import { ownershipTags, tagKeys } from '../../core/identity.ts';
import { scheduledBy, scheduleTags } from '../../core/image-template.ts';
import type { Child } from '../../core/kind.ts';

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
    return JSON.stringify([...this.objects]) !== before;
  }

  #settle(object: Child): void {
    const spec = Object(object.spec);
    const { imageId: known } = Object(object.status);
    if (object.deleting) {
      if (spec.deletionPolicy === 'Delete' && this.images.delete(known)) this.deleted.push(object.name);
      const released = this.images.get(known);
      if (released)
        this.images.set(known, { ...released, tags: { ...released.tags, [tagKeys.released]: 'true' } });
      this.objects.delete(object.name);
      return;
    }
    const imageId = known ?? spec.adopt ?? this.#makeImage(object);
    const image = this.images.get(imageId);
    const state = image ? (image.state[0] ?? '').toUpperCase() + image.state.slice(1) : 'Gone';
    const ready = {
      type: 'Ready',
      status: state === 'Available' ? 'True' : 'False',
      reason: image ? 'Pending' : 'Gone',
    };
    this.objects.set(object.name, { ...object, status: { imageId, state, conditions: [ready] } });
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
      public: false,
      snapshotIds: [],
      size: 8,
      tags: { ...ownershipTags({ ...owner, role: 'primary' }), ...scheduleTags(origin) },
    });
    return imageId;
  }
}
