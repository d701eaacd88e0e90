import { z } from 'zod';
import { tagValue } from '../crd/fields.ts';
import { formatted, map, set, text } from '../crd/shapes.ts';

/**
 * What an account lets the objects that use it ask for: `AWSAccount.spec.guardrails`. Whoever may write a
 * manifest must not thereby become an administrator of the account. Every rule judges what would be in AWS
 * once an object's steps were done, seen and spec together, and a broken one blocks the object (`Forbidden`)
 * before anything is called. A rule that is left out forbids nothing, unless it says so.
 */

const globs = (max = 50) => set(text(256).min(1), max);
const accounts = () => set(formatted(/^[0-9]{12}$/, 'must be an account id of twelve digits', 12), 100);
const regions = () =>
  set(
    formatted(/^[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}$/, 'must be an AWS Region such as eu-central-1', 32),
    50,
  );

const iamRole = z.object({
  requiredPermissionsBoundary: text(2048)
    .min(20)
    .optional()
    .describe('The ARN of the boundary that every role must have.'),
  pathPrefix: formatted(/^\/([!-~]+\/)*$/, 'must begin and end with a slash, such as /team-a/', 512)
    .optional()
    .describe('What the path of every role must begin with.'),
  roleNamePrefix: formatted(/^[\w+=,.@-]{1,64}$/, 'must be letters, digits and _ + = , . @ -', 64)
    .optional()
    .describe("What every role's name must begin with."),
  allowedManagedPolicies: globs()
    .optional()
    .describe('The ARNs of managed policies that may be attached; `*` stands for any characters.'),
  deniedActions: set(
    formatted(/^([*]|[A-Za-z0-9*?-]+:[A-Za-z0-9*?]+)$/, 'must be * or service:Action, such as iam:*', 128),
    50,
  )
    .optional()
    .describe(
      'Actions that no inline policy may allow, such as `iam:*`. Wildcards and `NotAction` in the policy are seen through.',
    ),
  allowedTrustAccounts: accounts()
    .optional()
    .describe(
      "The accounts, beside the role's own, that a trust policy may let in: by principal, by federated provider, or as the source a service acts for. Where the account is not for all namespaces, none by default.",
    ),
});

const kmsKey = z.object({
  allowedExternalAccounts: accounts()
    .optional()
    .describe(
      "The accounts, beside the key's own, that a key policy may let in, replicas' policies included. Where the account is not for all namespaces, none by default.",
    ),
  minDeletionWindowDays: z
    .int()
    .min(7)
    .max(30)
    .optional()
    .describe('The shortest waiting period before a key or a replica is deleted, in days.'),
});

const image = z.object({
  allowPublic: z
    .boolean()
    .optional()
    .describe(
      'Whether an image may be shared with everybody. Default: `true`, but `false` where `allowedShareAccounts` is given, and where the account is not for all namespaces.',
    ),
  allowedShareAccounts: accounts()
    .optional()
    .describe(
      'The accounts that images may be shared with. With it, none may be shared with an organization or a unit of one, whose accounts nobody can tell. Where the account is not for all namespaces, none by default.',
    ),
  allowedCopyRegions: regions().optional().describe('The Regions that images may be copied to.'),
});

const elasticIP = z.object({
  maxPerNamespace: z
    .int()
    .min(0)
    .max(10_000)
    .optional()
    .describe(
      'How many ElasticIPs a namespace may have with this account: the oldest so many; those that came later are refused.',
    ),
});

const iamAccessKey = z.object({
  allowedUserNames: globs()
    .default([])
    .describe(
      'The IAM users that keys may be made for; `*` stands for any characters. None by default: with any guardrails at all, and where the account is not for all namespaces.',
    ),
});

export const guardrails = z.object({
  requiredTags: set(text(128).min(1), 20).optional().describe('Keys of tags that every resource must have.'),
  allowedRegions: regions().optional().describe('The Regions that resources may be in.'),
  deletionPolicy: z
    .enum(['Retain'])
    .optional()
    .describe(
      '`Retain`: deleting an object deletes nothing in AWS, and a manifest that says `Delete` is refused. An access key that rotation has replaced is retired all the same.',
    ),
  allowAdopt: z
    .boolean()
    .default(false)
    .describe(
      "Whether what exists already may be taken over or observed: `adopt`, a KMSKey's `takeOver`, an ElasticIP's `allowReassociation`.",
    ),
  allowedInstances: map(tagValue(), { min: 1, max: 10 })
    .optional()
    .describe('Tags that an instance must have, every one, to be imaged or given an address.'),
  iamRole: iamRole.optional().describe('For roles.'),
  kmsKey: kmsKey.optional().describe('For keys.'),
  image: image.optional().describe('For images.'),
  elasticIP: elasticIP.optional().describe('For addresses.'),
  iamAccessKey: iamAccessKey.optional().describe('For access keys.'),
});

/** As a manifest's guardrails are once defaults are filled in. */
export type Guardrails = z.infer<typeof guardrails>;
