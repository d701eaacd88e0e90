import { type Call, field } from '../call.ts';
import type { Ask, Overlay } from '../overlay.ts';
import { AwsError, ec2Reply, errorIn } from '../reply.ts';
import { type Element, element } from '../xml.ts';
import { type ImageStates, snapshotIdsOf } from './image-state.ts';
import { imageById } from './images.ts';

/** Protection, and the snapshots that go with the image, each with its return code. */
export function deregisterImage(states: ImageStates): Overlay {
  return {
    match: (call) => call.operation === 'DeregisterImage' && field(call, 'DryRun') !== 'true',
    async handle(call, next, ask) {
      const imageId = field(call, 'ImageId') ?? '';
      const snapshots = snapshotIdsOf(await imageById(ask, imageId));
      refuseProtected(states, call, imageId);
      const reply = await next(call);
      if (errorIn(reply) !== undefined) return reply;
      states.of(call).images.delete(imageId);
      if (field(call, 'DeleteAssociatedSnapshots') !== 'true') return reply;
      const results = await Promise.all(snapshots.map((id) => remove(states, ask, id)));
      return ec2Reply(
        call.operation,
        element('return', 'true'),
        element('deleteSnapshotResultSet', ...results),
      );
    },
  };
}

function refuseProtected(states: ImageStates, call: Call, imageId: string): void {
  const { protection = 'disabled', protectedUntil = 0 } = states.of(call).images.get(imageId) ?? {};
  if (protection === 'disabled' && states.now() >= protectedUntil) return;
  const message = `The AMI ${imageId} is protected from deregistration.`;
  throw new AwsError('OperationNotPermitted', message);
}

async function remove(states: ImageStates, ask: Ask, snapshotId: string): Promise<Element> {
  const refusal = states.undeletable.get(snapshotId);
  if (refusal === undefined) await ask('DeleteSnapshot', { SnapshotId: snapshotId });
  return element('item', element('snapshotId', snapshotId), element('returnCode', refusal ?? 'success'));
}
