import { fieldList } from '../call.ts';
import type { Ask, Overlay } from '../overlay.ts';
import { AwsError, ec2Reply } from '../reply.ts';
import { descend, element, elements, textAt } from '../xml.ts';
import type { ImageStates } from './image-state.ts';

interface Reference {
  readonly imageId: string;
  readonly type: string;
  readonly arn: string;
}

/** Who refers to an image: the emulator's instances, and what a test adds. */
export function imageReferences(states: ImageStates): Overlay {
  return {
    match: (call) => call.operation === 'DescribeImageReferences',
    async handle(call, _next, ask) {
      const ids = fieldList(call, 'ImageId');
      if (ids.length > 10) throw new AwsError('InvalidParameterValue', 'At most 10 image IDs can be given.');
      const arn = (id: string) => `arn:aws:ec2:${call.region}:${call.accountId}:instance/${id}`;
      const instances = (await instancesOf(ask, ids)).map(({ imageId, id }) => ({
        imageId,
        type: 'ec2:Instance',
        arn: arn(id),
      }));
      const others: Reference[] = ids.flatMap((imageId) =>
        (states.of(call).images.get(imageId)?.references ?? []).map((one) => ({ imageId, ...one })),
      );
      const items = [...instances, ...others].map(({ imageId, type, arn: named }) =>
        element('item', element('imageId', imageId), element('resourceType', type), element('arn', named)),
      );
      return ec2Reply(call.operation, element('imageReferenceSet', ...items));
    },
  };
}

async function instancesOf(
  ask: Ask,
  imageIds: readonly string[],
): Promise<{ readonly imageId: string; readonly id: string }[]> {
  const fields: Record<string, string> = { 'Filter.1.Name': 'image-id' };
  for (const [at, id] of imageIds.entries()) fields[`Filter.1.Value.${at + 1}`] = id;
  const reservations = elements(descend(await ask('DescribeInstances', fields), 'reservationSet'), 'item');
  return reservations
    .flatMap((reservation) => elements(descend(reservation, 'instancesSet'), 'item'))
    .filter((instance) => textAt(instance, 'instanceState', 'name') !== 'terminated')
    .map((instance) => ({
      imageId: textAt(instance, 'imageId') ?? '',
      id: textAt(instance, 'instanceId') ?? '',
    }));
}
