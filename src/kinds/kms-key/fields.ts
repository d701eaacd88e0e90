/** What a KMSKey's spec is made of, field by field; spec.ts puts it together. */

import { z } from 'zod';
import { atMostOneOf, cel } from '../../core/crd/cel.ts';
import { tags } from '../../core/crd/fields.ts';
import { formatted, listMap, set, text } from '../../core/crd/shapes.ts';
import { access, policy } from './access-fields.ts';

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html */
const aliasPattern = /^alias\/[a-zA-Z0-9/_-]{1,250}$/;

const alias = () =>
  cel(formatted(aliasPattern, 'must be alias/ and a name of letters, digits, / _ and -', 256), {
    rule: "!self.startsWith('alias/aws/')",
    message: "must not begin with alias/aws/: those are AWS's own",
  });

export const aliases = () => set(alias(), 20).optional();

export const description = () => text(8192).optional();

export const enabled = () => z.boolean().default(true);

export const deletionWindowDays = () => z.int().min(7).max(30).default(30);

export const rotation = z
  .object({
    enabled: z.boolean().default(true).describe('Whether AWS makes new key material every period.'),
    periodDays: z
      .int()
      .min(90)
      .max(2560)
      .default(365)
      .describe('Days from one rotation to the next, 90 to 2560.'),
  })
  .describe(
    'Automatic rotation of the key material: the key keeps its id, and what was encrypted stays readable. Only for symmetric keys with the origin `AWS_KMS`. Without it, rotation is left as it is.',
  );

const replica = cel(
  z.object({
    region: formatted(
      /^[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}$/,
      'must be an AWS Region such as eu-central-1',
      32,
    ).describe('The AWS Region of the replica.'),
    description: description().describe("The replica's description. Default: that of the key."),
    tags: tags().optional().describe('Tags for the replica, over those of the key.'),
    aliases: aliases().describe('Names for the replica in its Region.'),
    enabled: enabled().describe('Whether the replica can be used.'),
    policy: policy(),
    access: access.optional().describe('Who may administer and use the replica. Default: as for the key.'),
    deletionWindowDays: deletionWindowDays().describe(
      'Days between scheduling the deletion of the replica and its end, 7 to 30.',
    ),
  }),
  atMostOneOf(['policy', 'access']),
);

export type ReplicaSpec = z.infer<typeof replica>;

export const replicas = listMap(replica, ['region'], 10).describe(
  'Replicas of a multi-Region key in other Regions: the same key material under the same id. Names, state, policy and tags are per Region; rotation is shared. One that is taken out here is scheduled for deletion.',
);

/** As AWS names keys: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id */
const keyId = '(mrk-)?[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}';
const aliasName = 'alias\\/[a-zA-Z0-9\\/_-]{1,250}';

export const adoptable = new RegExp(
  `^(${keyId}|${aliasName}|arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(key\\/${keyId}|${aliasName}))$`,
);
