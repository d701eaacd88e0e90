import { z } from 'zod';
import { list, listMap, timestamp } from './shapes.ts';

/** metav1.Condition, with the limits Kubernetes gives it. */
const condition = z
  .object({
    type: z.string().max(316).describe('What is being said, in CamelCase.'),
    status: z.enum(['True', 'False', 'Unknown']).describe('Whether it is so.'),
    reason: z.string().min(1).max(1024).describe('Why, in one CamelCase word.'),
    message: z.string().max(32768).describe('Why, in one line for a person.'),
    lastTransitionTime: timestamp().describe('When `status` last changed.'),
    observedGeneration: z
      .int()
      .min(0)
      .meta({ format: 'int64' })
      .optional()
      .describe('The `metadata.generation` it speaks of.'),
  })
  .describe('One thing that is known about the object.');

const drift = z
  .object({
    field: z.string().optional().describe('The field that differs, as the spec names it.'),
    call: z.string().describe('The AWS call that would mend it.'),
    why: z.string().describe('What differs.'),
  })
  .describe('A call that would be made.');

/** The fields of status that every kind has and the controller writes; resource.ts has their types. */
export const commonStatus = z.object({
  observedGeneration: z
    .int()
    .meta({ format: 'int64' })
    .optional()
    .describe(
      'The `metadata.generation` the conditions speak of; -1 until the operator has looked at the object.',
    ),
  conditions: listMap(condition, ['type'], 16)
    .optional()
    .describe(
      '`Ready`: AWS is as declared. `Reconciling`: it will be, by itself. `Stalled`: something has to be done first, and the message says what.',
    ),
  accountId: z
    .string()
    .optional()
    .describe(
      'The AWS account, pinned before the first write: credentials of another one never act on this object.',
    ),
  region: z.string().optional().describe('The AWS Region, pinned likewise.'),
  creation: z
    .object({
      token: z.string().describe('Also on the resource, as the tag `mooring.dev/creation`.'),
      time: timestamp().describe('When it was written.'),
    })
    .optional()
    .describe(
      'Written before the resource is created, so that no crash and no lost reply leaks one or makes two.',
    ),
  lastSyncTime: timestamp().optional().describe('When status last changed because AWS was looked at.'),
  lastHandledReconcileAt: z
    .string()
    .optional()
    .describe('The value of the annotation `mooring.dev/reconcile-at` that was last acted on.'),
  drift: list(drift, 64)
    .optional()
    .describe(
      'The calls that would be made, where the operator only observes (`managementPolicy: Observe`, `--read-only`).',
    ),
});

/** Of what has nothing in AWS of its own. */
export const settingsStatus = commonStatus
  .pick({ observedGeneration: true, conditions: true, lastHandledReconcileAt: true })
  .extend({ lastSyncTime: timestamp().optional().describe('When status last changed.') });
