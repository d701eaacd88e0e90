import { type Call, field, type Reply } from '../call.ts';
import type { Next } from '../overlay.ts';
import { AwsError } from '../reply.ts';
import { amendJson, askKms, type Json, listIn, withJson } from './kms-call.ts';
import { keyOf } from './kms-metadata.ts';
import type { KmsState } from './kms-state.ts';

const day = 24 * 3_600;
const mostOnDemand = 25;

/** The period of rotation and its limits, which the emulator drops. */
export const rotationOperations: Readonly<
  Record<string, (call: Call, next: Next, state: KmsState, now: number) => Promise<Reply>>
> = {
  async EnableKeyRotation(call, next, state, now) {
    const key = await rotatable(call, next, state);
    const days = Number(field(call, 'RotationPeriodInDays') ?? 365);
    if (days < 90 || days > 2560) {
      throw new AwsError('ValidationException', `RotationPeriodInDays ${days} is not between 90 and 2560`);
    }
    state.rotations.set(String(key.KeyId), { days, since: Math.floor(now / 1_000) });
    return next(call);
  },
  async DisableKeyRotation(call, next, state) {
    state.rotations.delete(String((await rotatable(call, next, state)).KeyId));
    return next(call);
  },
  async GetKeyRotationStatus(call, next, state) {
    const id = String((await rotatable(call, next, state)).KeyId);
    const rotation = state.rotations.get(id);
    return amendJson(await next(call), (body) => ({
      ...body,
      KeyId: id,
      ...(rotation && body.KeyRotationEnabled === true
        ? { RotationPeriodInDays: rotation.days, NextRotationDate: rotation.since + rotation.days * day }
        : {}),
    }));
  },
  async RotateKeyOnDemand(call, next, state) {
    const { KeyId } = await rotatable(call, next, state);
    const { Rotations } = await askKms(next, withJson(call, 'ListKeyRotations', { KeyId }));
    if (listIn(Rotations).length >= mostOnDemand) {
      throw new AwsError(
        'LimitExceededException',
        'The key has been rotated on demand as often as it may be.',
      );
    }
    return next(call);
  },
};

async function rotatable(call: Call, next: Next, state: KmsState): Promise<Json> {
  const key = await keyOf(call, next, state);
  if (key.KeySpec === 'SYMMETRIC_DEFAULT' && ['AWS_KMS', 'EXTERNAL'].includes(String(key.Origin))) return key;
  throw new AwsError('UnsupportedOperationException', `${String(key.Arn)} is not rotated.`);
}
