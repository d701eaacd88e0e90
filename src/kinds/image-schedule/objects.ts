import { z } from 'zod';
import { scheduledBy } from '../../core/image-template.ts';
import type { Child } from '../../core/kind.ts';
import type { ImageObject } from './seen.ts';

/** Put on an Image by retention before it deletes it, with the reason. */
export const retentionAnnotation = 'mooring.dev/retention';

/** What of an Image this kind reads: the kinds do not know each other, the API server has checked the rest. */
const imageSpec = z.looseObject({
  scheduledBy,
  deletionPolicy: z.enum(['Delete', 'Retain']).optional().catch(undefined),
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
    .array(z.looseObject({ region: z.string(), imageId: z.string().optional() }))
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
  const { scheduledBy: origin, deletionPolicy, share, copies = [] } = spec.data;
  const status = imageStatus.parse(child.status ?? {});
  const condition = (type: string) => status.conditions?.find((found) => found.type === type);
  const ready = condition('Ready');
  return {
    name: child.name,
    uid: child.uid,
    schedule: origin.scheduleName,
    instanceId: origin.instanceId,
    tick: Date.parse(origin.tick),
    deleting: child.deleting,
    deletionPolicy,
    markedByRetention: retentionAnnotation in child.annotations,
    imageId: status.imageId,
    state: status.state,
    reason: ready?.status === 'True' ? undefined : ready?.reason,
    stalled: condition('Stalled')?.status === 'True',
    shared: share !== undefined || copies.some((copy) => copy.share !== undefined),
    copies: (status.copies ?? []).flatMap(({ region, imageId }) =>
      imageId === undefined ? [] : [{ region, imageId }],
    ),
  };
}

/** Whether AWS may still be at work on it: it counts for the limits. */
export const isActive = ({ deleting, state, imageId, stalled }: ImageObject): boolean =>
  !deleting &&
  (state === undefined || state === 'Pending') &&
  // Nothing was begun, and nothing will be until a person has helped.
  !(stalled && imageId === undefined);
