import { type Call, field } from '../call.ts';
import type { Overlay } from '../overlay.ts';
import { AwsError, ec2Reply, errorIn } from '../reply.ts';
import { element, parseXml, textAt } from '../xml.ts';
import { type ImageStates, snapshotIdsOf } from './image-state.ts';
import { imageById, refuseTakenName, tag, tagsFor } from './images.ts';

/** The default key of EBS, which AWS manages and which nothing encrypted with it can be shared by. */
export const ebsKeyId = '00000000-0000-4000-8000-00000000eb50';

/** Unique names, the client token, tags, encryption, and the time it takes. */
export function copyImage(states: ImageStates): Overlay {
  return {
    match: (call) => call.operation === 'CopyImage' && field(call, 'DryRun') !== 'true',
    async handle(call, next, ask) {
      const state = states.of(call);
      const token = field(call, 'ClientToken');
      const known = token === undefined ? undefined : state.tokens.get(token);
      if (known !== undefined) return ec2Reply('CopyImage', element('imageId', known));
      refuseUnfinishedSource(states, call);
      await refuseTakenName(call, ask);
      const reply = await next(call);
      if (errorIn(reply) !== undefined) return reply;
      const imageId = textAt(parseXml(reply.body.toString('utf8')), 'imageId') ?? '';
      const snapshots = snapshotIdsOf(await imageById(ask, imageId));
      await tag(ask, [imageId], tagsFor(call, 'image'));
      await tag(ask, snapshots, tagsFor(call, 'snapshot'));
      const kmsKeyId = keyOf(call);
      for (const id of snapshots) if (kmsKeyId !== undefined) state.encryption.set(id, { kmsKeyId });
      if (token !== undefined) state.tokens.set(token, imageId);
      states.born(call, imageId);
      return reply;
    },
  };
}

function refuseUnfinishedSource(states: ImageStates, call: Call): void {
  const region = field(call, 'SourceRegion') ?? call.region;
  const imageId = field(call, 'SourceImageId') ?? '';
  if (!states.isPending(states.of({ ...call, region }).images.get(imageId), false)) return;
  throw new AwsError('InvalidAMIID.Unavailable', `The image ID '${imageId}' is not available: it is pending`);
}

function keyOf(call: Call): string | undefined {
  const key = field(call, 'KmsKeyId');
  if (key?.startsWith('arn:')) return key;
  if (key === undefined && field(call, 'Encrypted') !== 'true') return undefined;
  return `arn:aws:kms:${call.region}:${call.accountId}:key/${key ?? ebsKeyId}`;
}
