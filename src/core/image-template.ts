/**
 * What an Image's spec says of the image itself, whatever it is made of: shared by the kinds that make
 * images, which do not know each other.
 */

import { z } from 'zod';
import { cel } from './crd/cel.ts';
import { maxTags, tags } from './crd/fields.ts';
import { formatted, list, listMap, text } from './crd/shapes.ts';
import { imageAgePattern } from './image-age.ts';
import { copies, share } from './image-sharing.ts';

const hours = (age: string) =>
  `(${age}.endsWith('w') ? int(${age}.substring(0, ${age}.size() - 1)) * 7 * 24 : ${age}.endsWith('d') ? int(${age}.substring(0, ${age}.size() - 1)) * 24 : int(${age}.substring(0, ${age}.size() - 1)))`;

/** AWS's limits on deprecation: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deprecate.html */
const tenYears = 10 * 365 * 24;
const twoYears = 2 * 365 * 24;

const age = () => formatted(new RegExp(imageAgePattern), 'must be an age such as 12h, 30d or 8w', 6);

const volumes = listMap(
  cel(
    z.object({
      deviceName: text(64).min(1).describe('The device, as the instance maps it: `/dev/sdf`, `xvda`.'),
      exclude: z.boolean().default(false).describe('Leave the volume out of the image.'),
      deleteOnTermination: z
        .boolean()
        .optional()
        .describe(
          'Whether the volume made of it goes with its instance. Default: as it is on the imaged instance.',
        ),
    }),
    {
      rule: '!self.exclude || !has(self.deleteOnTermination)',
      message: 'deleteOnTermination means nothing for a volume that is left out',
      fieldPath: '.deleteOnTermination',
      reason: 'FieldValueForbidden',
    },
  ),
  ['deviceName'],
  30,
);

const deregistrationProtection = z.object({
  enabled: z.boolean().describe('Whether AWS refuses to deregister it.'),
  cooldown: z
    .boolean()
    .default(false)
    .describe('Whether AWS goes on refusing for 24 hours after protection was turned off.'),
});

/** Spread into a `z.object`; {@link imageTemplateRules} go with it. */
export const imageTemplateFields = {
  description: text(255).optional().describe("The image's description."),
  noReboot: z
    .boolean()
    .default(true)
    .describe(
      'Whether a running instance goes on running while it is imaged. The image is then as after a power failure; with `false` AWS shuts the instance down and starts it again.',
    ),
  volumes: volumes
    .optional()
    .describe(
      "What to do otherwise than the instance's own volumes say, by device. Counts only when the image is made.",
    ),
  tags: tags()
    .optional()
    .describe(
      "Tags for the image, beside the operator's default tags (which these override) and those that say whose it is. A tag taken out here is taken off; tags that somebody else put there are left alone.",
    ),
  snapshotTags: tags().optional().describe("Tags for the image's snapshots, likewise."),
  copyInstanceTags: z
    .boolean()
    .default(false)
    .describe(
      "Whether the image gets the instance's tags, too, as they are when it is made. The manifest's own go above them.",
    ),
  share: share.optional(),
  copies: copies
    .optional()
    .describe('Copies of the image in other Regions. One taken out here is deleted, as the image would be.'),
  deprecateAfter: age()
    .optional()
    .describe(
      'The age at which AWS stops showing the image to others: `90d`. At most ten years, or two for a public image.',
    ),
  disableAfter: age()
    .optional()
    .describe(
      'The age at which the image is disabled: nobody can launch it any more, and all sharing of it ends. Taken out or raised, it is enabled again.',
    ),
  deregistrationProtection: deregistrationProtection
    .optional()
    .describe('Protection against being deregistered by anybody. While it is on, deleting the object waits.'),
  deleteSnapshots: z
    .boolean()
    .default(true)
    .describe(
      "Whether the image's snapshots are deleted with it. They are what is paid for, and what a disk could be restored from.",
    ),
};

const isPublic = (shared: string) => `(has(${shared}.share) && ${shared}.share.public)`;

const withoutCopies = '(!has(self.copies) || self.copies.size() == 0)';

