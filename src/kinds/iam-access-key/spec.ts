import { z } from 'zod';
import { immutable, immutableFields } from '../../core/crd/cel.ts';
import { ageColumn, readyColumn, reasonColumns } from '../../core/crd/columns.ts';
import type { CelRule, ResourceDefinition } from '../../core/crd/definition.ts';
import { globalFields } from '../../core/crd/fields.ts';
import { text, timestamp } from '../../core/crd/shapes.ts';
import { durationPattern } from '../../core/duration.ts';
import { overlap, rotateAfter, secret, userName } from './fields.ts';
import { attempt, lastUsed, previous } from './status-fields.ts';

const { accountRef, managementPolicy, deletionPolicy } = globalFields;

const spec = z.object({
  userName: immutable(userName()).describe(
    'The IAM user whose key it is. The user itself is made elsewhere. Immutable.',
  ),
  secret: secret
    .optional()
    .describe("The Secret that the key is delivered into, in the object's namespace. Immutable."),
  takeOver: z
    .boolean()
    .default(false)
    .describe(
      'Whether a Secret of that name that somebody made is written over. When `false`, that is a `Conflict`. One that belongs to another object never is.',
    ),
  rotateAfter: rotateAfter()
    .optional()
    .describe(
      'The age at which a key is replaced by a fresh one, such as `2160h` for 90 days; at least `24h`. Without it a key is replaced only on demand, or when it is lost.',
    ),
  overlap: overlap()
    .default('24h')
    .describe(
      'How long the old key stays after a fresh one was delivered, and must have been unused, before it is deactivated and deleted; at least `1h`, for AWS records uses at most every 15 minutes.',
    ),
  maxOverlap: overlap()
    .default('168h')
    .describe('How long the old key stays at most, though it is still in use.'),
  rotateNow: text(128)
    .optional()
    .describe(
      'Replaces the key once whenever this is changed to another value, a date say. What it is when the key is made replaces nothing.',
    ),
  accountRef,
  managementPolicy,
  deletionPolicy: deletionPolicy.describe(
    'What deleting the object does. `Delete` deactivates and deletes its keys, and then the Secret. `Retain` leaves the key and the Secret; nobody rotates them any more. The default is `Delete`.',
  ),
});

const both = (a: string, b: string, rule: string) =>
  `!self.${a}.matches(r'${durationPattern}') || !self.${b}.matches(r'${durationPattern}') || ${rule}`;

const rules: readonly CelRule[] = [
  ...immutableFields(['secret']),
  {
    rule: both('overlap', 'maxOverlap', 'duration(self.overlap) <= duration(self.maxOverlap)'),
    message: 'maxOverlap must not be shorter than overlap',
    fieldPath: '.maxOverlap',
  },
  {
    rule: `!has(self.rotateAfter) || ${both('rotateAfter', 'maxOverlap', 'duration(self.maxOverlap) < duration(self.rotateAfter)')}`,
    message:
      'maxOverlap must be shorter than rotateAfter: AWS allows two keys, and the old one must be gone before the next is due',
    fieldPath: '.maxOverlap',
  },
];

const status = z.object({
  accessKeyId: text(128).optional().describe("The key's id, `AKIA…`: the one in the Secret."),
  createdAt: timestamp().optional().describe('When it was made.'),
  lastUsed: lastUsed.optional(),
  nextRotation: timestamp().optional().describe('When it is replaced by a fresh one.'),
  previous: previous.optional(),
  secretName: text(253).optional().describe('The Secret it is in.'),
  rotatedToken: text(128).optional().describe('The value of `spec.rotateNow` that was last acted on.'),
  attempt: attempt.optional(),
});

export type IAMAccessKeySpec = z.infer<typeof spec>;
export type IAMAccessKeyStatus = z.infer<typeof status>;

export const iamAccessKeyDefinition: ResourceDefinition<IAMAccessKeySpec, IAMAccessKeyStatus> = {
  kind: 'IAMAccessKey',
  plural: 'iamaccesskeys',
  singular: 'iamaccesskey',
  shortNames: ['iamkey'],
  scope: 'Namespaced',
  onRequest: true,
  description:
    'An IAMAccessKey is an access key of an IAM user, delivered into a Secret and replaced by a fresh one in time, while the old one stays until it is unused. The kind is off unless the operator is started with `--enable-access-keys`. Where a role can be had (IRSA, Pod Identity, an instance profile), have that instead.',
  spec,
  status,
  rules,
  printerColumns: [
    { name: 'User', jsonPath: '.spec.userName', type: 'string' },
    { name: 'Key', jsonPath: '.status.accessKeyId', type: 'string' },
    { name: 'Secret', jsonPath: '.status.secretName', type: 'string' },
    readyColumn,
    { name: 'Last used', jsonPath: '.status.lastUsed.time', type: 'date' },
    ageColumn,
    { name: 'Next rotation', jsonPath: '.status.nextRotation', type: 'string', priority: 1 },
    { name: 'Previous', jsonPath: '.status.previous.accessKeyId', type: 'string', priority: 1 },
    ...reasonColumns,
  ],
};
