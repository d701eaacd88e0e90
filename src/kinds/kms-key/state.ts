import { step } from '../../aws/step.ts';
import type { Context } from '../../core/context.ts';
import { claimOn } from '../../core/ownership.ts';
import { inSync, type Plan, type Step } from '../../core/plan.ts';
import type { Desired } from './desired.ts';
import { changed, isPendingDeletion, nameOf, type Place, type Seen, type SeenKey } from './seen.ts';
import type { KMSKey } from './self.ts';
import { fieldAt, regionOf } from './tags.ts';

/**
 * What a key's state allows: https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
 * While it is scheduled for deletion nothing else can be changed; rotation only while it is enabled.
 */

/** How soon to look again for a key that AWS is still making or moving. Milliseconds. */
const soon = 2_000;

/**
 * A key whose manifest lives is not to be deleted: whether somebody scheduled it out of band, or this very
 * manifest was deleted and is applied again. A key comes out of it disabled.
 */
export function cancelDeletion(self: KMSKey, key: SeenKey, place: Place): Step<Seen>[] {
  if (!isPendingDeletion(key)) return [];
  const again = claimOn(key.tags, self) === 'previous' || self.status.keyId === undefined;
  return [
    step<Seen>()('kms:CancelKeyDeletion', {
      ...regionOf(place),
      input: { KeyId: key.keyId },
      why: again
        ? `${nameOf(key, place)} is scheduled for deletion, and its manifest has been applied again`
        : `${nameOf(key, place)} was scheduled for deletion while its manifest lives`,
      field: fieldAt(place, 'enabled'),
      event: 'DeletionCanceled',
      ...(again ? { expected: true } : { warns: true }),
      fold: (seen) => changed(seen, place, (now) => ({ ...now, state: 'Disabled', deletionDate: undefined })),
    }),
  ];
}

export function enable(key: SeenKey, { place, enabled }: Desired): Step<Seen>[] {
  if (!enabled || key.state !== 'Disabled') return [];
  return [
    step<Seen>()('kms:EnableKey', {
      ...regionOf(place),
      input: { KeyId: key.keyId },
      why: `${nameOf(key, place)} is disabled`,
      field: fieldAt(place, 'enabled'),
      fold: (seen) => changed(seen, place, (now) => ({ ...now, state: 'Enabled' })),
    }),
  ];
}

export function disable(key: SeenKey, { place, enabled }: Desired): Step<Seen>[] {
  if (enabled || key.state !== 'Enabled') return [];
  return [
    step<Seen>()('kms:DisableKey', {
      ...regionOf(place),
      input: { KeyId: key.keyId },
      why: `${nameOf(key, place)} is to be disabled`,
      field: fieldAt(place, 'enabled'),
      fold: (seen) => changed(seen, place, (now) => ({ ...now, state: 'Disabled' })),
    }),
  ];
}

/** What passes by itself: a replica being made, a primary being moved, a key store that is away. */
export function transition(key: SeenKey, place: Place, ctx: Context): Plan<Seen> {
  const { state } = key;
  if (state === 'Creating' || state === 'Updating') {
    const message = `${nameOf(key, place)} is ${state.toLowerCase()}`;
    return { steps: [], blocked: { reason: 'Pending', message }, wakeAt: ctx.now + soon };
  }
  if (state === 'Unavailable') {
    const message = `${nameOf(key, place)} is unavailable: its custom key store is not connected`;
    return { steps: [], blocked: { reason: 'DependencyNotReady', message } };
  }
  return inSync;
}

/** The description, which has no value that means "none": an empty one is one. */
export function describe(key: SeenKey, { place, description }: Desired): Step<Seen>[] {
  if (description === undefined || description === key.description) return [];
  return [
    step<Seen>()('kms:UpdateKeyDescription', {
      ...regionOf(place),
      input: { KeyId: key.keyId, Description: description },
      why: `${nameOf(key, place)}: the description is another`,
      field: fieldAt(place, 'description'),
      fold: (seen) => changed(seen, place, (now) => ({ ...now, description })),
    }),
  ];
}
