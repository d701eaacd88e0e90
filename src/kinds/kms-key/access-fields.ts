/** Who may do what with a key, field by field; access.ts makes the key policy of it. */

import { z } from 'zod';
import { cel, exactlyOneOf } from '../../core/crd/cel.ts';
import { formatted, list, rawDocument, set, text } from '../../core/crd/shapes.ts';

/**
 * Wildcards and unique ids (AIDA…, AROA…) are left out: KMS takes none of the former, and shows the latter
 * back as ARNs, so that they would differ for ever. A plain pattern, for a rule in CEL with words of its own
 * would cost the API server too much on lists of this length, within a list.
 */
const principalArn = () =>
  z
    .string()
    .max(700)
    .regex(
      /^arn:aws[a-z-]*:(iam|sts)::[0-9]{12}:(root|(user|role|assumed-role|federated-user)\/[A-Za-z0-9_+=,.@/-]+)$/,
      'must be the ARN of a role, a user, a session or an account such as arn:aws:iam::123456789012:role/app',
    );

const roleRef = z
  .object({
    name: formatted(
      /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
      'must be the name of an IAMRole, such as app',
      253,
    ).describe('The name of the `IAMRole`.'),
  })
  .describe(
    'An `IAMRole` of the same namespace. The key waits for it to have an ARN, and follows it when that changes.',
  );

const principal = cel(
  z.object({
    arn: principalArn().optional().describe('The ARN of a role, a user, a session or an account.'),
    roleRef: roleRef.optional(),
  }),
  exactlyOneOf(['arn', 'roleRef']),
);

export type Principal = z.infer<typeof principal>;

const principals = (max: number) => list(principal, max).optional();

const account = () => formatted(/^[0-9]{12}$/, 'must be the twelve digits of an AWS account', 12);

const service = z.object({
  name: formatted(
    /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$/,
    'must be a service principal such as logs.eu-central-1.amazonaws.com or sns.amazonaws.com',
    128,
  ).describe("The service's principal."),
  sourceAccount: account()
    .optional()
    .describe('Only for resources of this account (`aws:SourceAccount`). Not every service sends it.'),
  sourceArn: text(512)
    .optional()
    .describe('Only for resources of this ARN, in which * and ? are wildcards (`aws:SourceArn`).'),
});

export const access = z
  .object({
    administrators: principals(30).describe(
      'Who may manage the key but not use it: policy, tags, aliases, rotation, enabling and disabling.',
    ),
    allowAdministratorsToDelete: z
      .boolean()
      .default(true)
      .describe('Whether the administrators may also schedule the deletion of the key, and cancel it.'),
    users: principals(100).describe(
      "Who may use the key for what it is for: encrypt and decrypt, sign and verify, and so on by the key's usage.",
    ),
    grantees: principals(100).describe(
      'Who may let AWS services use the key on their behalf (grants, with `kms:GrantIsForAWSResource`), as for an encrypted EBS volume. Default: the users and the external accounts. Symmetric encryption keys only.',
    ),
    externalAccounts: set(account(), 30)
      .optional()
      .describe('Other AWS accounts whose administrators may let their own users use the key.'),
    services: list(service, 20)
      .optional()
      .describe('AWS services that may use the key as themselves, such as CloudWatch Logs or SNS.'),
    extraStatements: list(rawDocument(), 20)
      .optional()
      .describe('Statements of your own, added to the generated policy as they are.'),
  })
  .describe(
    "Who may administer and use the key. The key policy is generated as the AWS console does it, and the account's own IAM policies keep deciding too (the root statement). Not together with `policy`. With neither, a new key has AWS's default policy, and no key's policy is changed.",
  );

export type Access = z.infer<typeof access>;

export const policy = () =>
  rawDocument()
    .optional()
    .describe(
      'The key policy as it is, in YAML or JSON. It must let the operator change it again: AWS refuses one that locks it out. Not together with `access`.',
    );
