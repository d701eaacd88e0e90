import { z } from 'zod';
import { managedTags } from '../../core/crd/fields.ts';
import { list, listMap, text, timestamp } from '../../core/crd/shapes.ts';
import { snapshotIds } from '../../core/image-template.ts';

const state = z
  .enum(['Pending', 'Available', 'Failed', 'Disabled', 'Gone'])
  .optional()
  .describe(
    '`Pending` while AWS makes it, `Available`, `Failed`, `Disabled`: it cannot be launched, or `Gone`: somebody has deregistered it.',
  );

/** Who something is shared with, as it was last set by us, so that it can be withdrawn. */
const shared = z
  .boolean()
  .optional()
  .describe('Whether its sharing was set by `share`, and is to be withdrawn when that is taken out.');

const copy = z.object({
  region: text(32).describe('Its AWS Region.'),
  imageId: text(64).optional().describe("The copy's id."),
  state,
  reason: text(1024).optional().describe('Why it failed, in AWS’s words.'),
  failures: z
    .int()
    .optional()
    .describe(
      'How many times it failed. It is copied anew twice, and then waits to be deregistered by hand.',
    ),
  progress: text(8).optional().describe('How much of its snapshots is written, while it is pending.'),
  askedAt: timestamp()
    .optional()
    .describe('When AWS was asked for it, until it was seen finished: AWS may hide it for a while.'),
  replaces: text(64)
    .optional()
    .describe('The copy that it takes the place of, which failed or is gone, until it was seen finished.'),
  snapshots: snapshotIds.optional().describe('Its snapshots.'),
  shared,
});

/** An Image's own part of status. */
export const status = z.object({
  imageId: text(64).optional().describe("The image's id, `ami-…`."),
  arn: text(256).optional().describe("The image's ARN."),
  imageName: text(128).optional().describe('Its name in AWS.'),
  state,
  reason: text(1024).optional().describe('Why it failed, in AWS’s words.'),
  progress: text(8).optional().describe('How much of the snapshots is written, while it is pending.'),
  instanceId: text(64).optional().describe('The instance it was made of.'),
  createdAt: timestamp().optional().describe('When AWS made it.'),
  size: text(16).optional().describe('The size of its volumes together, `24Gi`.'),
  snapshots: snapshotIds
    .optional()
    .describe('Its snapshots: known before the image goes, so that none of them is left.'),
  copies: listMap(copy, ['region'], 40).optional().describe('Its copies in other Regions.'),
  deprecatedAt: timestamp().optional().describe('When AWS stops showing it to others.'),
  disabledAt: timestamp().optional().describe('When `disableAfter` disabled it.'),
  expires: timestamp()
    .optional()
    .describe(
      'The first of deprecation, disabling and, of an image of an ImageSchedule, the end of its retention, where nothing but `retain.age` decides that: with `count` or `gfs` it depends on the images after it.',
    ),
  deregistrationProtection: text(64)
    .optional()
    .describe('What AWS says of protection against deregistration.'),
  lastLaunched: timestamp()
    .optional()
    .describe('When an instance was last launched from it. AWS tells it up to a day late.'),
  inUseBy: list(text(256), 20)
    .optional()
    .describe(
      'Instances, launch templates, launch configurations, Auto Scaling groups and other resources of this account that use it, at most 20.',
    ),
  shared,
  managedTags,
  managedSnapshotTags: managedTags,
});
