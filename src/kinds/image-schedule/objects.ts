import { z } from 'zod';
import type { Child } from '../../core/context.ts';
import { expiresAnnotation, scheduledBy } from '../../core/image-template.ts';
import type { ImageObject } from './seen.ts';

/** Put on an Image by retention before it deletes it, with the reason. */
export const retentionAnnotation = 'mooring.dev/retention';

/** What of an Image this kind reads: the kinds do not know each other, the API server has checked the rest. */
const imageSpec = z.looseObject({
  scheduledBy,
  adopt: z.string().optional().catch(undefined),
  deletionPolicy: z.enum(['Delete', 'Retain']).optional().catch(undefined),
  noReboot: z.boolean().optional().catch(undefined),
  share: z.looseObject({}).optional().catch(undefined),
  copies: z
    .array(z.looseObject({ share: z.unknown().optional() }))
    .optional()
    .catch(undefined),
});

const imageStatus = z.looseObject({
  imageId: z.string().optional().catch(undefined),
  state: z.enum(['Pending', 'Available', 'Failed', 'Disabled', 'Gone']).optional().catch(undefined),
  copies: z
    .array(
      z.looseObject({ region: z.string(), imageId: z.string().optional(), state: z.string().optional() }),
    )
    .optional()
    .catch(undefined),
  conditions: z
    .array(z.looseObject({ type: z.string(), status: z.string(), reason: z.string() }))
    .optional()
    .catch(undefined),
});

/** Undefined for an object that merely carries the label. */
export function imageObject(child: Child, scheduleTag: string): ImageObject | undefined {
  const spec = imageSpec.safeParse(child.spec);
  if (!spec.success || spec.data.scheduledBy.schedule !== scheduleTag) return undefined;
  const { scheduledBy: origin, adopt, deletionPolicy, noReboot, share, copies = [] } = spec.data;
  const tick = Date.parse(origin.tick);
  // The schema lets pass a day that no month has.
  if (Number.isNaN(tick)) return undefined;
  const status = imageStatus.parse(child.status ?? {});
  const condition = (type: string) => status.conditions?.find((found) => found.type === type);
  const ready = condition('Ready');
  return {
    name: child.name,
    uid: child.uid,
    schedule: origin.scheduleName,
    instanceId: origin.instanceId,
    tick,
    deleting: child.deleting,
    deletionPolicy,
    markedByRetention: retentionAnnotation in child.annotations,
    imageId: status.imageId,
    state: status.state,
    reason: ready?.status === 'True' ? undefined : ready?.reason,
    stalled: condition('Stalled')?.status === 'True',
    shared: share !== undefined || copies.some((copy) => copy.share !== undefined),
    copies: (status.copies ?? []).flatMap(({ region, imageId, state }) =>
      imageId !== undefined && there.includes(state ?? '') ? [{ region, imageId }] : [],
    ),
    reboots: noReboot === false && adopt === undefined,
    startBefore: origin.startBefore === undefined ? undefined : Date.parse(origin.startBefore),
    expires: child.annotations[expiresAnnotation],
  };
}

/** A copy that is gone has no state, and one that failed is none. */
const there = ['Pending', 'Available', 'Disabled'];

/** How long an image that was asked for by hand, and waits for a person, keeps others from being begun. */
const patience = 24 * 3_600_000;

/**
 * Whether AWS is at work on it, or may be at any moment: it counts for the limits. One that waits for a person is
 * begun as soon as that person has helped, and all of those at the same time; where that restarts instances it
 * counts for as long as it may be begun.
 */
export function isActive(object: ImageObject, now: number): boolean {
  const { deleting, state, imageId, stalled, reboots, startBefore, tick } = object;
  if (deleting || (state !== undefined && state !== 'Pending')) return false;
  if (!stalled || imageId !== undefined) return true;
  return reboots && now < (startBefore ?? tick + patience);
}
