/** Who else may use an image, and where else it is: fields of every kind that makes images. */

import { z } from 'zod';
import { atMostOneOf, cel, immutableFields } from './crd/cel.ts';
import { formatted, listMap, set, text } from './crd/shapes.ts';

const account = () => formatted(/^[0-9]{12}$/, 'must be an AWS account id of twelve digits', 12);
const organizationArn = (type: string, example: string) =>
  formatted(
    new RegExp(`^arn:aws[a-z-]*:organizations::[0-9]{12}:${type}/[a-z0-9/-]+$`),
    `must be an ARN such as ${example}`,
    200,
  );

export const share = cel(
  z.object({
    accounts: set(account(), 50).optional().describe('AWS accounts that may launch instances from it.'),
    organizationArns: set(
      organizationArn('organization', 'arn:aws:organizations::123456789012:organization/o-a1b2c3d4e5'),
      10,
    )
      .optional()
      .describe('Organizations, all of whose accounts may.'),
    ouArns: set(
      organizationArn('ou', 'arn:aws:organizations::123456789012:ou/o-a1b2c3d4e5/ou-a1b2-c3d4e5f6'),
      10,
    )
      .optional()
      .describe('Organizational units, all of whose accounts may.'),
    public: z.boolean().default(false).describe('Everybody may. Needs `publicConfirmed`.'),
    publicConfirmed: z
      .boolean()
      .default(false)
      .describe('That making everything on these disks public is meant.'),
    snapshots: z
      .boolean()
      .default(false)
      .describe(
        'Share the snapshots with `accounts`, too: without it they can launch the image and not copy it.',
      ),
  }),
  {
    rule: '!self.public || self.publicConfirmed',
    message: 'public needs publicConfirmed: true, for everybody can then read these disks',
    fieldPath: '.publicConfirmed',
    reason: 'FieldValueRequired',
  },
).describe(
  'Who else may launch instances from it: exactly these. Without it, sharing is not looked at; taken out, what was shared by it is withdrawn. Images on the AWS-managed EBS key cannot be shared.',
);

const kmsKeyRef = z
  .object({
    name: text(253).min(1).describe('The name of the `KMSKey`.'),
  })
  .describe(
    "A `KMSKey` of the image's own namespace: itself where it is in the copy's Region, or else its replica there.",
  );

export const copies = listMap(
  cel(
    z.object({
      region: formatted(
        /^[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}$/,
        'must be an AWS Region such as eu-west-1',
        32,
      ).describe('Where to.'),
      encrypted: z
        .boolean()
        .optional()
        .describe('Encrypt the copy although the image is not. What is encrypted stays so.'),
      kmsKeyId: text(256)
        .min(1)
        .optional()
        .describe('The key to encrypt it with: an id, an alias or an ARN in that Region.'),
      kmsKeyRef: kmsKeyRef.optional(),
      share: share.optional(),
    }),
    atMostOneOf(['kmsKeyId', 'kmsKeyRef']),
    {
      rule: '!has(self.encrypted) || self.encrypted || !(has(self.kmsKeyId) || has(self.kmsKeyRef))',
      message: 'a copy with a key is encrypted: leave encrypted out, or set it to true',
      fieldPath: '.encrypted',
      reason: 'FieldValueForbidden',
    },
    ...immutableFields(['encrypted', 'kmsKeyId', 'kmsKeyRef']),
  ),
  ['region'],
  10,
);
