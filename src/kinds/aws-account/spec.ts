import { z } from 'zod';
import type { AccountSpec, AccountStatus } from '../../core/account.ts';
import { cel, exactlyOneOf } from '../../core/crd/cel.ts';
import { ageColumn, readyColumn, reasonColumns } from '../../core/crd/columns.ts';
import type { CelRule, ResourceDefinition } from '../../core/crd/definition.ts';
import { tags } from '../../core/crd/fields.ts';
import { formatted, list, listMap, map, set, text } from '../../core/crd/shapes.ts';
import { guardrails } from '../../core/guardrails/schema.ts';
import { labelSelector } from '../../core/label-selector.ts';
import { assumeRole, credentials, webIdentityDuration } from './credentials-fields.ts';

const services = 'autoscaling|ec2|iam|kms|sts|tag';

const keys = (pattern: string, words: string): CelRule => ({
  rule: `self.all(key, key.matches('${pattern}'))`,
  message: words,
});

const allowedNamespaces = cel(
  z.object({
    all: z.literal(true).optional().describe('Every namespace.'),
    names: set(formatted(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'must be the name of a namespace', 63), 1_000)
      .optional()
      .describe('These.'),
    selector: labelSelector.optional().describe('Those with these labels.'),
  }),
  exactlyOneOf(['all', 'names', 'selector']),
);

const limits = cel(
  map(
    z.object({
      perSecond: z.number().min(0.1).max(10_000).describe('Requests a second.'),
      burst: z.number().min(1).max(10_000).optional().describe('At once. Default: `perSecond`.'),
    }),
    { min: 1, max: 50 },
  ),
  keys(
    `^(${services})(:[A-Z][A-Za-z]+)?$`,
    `a limit is for one of ${services.replaceAll('|', ', ')}, or for one operation of it such as ec2:DescribeImages`,
  ),
);

const endpoints = cel(
  map(formatted(/^https?:\/\/[!-~]+$/, 'must be a URL such as https://vpce-0123.ec2.example.com', 512), {
    min: 1,
    max: 6,
  }),
  keys(`^(${services})$`, `an endpoint is for one of ${services.replaceAll('|', ', ')}`),
);

const spec = z.object({
  credentials: credentials.describe('What it begins with. Exactly one form.'),
  assumeRole: assumeRole
    .optional()
    .describe(
      'Roles to assume, one with the session of the one before. The last one is what the account is used with.',
    ),
  region: formatted(/^[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}$/, 'must be an AWS Region such as eu-central-1', 32)
    .optional()
    .describe(
      "The AWS Region of objects that name none, and whose namespace's annotation `mooring.dev/region` names none. Without it, the operator's `--region`.",
    ),
  allowedNamespaces: allowedNamespaces.describe(
    'Whose objects may use it. Unless that is all, adopting, sharing and letting in other accounts is off where `guardrails` do not allow it.',
  ),
  guardrails: guardrails.optional().describe('What the objects that use it may ask for.'),
  defaultTags: tags()
    .optional()
    .describe("Tags for every resource, above the operator's `--default-tag` and below an object's own."),
  limits: limits
    .optional()
    .describe(
      "By service (`ec2`), or by operation (`ec2:DescribeImages`): requests in place of AWS's published quota, which AWS keeps for an account and Region, and where it says so for each operation. AWSAccounts of one AWS account share a limit that is the same in both; where they say different things, each keeps its own, and AWS sees the sum.",
    ),
  endpoints: endpoints
    .optional()
    .describe(
      'By service: where it is called, for VPC endpoints and emulators. Only where the operator was started with `--allow-endpoints`, for whoever answers there sees what is signed.',
    ),
});

const status = z.object({
  accountId: text(12).optional().describe('The AWS account, as AWS tells it.'),
  arn: text(2_048).optional().describe('Who the operator is there, as AWS tells it.'),
  region: text(32).optional().describe('The AWS Region of objects for which none is named.'),
  permissions: listMap(
    z.object({
      kind: text(63).describe('The kind.'),
      state: z
        .enum(['Allowed', 'Missing', 'Unknown'])
        .describe(
          '`Missing`: certainly not all of it. `Unknown`: AWS does not tell of all of it, or allows some of it not for all resources.',
        ),
      missing: list(text(128), 100).optional().describe('The IAM actions that are denied.'),
      message: text(1_024).optional().describe('What is not known, and why.'),
    }),
    ['kind'],
    32,
  )
    .optional()
    .describe(
      "What the kinds' calls need, simulated with the identity's policies on all resources (`*`): what they allow for some resources only is unknown, and the policies of keys and organizations are not asked. Hourly, and when `mooring.dev/reconcile-at` changes.",
    ),
});

export const awsAccountDefinition: ResourceDefinition<AccountSpec, AccountStatus> = {
  kind: 'AWSAccount',
  plural: 'awsaccounts',
  singular: 'awsaccount',
  shortNames: ['awsacct'],
  scope: 'Cluster',
  settings: true,
  description:
    'An AWSAccount is a way into an AWS account: with which credentials, for which namespaces, and what their objects may ask for. An object uses the one it names, else the one its namespace names by the annotation `mooring.dev/account`, else the one named `default`. Once any exists, the credentials the operator was started with are used by nobody. Whoever may write an AWSAccount is an administrator.',
  spec,
  status,
  rules: [webIdentityDuration],
  printerColumns: [
    { name: 'Account', jsonPath: '.status.accountId', type: 'string' },
    { name: 'Region', jsonPath: '.status.region', type: 'string' },
    readyColumn,
    ageColumn,
    { name: 'ARN', jsonPath: '.status.arn', type: 'string', priority: 1 },
    ...reasonColumns,
  ],
};
