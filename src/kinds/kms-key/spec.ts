import { z } from 'zod';
import { atMostOneOf, immutable, immutableFields } from '../../core/crd/cel.ts';
import { ageColumn, readyColumn, reasonColumns, regionColumn } from '../../core/crd/columns.ts';
import type { ResourceDefinition } from '../../core/crd/definition.ts';
import { adopt, regionalFields, regionalRules } from '../../core/crd/fields.ts';
import { formatted, text } from '../../core/crd/shapes.ts';
import { access, policy } from './access-fields.ts';
import {
  adoptable,
  aliases,
  deletionWindowDays,
  description,
  enabled,
  replicas,
  rotation,
} from './fields.ts';
import { keySpecs, keyUsages } from './key-types.ts';
import { keyRules } from './rules.ts';
import { status } from './status-fields.ts';

const spec = z.object({
  description: description().describe('What the key is for. Without it, the description is left as it is.'),
  keySpec: immutable(z.enum(keySpecs).default('SYMMETRIC_DEFAULT')).describe(
    'The kind of key material. `SYMMETRIC_DEFAULT` is what AWS services encrypt with; `SM2` is for the Regions in China. Immutable.',
  ),
  keyUsage: z
    .enum(keyUsages)
    .optional()
    .describe(
      'What the key is for; to be given where its spec allows more than one: RSA and SM2 keys, and the NIST curves. Immutable.',
    ),
  origin: immutable(
    z.enum(['AWS_KMS', 'EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE']).default('AWS_KMS'),
  ).describe(
    'Where the key material comes from: AWS KMS, your own import (`EXTERNAL`: the key is unusable until you have imported it), or a custom key store. Immutable.',
  ),
  multiRegion: immutable(z.boolean().default(false)).describe(
    'Whether the key can have replicas in other Regions. Immutable.',
  ),
  customKeyStoreId: formatted(
    /^cks-[0-9a-f]{17}$/,
    'must be the id of a custom key store such as cks-0123456789abcdef0',
    64,
  )
    .optional()
    .describe('The custom key store, for the origins `AWS_CLOUDHSM` and `EXTERNAL_KEY_STORE`. Immutable.'),
  xksKeyId: formatted(
    /^[a-zA-Z0-9_.-]{1,128}$/,
    'must be the id that the external key manager knows the key by, of letters, digits, _ . and -',
    128,
  )
    .optional()
    .describe('The key in the external key manager, for the origin `EXTERNAL_KEY_STORE`. Immutable.'),
  enabled: enabled().describe('Whether the key can be used.'),
  aliases: aliases().describe(
    'Names for the key in its account and Region, each beginning with `alias/`. One taken out here is removed; one that somebody else gave the key is left.',
  ),
  takeOver: z
    .boolean()
    .default(false)
    .describe(
      'Whether an alias that another key holds is moved to this one. When `false`, that is a `Conflict` that names the holder.',
    ),
  rotation: rotation.optional(),
  rotateNow: text(128)
    .optional()
    .describe(
      'Rotates the key material once whenever this is changed to another value, a date say. What it is when the key is created, adopted or found again rotates nothing. AWS allows 25 such rotations in the life of a key.',
    ),
  policy: policy(),
  access: access.optional(),
  deletionWindowDays: deletionWindowDays().describe(
    'Days between scheduling the deletion of the key and its end, 7 to 30. Until then applying the manifest again keeps the key.',
  ),
  replicas: replicas.optional(),
  ...regionalFields,
  deletionPolicy: regionalFields.deletionPolicy.describe(
    'What deleting the object does in AWS. `Delete` removes the aliases and schedules the deletion of the key, replicas included. `Retain` leaves it as it is, with its tags, so that a KMSKey of the same namespace and name finds it again. The default is `Delete`; for an adopted key it is `Retain`.',
  ),
  adopt: adopt(
    adoptable,
    'must be a key id such as 1234abcd-12ab-34cd-56ef-1234567890ab, an alias such as alias/app, or the ARN of either',
    'A key that exists already, to take over instead of creating one: its id, an alias, or the ARN of either.',
  ),
});

export type KMSKeySpec = z.infer<typeof spec>;
export type KMSKeyStatus = z.infer<typeof status>;

export const kmsKeyDefinition: ResourceDefinition<KMSKeySpec, KMSKeyStatus> = {
  kind: 'KMSKey',
  plural: 'kmskeys',
  singular: 'kmskey',
  shortNames: ['kmsk'],
  scope: 'Namespaced',
  description:
    'A KMSKey is a customer managed key in AWS KMS, with its aliases, policy, rotation and replicas. It is scheduled for deletion when the object is deleted, and kept if the object is applied again before that is over.',
  spec,
  status,
  rules: [
    ...immutableFields(['keyUsage', 'customKeyStoreId', 'xksKeyId']),
    ...regionalRules,
    atMostOneOf(['policy', 'access']),
    ...keyRules,
  ],
  printerColumns: [
    { name: 'Alias', jsonPath: '.status.aliases[0]', type: 'string' },
    { name: 'Key', jsonPath: '.status.keyId', type: 'string' },
    { name: 'State', jsonPath: '.status.keyState', type: 'string' },
    readyColumn,
    ageColumn,
    { name: 'Spec', jsonPath: '.spec.keySpec', type: 'string', priority: 1 },
    { name: 'Next rotation', jsonPath: '.status.rotation.nextDate', type: 'string', priority: 1 },
    regionColumn,
    ...reasonColumns,
  ],
};
