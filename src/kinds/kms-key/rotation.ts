import { step } from '../../aws/step.ts';
import { blocked, inSync, type Plan } from '../../core/plan.ts';
import type { Seen, SeenKey, SeenRotation } from './seen.ts';
import type { KMSKey } from './self.ts';

/** A year, as AWS has it where nobody says otherwise. */
const defaultPeriod = 365;

/** Automatic rotation as declared; a manifest that says nothing of it leaves it. */
export function rotate({ spec }: KMSKey, key: SeenKey, rotation: SeenRotation | undefined): Plan<Seen> {
  const wanted = spec.rotation;
  if (!wanted || !rotation) return inSync;
  const same = wanted.enabled
    ? rotation.enabled && (rotation.period ?? defaultPeriod) === wanted.periodDays
    : !rotation.enabled;
  if (same) return inSync;
  if (key.state === 'Disabled') {
    return blocked(
      'InvalidSpec',
      `spec.rotation: AWS changes rotation only while a key is enabled, and ${key.keyId} is disabled: set spec.enabled to true for it`,
    );
  }
  // What else it may be in passes, and is waited for.
  if (key.state !== 'Enabled') return inSync;
  return {
    steps: [wanted.enabled ? enableRotation(key, rotation, wanted.periodDays) : disableRotation(key)],
  };
}

const enableRotation = ({ keyId }: SeenKey, { enabled, period }: SeenRotation, days: number) =>
  step<Seen>()('kms:EnableKeyRotation', {
    input: { KeyId: keyId, RotationPeriodInDays: days },
    why: enabled
      ? `${keyId} is rotated every ${period ?? defaultPeriod} days, not every ${days}`
      : `${keyId} is to be rotated every ${days} days`,
    field: 'rotation',
    // AWS alone knows the next date, and does not answer it.
    fold: (seen) => withRotation(seen, { enabled: true, period: days, next: undefined }),
  });

const disableRotation = ({ keyId }: SeenKey) =>
  step<Seen>()('kms:DisableKeyRotation', {
    input: { KeyId: keyId },
    why: `${keyId} is not to be rotated by itself`,
    field: 'rotation',
    fold: (seen) => withRotation(seen, { enabled: false, period: undefined, next: undefined }),
  });

export const withRotation = (seen: Seen, change: Partial<SeenRotation>): Seen => ({
  ...seen,
  rotation: { enabled: false, ...seen.rotation, ...change },
});
