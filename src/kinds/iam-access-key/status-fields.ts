import { z } from 'zod';
import { list, text, timestamp } from '../../core/crd/shapes.ts';

export const lastUsed = z
  .object({
    time: timestamp().describe('When, to the hour or so: status is not written for every use.'),
    service: text(128).optional().describe('The AWS service, such as `s3`.'),
    region: text(32).optional().describe('The AWS Region.'),
  })
  .describe('When the key was last used. Absent while it never was.');

export const previous = z
  .object({
    accessKeyId: text(128).describe('Its id.'),
    since: timestamp().optional().describe('When the key that replaces it was made.'),
    retireAt: timestamp().optional().describe('When it is deactivated and deleted, if it is not used again.'),
    reason: text(256).optional().describe('Why it is still there.'),
  })
  .describe('The key before, while it stays.');

/** Keys carry no tags: what tells one of ours from another is this record. */
export const attempt = z
  .object({
    time: timestamp().describe('When.'),
    before: list(text(128), 10).describe('The ids of the keys that the user had already.'),
    rotateNow: text(128).optional().describe('The value of `spec.rotateNow` then.'),
    disputed: list(text(128), 10)
      .optional()
      .describe('Ids that appeared since, of which only one can be meant.'),
  })
  .describe(
    'Written before a key is asked for, and gone once it is delivered: only a key that appeared since may be deleted as one that got lost on the way.',
  );

export type Attempt = z.infer<typeof attempt>;
