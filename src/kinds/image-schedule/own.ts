import type { Image } from '../../aws/readers/images.ts';
import { copiesTagKey, type Identity, tagKeys } from '../../core/identity.ts';
import { scheduleTagKeys } from '../../core/image-template.ts';
import { imageNameOf, scheduleTagOf } from './names.ts';
import type { ImageObject, SeenImage } from './seen.ts';

/**
 * An AMI as the schedule's own, by its tags and its name; undefined for every other, which is left alone:
 * another cluster's or schedule's, one that was released, and a copy made by hand under another name, whose tags
 * came along. See {@link oneOfEach} for one under the same name.
 */
export function ownImage(image: Image, self: Identity): SeenImage | undefined {
  const { tags, name } = image;
  const prefix = `Image/${self.namespace}/`;
  const id = tags[tagKeys.id] ?? '';
  const objectName = id.slice(prefix.length);
  const schedule = tags[scheduleTagKeys.scheduleName];
  const instanceId = tags[scheduleTagKeys.instance];
  const tick = Date.parse(tags[scheduleTagKeys.tick] ?? '');
  const ours =
    tags[tagKeys.cluster] === self.cluster &&
    tags[scheduleTagKeys.schedule] === scheduleTagOf(self) &&
    tags[tagKeys.role] === 'primary' &&
    !(tagKeys.released in tags) &&
    id.startsWith(prefix) &&
    name === imageNameOf(self.namespace, objectName);
  const state = stateOf(image.state);
  if (!ours || schedule === undefined || instanceId === undefined || Number.isNaN(tick) || !state) {
    return undefined;
  }
  const { imageId, createdAt, deregistrationProtection: protection } = image;
  const copyRegions = (tags[copiesTagKey] ?? '').split(' ').filter((word) => isRegion.test(word));
  const isProtected = protection !== undefined && protection !== 'disabled';
  return { imageId, objectName, schedule, instanceId, tick, state, isProtected, copyRegions, createdAt };
}

/**
 * AWS promises unique names, and does not keep that promise of copies everywhere: of several of one name the one that
 * its Image stands for is the schedule's, or the oldest where none has one yet. The others were made of it by hand.
 */
export function oneOfEach(images: readonly SeenImage[], objects: readonly ImageObject[]): SeenImage[] {
  const known = new Map(objects.map(({ name, imageId }) => [name, imageId]));
  return [...Map.groupBy(images, ({ objectName }) => objectName)].flatMap(([name, same]) => {
    const imageId = known.get(name);
    if (imageId !== undefined) return same.filter((image) => image.imageId === imageId);
    return same.toSorted(oldestFirst).slice(0, 1);
  });
}

const oldestFirst = (a: SeenImage, b: SeenImage): number =>
  (a.createdAt ?? '') < (b.createdAt ?? '') ? -1 : a.createdAt === b.createdAt ? 0 : 1;

/** What else stands there no API server would take. */
const isRegion = /^[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}$/;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Image.html; undefined: AWS is removing it. */
function stateOf(state: string): SeenImage['state'] | undefined {
  switch (state) {
    case 'available':
    case 'disabled':
      return state;
    case 'failed':
    case 'error':
    case 'invalid':
      return 'failed';
    case 'deregistered':
      return undefined;
    default:
      return 'pending';
  }
}