/** Rules on the object that holds {@link imageTemplateFields}. */
export const imageTemplateRules = [
  {
    rule: `!has(self.deprecateAfter) || ${hours('self.deprecateAfter')} <= ${tenYears}`,
    message: 'AWS takes at most ten years (3650d) until deprecation',
    fieldPath: '.deprecateAfter',
  },
  {
    rule: `!has(self.deprecateAfter) || !(${isPublic('self')} || (has(self.copies) && self.copies.exists(copy, ${isPublic('copy')}))) || ${hours('self.deprecateAfter')} <= ${twoYears}`,
    message:
      'AWS takes at most two years (730d) until the deprecation of a public image, or of a public copy',
    fieldPath: '.deprecateAfter',
  },
  {
    rule: `!has(self.tags) || ${withoutCopies} || self.tags.size() <= ${maxTags - 1}`,
    message: `at most ${maxTags - 1} tags: of the 50 that AWS allows, seven of an image with copies say whose it is and where they are`,
    fieldPath: '.tags',
  },
] as const;

/** Of the 50 tags AWS allows on a resource, ten of a scheduled image's say whose it is and of which tick. */
const maxScheduledTags = 40;

/** Rules on the object that holds {@link imageTemplateFields}, where `scheduled` (CEL) is true of it. */
export const scheduledTagRules = (scheduled: string) => [
  ...(['tags', 'snapshotTags'] as const).map((field) => ({
    rule: `!(${scheduled}) || !has(self.${field}) || self.${field}.size() <= ${maxScheduledTags}`,
    message: `at most ${maxScheduledTags} tags: of the 50 that AWS allows, ten of an image that a schedule makes say whose it is and of which tick`,
    fieldPath: `.${field}`,
  })),
  {
    rule: `!(${scheduled}) || !has(self.tags) || ${withoutCopies} || self.tags.size() <= ${maxScheduledTags - 1}`,
    message: `at most ${maxScheduledTags - 1} tags: of the 50 that AWS allows, eleven of an image that a schedule makes, and that has copies, say whose it is, of which tick, and where they are`,
    fieldPath: '.tags',
  },
];

const utc = () =>
  formatted(
    /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z$/,
    'must be a time in UTC such as 2026-01-31T12:00:00Z',
    32,
  );

/**
 * Which tick of which schedule an image was made for. It becomes tags of the image, of its snapshots and of
 * its copies, by which the schedule finds them again: keys under `mooring.dev/` are refused in `tags`.
 */
export const scheduledBy = z.object({
  schedule: text(317).min(1).describe('The ImageSchedule, as `namespace/name`.'),
  scheduleName: text(63).min(1).describe('Which of its `schedules`.'),
  tick: utc().describe('The moment it was due.'),
  instanceId: text(64).min(1).describe('The instance.'),
  startBefore: utc()
    .optional()
    .describe(
      'When it is too late to begin: the disk is no longer what it was at `tick`, so none is made and the object fails. Without it, it is begun however late. It becomes no tag.',
    ),
});

export type ScheduledBy = z.infer<typeof scheduledBy>;

export const scheduleTagKeys = {
  schedule: 'mooring.dev/schedule',
  scheduleName: 'mooring.dev/schedule-name',
  tick: 'mooring.dev/schedule-tick',
  instance: 'mooring.dev/instance',
} as const;

/** The label of an Image that a schedule made: the schedule's name. */
export const scheduleLabel = 'mooring.dev/schedule';

/** On an Image that a schedule made: when its retention lets it go, where nothing but its age decides. */
export const expiresAnnotation = 'mooring.dev/expires';

export const scheduleTags = ({ schedule, scheduleName, tick, instanceId }: ScheduledBy) => ({
  [scheduleTagKeys.schedule]: schedule,
  [scheduleTagKeys.scheduleName]: scheduleName,
  [scheduleTagKeys.tick]: tick,
  [scheduleTagKeys.instance]: instanceId,
});

/** For status: what AWS keeps a disk as. */
export const snapshotIds = list(text(64), 60);
