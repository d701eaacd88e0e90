import { z } from 'zod';
import { immutableFields } from '../../core/crd/cel.ts';
import { ageColumn, readyColumn, reasonColumns } from '../../core/crd/columns.ts';
import type { CelRule, ResourceDefinition } from '../../core/crd/definition.ts';
import { regionalFields } from '../../core/crd/fields.ts';
import { duration } from '../../core/crd/shapes.ts';
import { schedules, selector, template } from './fields.ts';
import { status } from './status-fields.ts';

const spec = z.object({
  selector,
  schedules,
  template: template.optional(),
  suspend: z
    .boolean()
    .default(false)
    .describe('Make no new images. Retention goes on, and ticks that pass meanwhile are not made up for.'),
  startingDeadline: duration()
    .optional()
    .describe(
      'How late a run may still start. Of ticks that were missed the latest one is run, if it is within the deadline. Default: until the next tick.',
    ),
  concurrencyPolicy: z
    .enum(['Forbid', 'Allow'])
    .default('Forbid')
    .describe(
      'Whether an instance may be imaged while an earlier image of it is still pending. With `Forbid` it waits for that one, and at most until the next tick.',
    ),
  maxConcurrent: z.int().min(1).max(1000).default(20).describe('How many images may be pending at once.'),
  maxConcurrentReboots: z
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .describe('The same, where `template.noReboot` is `false` and AWS restarts each instance.'),
  skipIfNewerThan: duration()
    .optional()
    .describe('Make no image of an instance that has an available one of this schedule younger than this.'),
  onInstanceGone: z
    .enum(['KeepLast', 'Keep', 'Delete'])
    .default('KeepLast')
    .describe(
      'What becomes of the images of an instance that AWS has no more. `KeepLast`: they expire as ever, but for the last good ones (`retain.min`). `Keep`: all stay. `Delete`: all go, once they are older than `retain.age`; without it, at once.',
    ),
  onScheduleDelete: z
    .enum(['Retain', 'Delete'])
    .default('Retain')
    .describe(
      'What deleting this object does with its images. `Retain` leaves them, as AMIs and as Images, so that no backup is lost by mistake. `Delete` deletes them, but for those in use.',
    ),
  deleteInUse: z
    .boolean()
    .default(false)
    .describe(
      'Whether an image that no rule keeps is deleted although instances, launch templates, launch configurations, Auto Scaling groups, parameters or recipes of this account refer to it, or although it is shared and its use elsewhere is not known.',
    ),
  successfulHistoryLimit: z
    .int()
    .min(0)
    .max(100)
    .default(3)
    .describe(
      'How many runs that went well `status.history` tells of. It says nothing of how many images are kept: that is `schedules[].retain`.',
    ),
  failedHistoryLimit: z
    .int()
    .min(0)
    .max(100)
    .default(1)
    .describe(
      'Of how many runs the failed images are kept to be looked at, and how many runs with any `status.history` tells of.',
    ),
  region: regionalFields.region,
  accountRef: regionalFields.accountRef,
});

const rules: readonly CelRule[] = immutableFields(['region']);

export type ImageScheduleSpec = z.infer<typeof spec>;
export type ImageScheduleStatus = z.infer<typeof status>;

export const imageScheduleDefinition: ResourceDefinition<ImageScheduleSpec, ImageScheduleStatus> = {
  kind: 'ImageSchedule',
  plural: 'imageschedules',
  singular: 'imageschedule',
  shortNames: ['imgsched'],
  scope: 'Namespaced',
  description:
    'An ImageSchedule makes an Image of each selected instance at its ticks, and deletes those that its rules keep no longer, if a newer good one exists and nothing uses them.',
  spec,
  status,
  rules,
  printerColumns: [
    { name: 'Schedule', jsonPath: '.status.timing', type: 'string' },
    { name: 'Instances', jsonPath: '.status.selected', type: 'integer' },
    { name: 'Images', jsonPath: '.status.images', type: 'integer' },
    { name: 'Pending', jsonPath: '.status.pending', type: 'integer' },
    { name: 'Failing', jsonPath: '.status.failing', type: 'integer' },
    { name: 'Last good', jsonPath: '.status.lastSuccessfulTime', type: 'date' },
    { name: 'Next', jsonPath: '.status.nextScheduleTime', type: 'string' },
    { name: 'Missed', jsonPath: '.status.missed', type: 'integer' },
    { name: 'Suspended', jsonPath: '.spec.suspend', type: 'boolean' },
    readyColumn,
    ageColumn,
    ...reasonColumns,
  ],
};
