import { z } from 'zod';

/** The spec fields of every AWS kind that the controller itself acts on; each kind's own schema has them too. */
const sharedSpec = z.looseObject({
  managementPolicy: z.enum(['Manage', 'Observe']).default('Manage'),
  region: z.string().optional(),
  accountRef: z.object({ name: z.string() }).optional(),
});

export type SharedSpec = z.infer<typeof sharedSpec>;

/** Reads them from a spec that its kind's schema has already accepted. */
export const sharedSpecOf = (spec: unknown): SharedSpec => sharedSpec.parse(spec ?? {});
