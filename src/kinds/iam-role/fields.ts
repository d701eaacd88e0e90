/** What an IAMRole's spec is made of, beside its trust (trust-fields.ts); spec.ts puts it together. */

import { z } from 'zod';
import { cel } from '../../core/crd/cel.ts';
import { formatted, intOrString, map } from '../../core/crd/shapes.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names */
const nameCharacters = '[A-Za-z0-9+=,.@_-]';
const nameWords = 'letters, digits and + = , . @ _ -';

export const roleNamePattern = new RegExp(`^${nameCharacters}{1,64}$`);
export const policyNamePattern = new RegExp(`^${nameCharacters}{1,128}$`);
export const roleNameMessage = `must be 1 to 64 ${nameWords}, as IAM names a role`;
export const policyNameMessage = `must be 1 to 128 ${nameWords}, as IAM names a policy`;

export const roleName = () => formatted(roleNamePattern, roleNameMessage, 64);

export const policyArn = (example: string) =>
  formatted(
    /^arn:aws[a-z-]*:iam::(aws|[0-9]{12}):policy\/[!-~]+$/,
    `must be a policy's ARN such as ${example}`,
    512,
  );

export const managedPolicy = () =>
  formatted(
    new RegExp(
      `^(arn:aws[a-z-]*:iam::(aws|[0-9]{12}):policy/[!-~]+|(${nameCharacters}+/)*${nameCharacters}{1,128})$`,
    ),
    'must be an ARN, or the name of an AWS-managed policy with its path such as ReadOnlyAccess or service-role/AWSLambdaBasicExecutionRole',
    512,
  );

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html: Path */
export const path = () =>
  cel(formatted(/^\/([!-~]+\/)?$/, 'must begin and end with a slash, such as /teams/web/', 512), {
    rule: "!self.startsWith('/aws-service-role/') && !self.startsWith('/aws-reserved/')",
    message: 'must not be /aws-service-role/ or /aws-reserved/, which are for roles that AWS makes',
  });

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html: Description */
export const description = () =>
  formatted(
    /^[\t\n\r\x20-\x7E\xA1-\xFF]*$/,
    'must have no characters beyond Latin-1, as IAM takes a description',
    1_000,
  );

const hour = 3_600;

/** Whole units, so that it is whole seconds. */
const sessionPattern = '^([0-9]+[hms])+$';

export const maxSessionDuration = () =>
  cel(
    intOrString(),
    {
      rule: `type(self) == int || self.matches('${sessionPattern}')`,
      message: 'must be a duration such as 1h or 90m, or seconds',
    },
    {
      rule: `type(self) == int ? self >= ${hour} && self <= ${12 * hour} : !self.matches('${sessionPattern}') || (duration(self) >= duration('1h') && duration(self) <= duration('12h'))`,
      message: 'must be 1h to 12h (3600 to 43200 seconds)',
    },
  );

/** A policy document as its author wrote it: a map in YAML, or JSON text. Only the operator can look into it. */
export const policyDocument = () => z.unknown().meta({ 'x-kubernetes-preserve-unknown-fields': true });

export const inlinePolicies = () => map(policyDocument(), { max: 32 });

export const instanceProfile = z.object({
  enabled: z.boolean().default(true).describe('Whether there is to be one. `false` removes it.'),
  name: formatted(policyNamePattern, `must be 1 to 128 ${nameWords}, as IAM names an instance profile`, 128)
    .optional()
    .describe("Its name. Default: the role's. Another name makes another profile and deletes this one."),
});
