import { z } from 'zod';
import type { SecretSeen } from '../../core/secret-step.ts';

/** By its name in managedFields the operator knows again what it wrote. */
export const fieldManager = 'mooring';

const owner = z.object({ apiVersion: z.string(), kind: z.string(), name: z.string(), uid: z.string() });
const keys = z.record(z.string(), z.unknown());
const entry = z.object({
  manager: z.string().optional(),
  fieldsV1: z.object({ 'f:data': keys.optional() }).optional(),
});

/** metav1.PartialObjectMetadata, what of it is read. */
const partial = z.object({
  metadata: z.object({
    uid: z.string(),
    resourceVersion: z.string(),
    annotations: z.record(z.string(), z.string()).default({}),
    ownerReferences: z.array(owner).default([]),
    managedFields: z.array(entry).default([]),
  }),
});

export function secretSeen(reply: unknown): SecretSeen {
  const { uid, resourceVersion, annotations, ownerReferences, managedFields } = partial.parse(reply).metadata;
  const written = managedFields
    .filter(({ manager }) => manager === fieldManager)
    .flatMap(({ fieldsV1 }) => Object.keys(fieldsV1?.['f:data'] ?? {}))
    .flatMap((key) => (key.startsWith('f:') ? [key.slice(2)] : []));
  return { uid, resourceVersion, annotations, ownerReferences, written };
}
