import { type Call, field, type Reply } from '../call.ts';
import type { Next } from '../overlay.ts';
import { AwsError } from '../reply.ts';
import { amendJson, type Json } from './kms-call.ts';
import { keyOf, replicasOf } from './kms-metadata.ts';
import type { KmsState } from './kms-state.ts';

const pending = ['PendingDeletion', 'PendingReplicaDeletion'];
const usesMaterial = [
  'Encrypt',
  'Decrypt',
  'ReEncrypt',
  'GenerateDataKey',
  'Sign',
  'Verify',
  'GenerateMac',
  'VerifyMac',
];
const asksEnabled = [
  'EnableKeyRotation',
  'DisableKeyRotation',
  'RotateKeyOnDemand',
  'ReplicateKey',
  ...usesMaterial,
];
const notPending = [
  ...['CreateAlias', 'UpdateAlias', 'EnableKey', 'DisableKey', 'TagResource', 'UntagResource'],
  ...['UpdateKeyDescription', 'ScheduleKeyDeletion', ...asksEnabled],
];
const notPendingImport = ['EnableKey', 'DisableKey', ...usesMaterial];

/** Operations that a key's state can forbid: the emulator allows them all. */
export const asksState = (operation: string): boolean =>
  notPending.includes(operation) || notPendingImport.includes(operation) || operation === 'CancelKeyDeletion';

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html */
export function refuseState({ operation }: Call, key: Json): void {
  const state = String(key.KeyState);
  const forbidden =
    operation === 'CancelKeyDeletion'
      ? !pending.includes(state)
      : (pending.includes(state) && notPending.includes(operation)) ||
        (state === 'PendingImport' && notPendingImport.includes(operation)) ||
        (state === 'Creating' && ['EnableKey', 'DisableKey', ...usesMaterial].includes(operation));
  if (forbidden) {
    throw new AwsError('KMSInvalidStateException', `${String(key.Arn)} is ${state}.`);
  }
  if (state === 'Disabled' && asksEnabled.includes(operation)) {
    throw new AwsError('DisabledException', `${String(key.Arn)} is disabled.`);
  }
}

export const lifecycleOperations: Readonly<
  Record<string, (call: Call, next: Next, state: KmsState) => Promise<Reply>>
> = {
  async ScheduleKeyDeletion(call, next, state) {
    const days = Number(field(call, 'PendingWindowInDays') ?? 30);
    if (days < 7 || days > 30) {
      throw new AwsError('ValidationException', `PendingWindowInDays ${days} is not between 7 and 30`);
    }
    const key = await keyOf(call, next, state);
    const id = String(key.KeyId);
    const held = isPrimary(key) && replicasOf(key).length > 0;
    const reply = await next(call);
    state.states.delete(id);
    if (held) state.states.set(id, 'PendingReplicaDeletion');
    state.windows.set(id, days);
    return amendJson(reply, ({ DeletionDate: date, ...body }) => ({
      ...body,
      KeyId: key.Arn,
      PendingWindowInDays: days,
      KeyState: held ? 'PendingReplicaDeletion' : 'PendingDeletion',
      ...(held ? {} : { DeletionDate: date }),
    }));
  },
  async CancelKeyDeletion(call, next, state) {
    const { KeyId } = await keyOf(call, next, state);
    const reply = await next(call);
    state.states.delete(String(KeyId));
    state.windows.delete(String(KeyId));
    return reply;
  },
};

const isPrimary = ({ MultiRegionConfiguration: regions }: Json): boolean =>
  typeof regions === 'object' && regions !== null && 'MultiRegionKeyType' in regions
    ? regions.MultiRegionKeyType === 'PRIMARY'
    : false;
