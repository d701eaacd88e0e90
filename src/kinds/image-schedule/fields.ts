/** What an ImageSchedule's spec is made of, field by field; spec.ts puts it together. */

import { z } from 'zod';
import { cel, exactlyOneOf } from '../../core/crd/cel.ts';
import { tagKeyRules, tagValue } from '../../core/crd/fields.ts';
import { duration, formatted, list, listMap, map, set, text } from '../../core/crd/shapes.ts';
import { imageAgePattern } from '../../core/image-age.ts';
import { imageTemplateFields, imageTemplateRules, scheduledTagRules } from '../../core/image-template.ts';

/** As a DNS label, which holds no dot: dots part the names of images. */
export const scheduleName = () =>
  formatted(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    'must be of lower-case letters, digits and dashes, such as nightly',
    32,
  );

const instanceId = () =>
  formatted(/^i-([0-9a-f]{8}|[0-9a-f]{17})$/, 'must be an instance id such as i-0123456789abcdef0', 19);

const expression = cel(
  z.object({
    key: text(128).min(1).describe("The tag's key."),
    operator: z
      .enum(['In', 'NotIn', 'Exists', 'DoesNotExist'])
      .describe('`In` and `NotIn` look at the value, and `NotIn` is also true without the tag.'),
    values: list(tagValue(), 20).optional().describe('For `In` and `NotIn`.'),
  }),
  {
    rule: "(self.operator in ['In', 'NotIn']) == (has(self.values) && self.values.size() > 0)",
    message: 'values must be given with In and NotIn, and only with them',
    fieldPath: '.values',
  },
);

export const selector = cel(
  z.object({
    instanceIds: set(instanceId(), 200).optional().describe('These instances.'),
    matchTags: cel(map(tagValue(), { min: 1, max: 10 }), ...tagKeyRules)
      .optional()
      .describe('The tags an instance must have, every one, with exactly this value.'),
    matchExpressions: list(expression, 10).optional().describe('What else its tags must say.'),
    states: set(z.enum(['running', 'stopped', 'stopping', 'pending']), 4)
      .min(1)
      .default(['running', 'stopped'])
      .describe('The states an instance may be in.'),
  }),
  {
    rule: 'has(self.instanceIds) || has(self.matchTags) || has(self.matchExpressions)',
    message: 'one of instanceIds, matchTags and matchExpressions must be given at least',
  },
).describe('The instances: those of which everything that is given here is true.');

const age = () => formatted(new RegExp(imageAgePattern), 'must be an age such as 12h, 30d or 8w', 6);
const periods = (what: string) => z.int().min(1).max(1000).optional().describe(what);

const gfs = z
  .object({
    daily: periods('Of so many days the last image.'),
    weekly: periods('Of so many weeks, which begin on Monday.'),
    monthly: periods('Of so many months.'),
    yearly: periods('Of so many years.'),
  })
  .describe(
    "Grandfather, father, son: the last image of each of the newest so many periods that have one, by the schedule's `timeZone`.",
  );

export const retain = z
  .object({
    count: z.int().min(1).max(10_000).optional().describe('The newest so many.'),
    age: age().optional().describe('Those younger than this, counted from their tick: `7d`.'),
    gfs: gfs.optional(),
    min: z
      .int()
      .min(1)
      .max(1000)
      .default(1)
      .describe('Never fewer good images than this, whatever the other rules say.'),
  })
  .describe(
    'Which images are kept, of each instance by itself: those that any of these rules keeps. Without `count`, `age` and `gfs`, all. What none keeps is deleted, if a newer available one exists and nothing uses it.',
  );

const everyHours = ['1h', '2h', '3h', '4h', '6h', '8h', '12h', '24h'] as const;

const schedule = cel(
  z.object({
    name: scheduleName().describe('What tells it from the others. It is part of the names of its images.'),
    every: z
      .enum(everyHours)
      .optional()
      .describe('At the same times of every day, so far apart, one of them `at`.'),
    at: formatted(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'must be a time of day such as 03:30', 5)
      .optional()
      .describe('With `every`: a time of day at which it fires. Default: `00:00`.'),
    cron: text(120)
      .min(1)
      .optional()
      .describe(
        'Five fields of cron: minute, hour, day of the month, month, day of the week. Or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`.',
      ),
    timeZone: formatted(
      /^[A-Za-z][A-Za-z0-9_+/-]*$/,
      'must be the name of an IANA time zone such as Europe/Berlin',
      64,
    )
      .default('UTC')
      .describe(
        'Whose wall clock is meant. A time that is skipped when clocks go forward fires once, at the first moment after the gap; one that comes twice when they go back fires once, at the first.',
      ),
    jitter: duration()
      .optional()
      .describe(
        'Spreads the images of one tick over so long, each instance always at the same place. Default: none.',
      ),
    retain: retain.optional(),
  }),
  exactlyOneOf(['every', 'cron']),
  {
    rule: '!has(self.at) || has(self.every)',
    message: 'at goes with every: cron says by itself at which time',
    fieldPath: '.at',
    reason: 'FieldValueForbidden',
  },
);

export const schedules = listMap(schedule, ['name'], 8)
  .min(1)
  .describe(
    'When images are made, and which of them are kept. Images made at once, by the annotation `mooring.dev/run-now`, are of the first schedule here: they are named after it, and count in its `retain` like those of its ticks.',
  );

export const template = cel(
  z.object(imageTemplateFields),
  ...imageTemplateRules,
  ...scheduledTagRules('true'),
).describe('What each image is like. A change is for the images that are made from then on.');
