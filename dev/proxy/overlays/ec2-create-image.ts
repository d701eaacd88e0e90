import { field, formFields, withForm } from '../call.ts';
import type { Overlay } from '../overlay.ts';
import { errorIn } from '../reply.ts';
import { parseXml, textAt } from '../xml.ts';
import { type ImageStates, snapshotIdsOf } from './image-state.ts';
import { imageById, refuseTakenName, tag, tagsFor } from './images.ts';

/** Unique names, tags of snapshots, and the time it takes: the emulator's images are there at once. */
export function createImage(states: ImageStates): Overlay {
  return {
    match: (call) => call.operation === 'CreateImage' && field(call, 'DryRun') !== 'true',
    async handle(call, next, ask) {
      await refuseTakenName(call, ask);
      const fields = Object.entries(formFields(call)).filter(
        ([name]) => !name.startsWith('TagSpecification.'),
      );
      const reply = await next(withForm(call, call.operation, Object.fromEntries(fields)));
      if (errorIn(reply) !== undefined) return reply;
      const imageId = textAt(parseXml(reply.body.toString('utf8')), 'imageId') ?? '';
      await tag(ask, [imageId], tagsFor(call, 'image'));
      await tag(ask, snapshotIdsOf(await imageById(ask, imageId)), tagsFor(call, 'snapshot'));
      states.born(call, imageId);
      return reply;
    },
  };
}
