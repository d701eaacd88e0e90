import { z } from 'zod';
import { cel, exactlyOneOf, immutableFields, setOnceFields } from '../../core/crd/cel.ts';
import { ageColumn, readyColumn, reasonColumns, regionColumn } from '../../core/crd/columns.ts';
import type { CelRule, ResourceDefinition } from '../../core/crd/definition.ts';
import { adopt, regionalFields, regionalRules, tagKeyRules, tagValue } from '../../core/crd/fields.ts';
import { formatted, map } from '../../core/crd/shapes.ts';
import {
  imageTemplateFields,
  imageTemplateRules,
  scheduledBy,
  scheduledTagRules,
} from '../../core/image-template.ts';
import { status } from './status-fields.ts';

/** AWS's ids are eight hexadecimal digits or, since 2016, seventeen. */
const id = (prefix: string) => new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`);

const source = cel(
  z.object({
    instanceId: formatted(id('i'), 'must be an instance id such as i-0123456789abcdef0', 19)
      .optional()
      .describe('This instance.'),
    instanceSelector: z
      .object({
        matchTags: cel(map(tagValue(), { min: 1, max: 10 }), ...tagKeyRules).describe(
          'The tags it must have, every one, with exactly this value.',
        ),
      })
      .optional()
      .describe('The one instance with these tags. None is waited for; of several, none is imaged.'),
    copyFrom: z
      .object({
        imageId: formatted(id('ami'), 'must be an image id such as ami-0123456789abcdef0', 21).describe(
          'The image.',
        ),
        region: formatted(
          /^[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}$/,
          'must be an AWS Region such as eu-central-1',
          32,
        ).describe('Its Region.'),
      })
      .optional()
      .describe('A copy of another image: your own, or one shared with you whose snapshots are shared, too.'),
  }),
  exactlyOneOf(['instanceId', 'instanceSelector', 'copyFrom']),
);

const spec = z.object({
  source: source.optional().describe('What the image is made of. Immutable.'),
  imageName: formatted(
    /^[a-zA-Z0-9()[\] ./'@_-]{3,128}$/,
    "must be 3 to 128 of letters, digits, spaces and ( ) [ ] . / - ' @ _, as AWS takes an image's name",
    128,
  )
    .optional()
    .describe(
      "The image's name in AWS, unique in its account and Region. Default: `<namespace>-<name>`. Immutable.",
    ),
  ...regionalFields,
  ...imageTemplateFields,
  scheduledBy: scheduledBy
    .optional()
    .describe(
      'Set by an ImageSchedule on the images it makes: it becomes the tags by which the schedule finds them again. Immutable.',
    ),
  deletionPolicy: regionalFields.deletionPolicy.describe(
    'What deleting the object does in AWS. `Delete` deregisters the image and its copies and deletes their snapshots. `Retain` leaves them, with their tags, so that an Image of the same namespace and name finds them again. The default is `Delete`; with `adopt` it is `Retain`.',
  ),
  adopt: adopt(
    id('ami'),
    'must be an image id such as ami-0123456789abcdef0',
    'An image of this account that exists already, to take over instead of making one.',
  ),
});

const rules: readonly CelRule[] = [
  {
    rule: 'has(self.source) || has(self.adopt)',
    message: 'source must be given: what to make the image of (or adopt, for one that exists)',
    fieldPath: '.source',
    reason: 'FieldValueRequired',
  },
  ...immutableFields(['imageName', 'scheduledBy']),
  ...setOnceFields(['source']),
  ...regionalRules,
  ...imageTemplateRules,
  ...scheduledTagRules('has(self.scheduledBy)'),
  {
    rule: '!has(self.copies) || !has(self.region) || self.copies.all(copy, copy.region != self.region)',
    message: "copies are in other Regions than the image's own",
    fieldPath: '.copies',
  },
];

export type ImageSpec = z.infer<typeof spec>;
export type ImageStatus = z.infer<typeof status>;

export const imageDefinition: ResourceDefinition<ImageSpec, ImageStatus> = {
  kind: 'Image',
  plural: 'images',
  singular: 'image',
  shortNames: ['ami'],
  scope: 'Namespaced',
  description:
    'An Image is a machine image (AMI) of an EC2 instance, with its snapshots: made once, shared, copied to other Regions, deprecated, and deregistered when the object is deleted. It is never made anew because it is gone.',
  spec,
  status,
  rules,
  printerColumns: [
    { name: 'State', jsonPath: '.status.state', type: 'string' },
    { name: 'Image', jsonPath: '.status.imageId', type: 'string' },
    { name: 'Instance', jsonPath: '.status.instanceId', type: 'string' },
    { name: 'Size', jsonPath: '.status.size', type: 'string' },
    ageColumn,
    {
      name: 'Expires',
      jsonPath: '.status.expires',
      type: 'string',
      description:
        'When it is first deprecated, disabled or let go by the age its ImageSchedule keeps it for. Empty where retention counts, by count or gfs.',
    },
    { ...readyColumn, priority: 1 },
    { name: 'Progress', jsonPath: '.status.progress', type: 'string', priority: 1 },
    { name: 'AMI name', jsonPath: '.status.imageName', type: 'string', priority: 1 },
    { name: 'Created', jsonPath: '.status.createdAt', type: 'string', priority: 1 },
    regionColumn,
    ...reasonColumns,
  ],
};
