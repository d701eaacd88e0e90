import { z } from 'zod';
import { list, listMap, text, timestamp } from '../../core/crd/shapes.ts';
import { retain } from './fields.ts';

const schedule = z.object({
  name: text(32).describe('Which of `spec.schedules`.'),
  lastScheduleTime: timestamp().optional().describe('The last tick that was run.'),
  nextScheduleTime: timestamp().optional().describe('The next tick.'),
  handledUpTo: timestamp().describe('Every tick up to here was run or counted as missed: never goes back.'),
  missed: z
    .int()
    .default(0)
    .describe('Ticks that were not run, or not for every instance, since the schedule exists.'),
  lastMissed: z.int().optional().describe('How many of them just before the last tick.'),
  retain: retain
    .optional()
    .describe(
      'As last seen, so that the images of a schedule that was taken out are kept no longer than was said.',
    ),
  timeZone: text(64)
    .optional()
    .describe('In which the days, weeks, months and years of `retain.gfs` end, where that is not UTC.'),
});

const run = z.object({
  schedule: text(32).describe('Which of `spec.schedules`.'),
  tick: timestamp().describe('The tick, or when `mooring.dev/run-now` was seen.'),
  runNow: text(253).optional().describe('The token of `mooring.dev/run-now` that asked for it.'),
  waiting: list(text(19), 2000).describe('Instances whose image is not begun yet.'),
  pending: list(text(253), 2000).describe('Images that are being made.'),
});

const instance = z.object({
  instanceId: text(19).describe('The instance.'),
  image: text(253).describe('Its last good Image.'),
  imageId: text(64).describe("The image's id in AWS."),
  time: timestamp().describe('The tick it was made for.'),
});

const outcome = z.object({
  schedule: text(32).describe('Which of `spec.schedules`.'),
  tick: timestamp().describe('The tick.'),
  succeeded: z.int().describe('Images that are available.'),
  failed: z.int().describe('Images that failed.'),
});

const deletion = z.object({
  image: text(253).describe('The Image.'),
  reason: text(512).describe('Why it goes, and why it is still there.'),
  at: timestamp().describe('Since when that is so.'),
});

/** An ImageSchedule's own part of status. */
export const status = z.object({
  timing: text(253)
    .optional()
    .describe('When images are made, in short: `12h at 06:00 Europe/Berlin`, `0 3 * * SUN`.'),
  schedules: listMap(schedule, ['name'], 32).optional().describe('Each schedule.'),
  lastScheduleTime: timestamp().optional().describe('The last tick that was run, of any schedule.'),
  nextScheduleTime: timestamp().optional().describe('The next tick of any schedule.'),
  lastSuccessfulTime: timestamp().optional().describe('The newest tick with an available image.'),
  missed: z
    .int()
    .optional()
    .describe('Ticks that were not run, or not for every instance, of all schedules.'),
  active: list(run, 32).optional().describe('Runs that are not over.'),
  history: list(outcome, 200)
    .optional()
    .describe('The last runs that are over, as many as the history limits say.'),
  instances: listMap(instance, ['instanceId'], 2000)
    .optional()
    .describe('The last good image of each instance.'),
  selected: z.int().optional().describe('How many instances the selector finds.'),
  images: z.int().optional().describe('How many available images there are.'),
  pending: z.int().optional().describe('How many images are being made.'),
  failing: z.int().optional().describe('How many instances there are whose newest image failed.'),
  pendingDeletions: list(deletion, 200)
    .optional()
    .describe('Images that no rule keeps any more and that are still there.'),
  deletions: z
    .object({
      since: timestamp().describe('When the ten minutes began.'),
      count: z.int().describe('How many images have been deleted since then.'),
    })
    .optional()
    .describe(
      'What retention has deleted lately: it keeps to a pace of its own, which the number of images that are made sets.',
    ),
  orphans: list(
    z.object({
      imageId: text(64).describe("The image's id."),
      since: timestamp().describe('Since when it is seen without an Image.'),
    }),
    2000,
  )
    .optional()
    .describe('Images of this schedule in AWS that have no Image here: they get one back.'),
  lastHandledRunNow: text(253)
    .optional()
    .describe('The value of the annotation `mooring.dev/run-now` that was last acted on.'),
});
