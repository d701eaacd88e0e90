import { z } from 'zod';
import { managedTags } from '../../core/crd/fields.ts';
import { list, text, timestamp } from '../../core/crd/shapes.ts';

const aliases = list(text(256), 40)
  .optional()
  .describe('The names that this object gave the key and that stand for it now.');

const rotation = z.object({
  enabled: z.boolean().optional().describe('Whether AWS rotates the key material by itself.'),
  periodDays: z.int().optional().describe('Days between rotations.'),
  nextDate: timestamp().optional().describe('When AWS rotates next.'),
  onDemandCount: z
    .int()
    .optional()
    .describe('On-demand rotations when last counted. AWS allows 25 in the life of a key.'),
  lastToken: text(128).optional().describe('The value of `spec.rotateNow` that was last acted on.'),
  attempt: z
    .object({
      token: text(128).describe('The value of `spec.rotateNow`.'),
      time: timestamp().describe('When.'),
    })
    .optional()
    .describe('Written before an on-demand rotation is asked for, so that none is made twice.'),
});

const replica = z.object({
  region: text(32).describe('Its AWS Region.'),
  arn: text(256).optional().describe("The replica's ARN."),
  keyState: text(64).optional().describe("The replica's state."),
  aliases,
  managedTags,
});

/** A KMSKey's own part of status. */
export const status = z.object({
  keyId: text(64).optional().describe("The key's id."),
  arn: text(256).optional().describe("The key's ARN."),
  keyState: text(64)
    .optional()
    .describe(
      '`Enabled`, `Disabled`, `PendingDeletion`, `PendingReplicaDeletion`, `PendingImport`, `Unavailable`, `Creating` or `Updating`.',
    ),
  deletionDate: timestamp().optional().describe('When AWS deletes the key, if that is scheduled.'),
  aliases,
  rotation: rotation.optional().describe('Rotation of the key material.'),
  replicas: list(replica, 30).optional().describe('The replicas in other Regions.'),
  managedTags,
});
