import { type Call, field } from '../call.ts';
import type { Next } from '../overlay.ts';
import { AwsError } from '../reply.ts';
import { askKms, isJson, type Json, listIn, withJson } from './kms-call.ts';
import type { KmsState } from './kms-state.ts';

/** A key's metadata as AWS has it, where the emulator drops a member or has its own idea of the state. */
export function metadataOf(key: Json, state: KmsState): Json {
  const id = String(key.KeyId);
  const own = state.states.get(id);
  const regions = isJson(key.MultiRegionConfiguration) ? key.MultiRegionConfiguration : undefined;
  const { DeletionDate: date, ...rest } = key;
  return {
    ...rest,
    KeyUsage: key.KeyUsage ?? 'ENCRYPT_DECRYPT',
    ...(date === undefined || own === 'PendingReplicaDeletion' ? {} : { DeletionDate: date }),
    ...(own === undefined ? {} : { KeyState: own, Enabled: false }),
    ...(own === 'PendingReplicaDeletion' ? { PendingDeletionWindowInDays: state.windows.get(id) ?? 30 } : {}),
    ...(regions
      ? { MultiRegionConfiguration: { ...regions, MultiRegionKeyType: typeIn(regions, key.Arn) } }
      : {}),
    ...state.metadata.get(id),
  };
}

/** The emulator calls both of them replicas, once there is one. */
const typeIn = ({ PrimaryKey: primary }: Json, arn: unknown): string =>
  isJson(primary) && primary.Arn === arn ? 'PRIMARY' : 'REPLICA';

export const replicasOf = (key: Json): readonly Json[] =>
  isJson(key.MultiRegionConfiguration) ? listIn(key.MultiRegionConfiguration.ReplicaKeys) : [];

/** The key a call is about, as AWS would describe it. Throws the emulator's NotFoundException. */
export async function keyOf(call: Call, next: Next, state: KmsState): Promise<Json> {
  const KeyId = field(call, 'KeyId') ?? field(call, 'TargetKeyId') ?? '';
  const { KeyMetadata: key } = await askKms(next, withJson(call, 'DescribeKey', { KeyId }));
  return metadataOf(isJson(key) ? key : {}, state);
}

const usages: Readonly<Record<string, readonly string[]>> = {
  SYMMETRIC_DEFAULT: ['ENCRYPT_DECRYPT'],
  HMAC: ['GENERATE_VERIFY_MAC'],
  RSA: ['ENCRYPT_DECRYPT', 'SIGN_VERIFY'],
  ECC: ['SIGN_VERIFY', 'KEY_AGREEMENT'],
  SM2: ['ENCRYPT_DECRYPT', 'SIGN_VERIFY', 'KEY_AGREEMENT'],
};

/** What CreateKey refuses and the emulator does not. */
export function refuseCreate(call: Call): void {
  const spec = field(call, 'KeySpec') ?? 'SYMMETRIC_DEFAULT';
  const usage = field(call, 'KeyUsage') ?? 'ENCRYPT_DECRYPT';
  const allowed = usages[spec] ?? usages[spec.split('_')[0] ?? ''];
  if (allowed && !allowed.includes(usage)) {
    throw new AwsError('ValidationException', `KeyUsage ${usage} is not compatible with KeySpec ${spec}`);
  }
  const inStore = ['AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE'].includes(field(call, 'Origin') ?? '');
  if (inStore && field(call, 'CustomKeyStoreId') === undefined) {
    throw new AwsError('ValidationException', 'A custom key store must be named for this origin.');
  }
  refusePolicy(field(call, 'Policy'));
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html#API_PutKeyPolicy_Errors */
export function refusePolicy(policy: string | undefined): void {
  if (policy === undefined) return;
  if (Buffer.byteLength(policy) > 32_768) {
    throw new AwsError('LimitExceededException', 'The key policy is longer than 32768 bytes.');
  }
  try {
    const document: unknown = JSON.parse(policy);
    if (isJson(document) && document.Statement !== undefined) return;
  } catch {
    // Refused below, in AWS's words.
  }
  throw new AwsError('MalformedPolicyDocumentException', 'Policy document is not valid.');
}
