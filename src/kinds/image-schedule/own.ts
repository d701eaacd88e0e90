import type { Image } from '../../aws/readers/images.ts';
import { type Identity, tagKeys } from '../../core/identity.ts';
import { scheduleTagKeys } from '../../core/image-template.ts';
import { imageNameOf, scheduleTagOf } from './names.ts';
import type { SeenImage } from './seen.ts';

/**
 * An AMI as the schedule's own, by its tags and its name; undefined for every other, which is left alone:
 * another cluster's or schedule's, one that was released, and a copy made by hand, whose tags came along but
 * whose name, unique in AWS, cannot have.
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
  const { imageId, deregistrationProtection: protection } = image;
  const isProtected = protection !== undefined && protection !== 'disabled';
  return { imageId, objectName, schedule, instanceId, tick, state, isProtected };
}

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
