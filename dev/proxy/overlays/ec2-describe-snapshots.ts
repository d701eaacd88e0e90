import { field, formFields, withForm } from '../call.ts';
import type { Overlay } from '../overlay.ts';
import { amendXml } from '../reply.ts';
import { descend, type Element, element, elements, replaceChild, textAt } from '../xml.ts';
import { type ImageStates, snapshotIdsOf } from './image-state.ts';
import { imageItems } from './images.ts';

/** Snapshots that are written while their image is pending, encrypted where a copy was; in one page. */
export function describeSnapshots(states: ImageStates): Overlay {
  return {
    match: (call) => call.operation === 'DescribeSnapshots' && field(call, 'DryRun') !== 'true',
    async handle(call, next, ask) {
      const { MaxResults: _size, NextToken: _token, ...fields } = formFields(call);
      const state = states.of(call);
      const anyPending = [...state.images.values()].some(({ pending }) => pending !== undefined);
      const images = anyPending ? imageItems(await ask('DescribeImages', { 'Owner.1': 'self' })) : [];
      const isPending = (image: Element) =>
        states.isPending(state.images.get(textAt(image, 'imageId') ?? ''), false);
      const unfinished = new Set(images.filter(isPending).flatMap(snapshotIdsOf));
      return amendXml(await next(withForm(call, call.operation, fields)), (document) => {
        for (const item of elements(descend(document, 'snapshotSet'), 'item')) {
          const id = textAt(item, 'snapshotId') ?? '';
          if (unfinished.has(id)) {
            replaceChild(item, element('status', 'pending'));
            replaceChild(item, element('progress', '45%'));
          }
          const encryption = state.encryption.get(id);
          if (!encryption) continue;
          replaceChild(item, element('encrypted', 'true'));
          replaceChild(item, element('kmsKeyId', encryption.kmsKeyId));
        }
      });
    },
  };
}
