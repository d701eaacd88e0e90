import { z } from 'zod';
import { cel, immutableFields } from '../../core/crd/cel.ts';
import { ageColumn, readyColumn, reasonColumns } from '../../core/crd/columns.ts';
import type { CelRule, ResourceDefinition } from '../../core/crd/definition.ts';
import { adopt, globalFields, globalRules, managedTags } from '../../core/crd/fields.ts';
import { list, set, text } from '../../core/crd/shapes.ts';
import {
  description,
  inlinePolicies,
  instanceProfile,
  managedPolicy,
  maxSessionDuration,
  path,
  policyArn,
  policyDocument,
  roleName,
  roleNameMessage,
  roleNamePattern,
} from './fields.ts';
import { trust } from './trust-fields.ts';

const spec = z.object({
  roleName: roleName()
    .optional()
    .describe(
      "The role's name in AWS, where it is unique in the account. Default: `adopt`, or the object's own name. Immutable.",
    ),
  path: path()
    .optional()
    .describe('Where the role stands among others, such as `/teams/web/`. Default: `/`. Immutable.'),
  description: description().optional().describe('What the role is for. Without it the role has none.'),
  maxSessionDuration: maxSessionDuration()
    .optional()
    .describe(
      'How long a session may last: a duration such as `4h`, or seconds; 1 to 12 hours. Default: `1h`.',
    ),
  permissionsBoundary: policyArn('arn:aws:iam::111122223333:policy/boundary')
    .optional()
    .describe(
      'The policy beyond which the role may do nothing, whatever its own policies allow. Without it the role has none.',
    ),
  trust: trust
    .optional()
    .describe(
      'Who may assume the role: each item one form of it. Exactly one of `trust` and `trustPolicy` must be given.',
    ),
  trustPolicy: policyDocument()
    .optional()
    .describe(
      "Who may assume the role, as AWS's own document: in YAML, or as JSON text. Exactly one of `trust` and `trustPolicy` must be given.",
    ),
  managedPolicies: set(managedPolicy(), 50)
    .optional()
    .describe(
      'Policies attached to the role: ARNs, or the names of AWS-managed ones with their path, such as `ReadOnlyAccess` or `service-role/AWSLambdaBasicExecutionRole`.',
    ),
  inlinePolicies: inlinePolicies()
    .optional()
    .describe("Policies of the role's own by name, each as AWS's own document: in YAML, or as JSON text."),
  exclusive: z
    .boolean()
    .default(true)
    .describe(
      'Whether policies that the manifest does not name are taken off the role. `false` leaves those that somebody else attached or wrote.',
    ),
  instanceProfile: instanceProfile
    .optional()
    .describe('An instance profile with the role in it, so that EC2 instances can have the role.'),
  ...globalFields,
  tags: cel(globalFields.tags, {
    rule: 'self.all(key, self.exists_one(other, other.lowerAscii() == key.lowerAscii()))',
    message: 'two keys differ in case only, and IAM takes them for the same',
  }),
  deletionPolicy: globalFields.deletionPolicy.describe(
    'What deleting the object does in AWS. `Delete` deletes the role with its policies and instance profile. `Retain` leaves it as it is, with its tags, so that an IAMRole of the same namespace and name finds it again. The default is `Delete`; with `adopt` it is `Retain`.',
  ),
  adopt: adopt(
    roleNamePattern,
    roleNameMessage,
    'The name of a role that exists already, to take over instead of making one.',
  ),
});

const rules: readonly CelRule[] = [
  ...immutableFields(['roleName', 'path']),
  ...globalRules,
  {
    rule: '!has(self.adopt) || !has(self.roleName) || self.adopt.lowerAscii() == self.roleName.lowerAscii()',
    message: 'adopt names the role, so roleName must be left out or be the same',
    fieldPath: '.adopt',
  },
];

const status = z.object({
  arn: text(2048).optional().describe("The role's ARN."),
  roleId: text(128).optional().describe("The role's unique id in AWS, `AROA…`."),
  roleName: text(64).optional().describe("The role's name in AWS."),
  instanceProfileArn: text(2048).optional().describe("The instance profile's ARN."),
  instanceProfileName: text(128).optional().describe("The instance profile's name."),
  lastUsed: z
    .object({
      date: text(10).describe('The day, as AWS tells it for the last 400 days.'),
      region: text(32).optional().describe('The Region it was used in.'),
    })
    .optional()
    .describe('When the role was last used.'),
  attachedPolicies: list(text(2048), 100).optional().describe('The ARNs of the policies attached to it.'),
  inlinePolicies: list(text(128), 100).optional().describe('The names of its inline policies.'),
  managedPolicies: list(text(2048), 100)
    .optional()
    .describe(
      'The policies attached for this object, so that one taken out of the manifest is detached even where `exclusive` is false.',
    ),
  managedInlinePolicies: list(text(128), 100)
    .optional()
    .describe('The inline policies written for this object, for the same reason.'),
  managedTags,
});

export type IAMRoleSpec = z.infer<typeof spec>;
export type IAMRoleStatus = z.infer<typeof status>;

export const iamRoleDefinition: ResourceDefinition<IAMRoleSpec, IAMRoleStatus> = {
  kind: 'IAMRole',
  plural: 'iamroles',
  singular: 'iamrole',
  shortNames: [],
  scope: 'Namespaced',
  description:
    'An IAMRole is a role in AWS: who may assume it, what it may do, and, for EC2, the instance profile it is in.',
  spec,
  status,
  rules,
  printerColumns: [
    { name: 'Role', jsonPath: '.status.roleName', type: 'string' },
    readyColumn,
    { name: 'Last used', jsonPath: '.status.lastUsed.date', type: 'string' },
    ageColumn,
    { name: 'ARN', jsonPath: '.status.arn', type: 'string', priority: 1 },
    { name: 'Instance profile', jsonPath: '.status.instanceProfileName', type: 'string', priority: 1 },
    ...reasonColumns,
  ],
};
