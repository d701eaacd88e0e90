import { type Call, field, type Reply } from '../call.ts';
import type { Next } from '../overlay.ts';
import { AwsError } from '../reply.ts';
import { amendJson, askKms, isJson, withJson } from './kms-call.ts';
import { keyOf, metadataOf, refusePolicy, replicasOf } from './kms-metadata.ts';
import type { KmsStates } from './kms-state.ts';

/**
 * Policy, tags and description of a replica, which the emulator copies from the primary or drops. AWS answers
 * while the replica is still `Creating`; it is enabled when it is next described.
 */
export async function replicateKey(call: Call, next: Next, states: KmsStates): Promise<Reply> {
  const key = await keyOf(call, next, states.of(call));
  const region = field(call, 'ReplicaRegion') ?? '';
  if (key.MultiRegion !== true) {
    throw new AwsError('UnsupportedOperationException', `${String(key.Arn)} is not a multi-Region key.`);
  }
  if (region === call.region || replicasOf(key).some(({ Region }) => Region === region)) {
    throw new AwsError('AlreadyExistsException', `${String(key.Arn)} has a replica in ${region} already.`);
  }
  refusePolicy(field(call, 'Policy'));
  const reply = await next(call);
  const KeyId = String(key.KeyId);
  const { Tags, Description } = call.input;
  const Policy = field(call, 'Policy') ?? defaultPolicy(call);
  states.of({ ...call, region }).policies.set(KeyId, Policy);
  const there = (operation: string, input: object) =>
    askKms(next, withJson(call, operation, { KeyId, ...input }, region));
  await there('UpdateKeyDescription', { Description: Description ?? '' });
  if (Array.isArray(Tags) && Tags.length > 0) await there('TagResource', { Tags });
  const { KeyMetadata } = await there('DescribeKey', {});
  return amendJson(reply, (body) => ({
    ...body,
    ReplicaKeyMetadata: {
      ...metadataOf(isJson(KeyMetadata) ? KeyMetadata : {}, states.of({ ...call, region })),
      KeyState: 'Creating',
      Enabled: false,
    },
    ReplicaPolicy: Policy,
    ReplicaTags: Tags ?? [],
  }));
}

const defaultPolicy = ({ accountId }: Call): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  });
