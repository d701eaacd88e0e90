/** Where an AWSAccount's credentials come from, and the chain of roles assumed with them. */

import { z } from 'zod';
import { cel, exactlyOneOf } from '../../core/crd/cel.ts';
import type { CelRule } from '../../core/crd/definition.ts';
import { tagKeyRules, tagValue } from '../../core/crd/fields.ts';
import { formatted, list, map, set, text } from '../../core/crd/shapes.ts';

const objectName = (what: string) =>
  formatted(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, `must be the name of a ${what}`, 253);

const roleArn = () =>
  formatted(
    /^arn:aws[a-z-]*:iam::[0-9]{12}:role\/[!-~]+$/,
    'must be the ARN of a role such as arn:aws:iam::111122223333:role/mooring',
    640,
  );

const webIdentity = cel(
  z.object({
    roleArn: roleArn().describe('The role whose trust policy lets the token in.'),
    tokenFile: cel(formatted(/^\/[!-~]+$/, 'must be the absolute path of a file', 1_024), {
      rule: "!self.split('/').exists(part, part == '..')",
      message: 'must have no .. in it',
    })
      .optional()
      .describe(
        "A file in the operator's container with the token, below its `--token-directory`. It is read anew for each session.",
      ),
    serviceAccountRef: z
      .object({ name: objectName('ServiceAccount').describe('Its name.') })
      .optional()
      .describe(
        "A ServiceAccount of the operator's own namespace, for which the operator asks Kubernetes for a token: no key at all is kept anywhere.",
      ),
    audience: text(256)
      .min(1)
      .optional()
      .describe(
        'Whom the token is for, as the identity provider in IAM has it. Default: `sts.amazonaws.com`. Only with `serviceAccountRef`.',
      ),
  }),
  exactlyOneOf(['tokenFile', 'serviceAccountRef']),
  {
    rule: '!has(self.audience) || has(self.serviceAccountRef)',
    message: "audience needs serviceAccountRef: a file's token has its own",
    fieldPath: '.audience',
  },
);

export const credentials = cel(
  z.object({
    default: z
      .object({})
      .optional()
      .describe(
        "The operator's own: the AWS SDK's chain of environment, shared files, IRSA, EKS Pod Identity, instance profile and SSO. Written as `{}`.",
      ),
    secretRef: z
      .object({ name: objectName('Secret').describe('Its name.') })
      .optional()
      .describe(
        "A Secret in the operator's own namespace with `aws_access_key_id`, `aws_secret_access_key` and, for temporary ones, `aws_session_token`. A change is taken up at once.",
      ),
    webIdentity: webIdentity
      .optional()
      .describe(
        'A token of an identity provider that IAM knows (OpenID Connect), such as this cluster itself.',
      ),
  }),
  exactlyOneOf(['default', 'secretRef', 'webIdentity']),
);

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const assumedRole = z.object({
  roleArn: roleArn().describe('The role.'),
  externalId: formatted(
    /^[\w+=,.@:/-][\w+=,.@:/-]+$/,
    'must be 2 to 1,224 letters, digits and _ + = , . @ : / -, as STS takes an external id',
    1_224,
  )
    .optional()
    .describe("What the role's trust policy asks for as `sts:ExternalId`."),
  sessionName: formatted(
    /^[\w+=,.@-]{2,64}$/,
    'must be 2 to 64 letters, digits and _ + = , . @ -, as STS names a session',
    64,
  )
    .optional()
    .describe("The session's name, which CloudTrail shows. Default: `mooring-` and the cluster's name."),
  tags: cel(map(tagValue(), { min: 1, max: 50 }), ...tagKeyRules)
    .optional()
    .describe(
      "Session tags. For them whoever assumes the role needs `sts:TagSession` on it, too, and the role's trust policy has to allow it.",
    ),
  transitiveTagKeys: set(text(128).min(1), 50)
    .optional()
    .describe('The keys of those session tags that the roles after this one have too.'),
  policyArns: set(
    formatted(
      /^arn:aws[a-z-]*:iam::(aws|[0-9]{12}):policy\/[!-~]+$/,
      "must be a managed policy's ARN such as arn:aws:iam::aws:policy/ReadOnlyAccess",
      512,
    ),
    10,
  )
    .optional()
    .describe('Managed policies beyond which the session may do nothing.'),
  durationSeconds: z
    .int()
    .min(900)
    .max(43_200)
    .optional()
    .describe(
      'How long the session lasts: 900 to 43,200 seconds, and at most 3,600 where a role assumes the role. It is renewed in time. Default: 3,600.',
    ),
});

const longestChain = 5;
const positions = Array.from({ length: longestChain }, (_, index) => index);

/** A role that a role assumes: AWS calls it role chaining. */
const chainedDurations: readonly CelRule[] = positions.slice(1).map((at) => ({
  rule: `self.size() <= ${at} || !has(self[${at}].durationSeconds) || self[${at}].durationSeconds <= 3600`,
  message: `[${at}].durationSeconds must be at most 3600, for a role assumes this role`,
}));

/**
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining
 * Case does not count in a session tag's key.
 */
const inheritedTags: readonly CelRule[] = positions.slice(1).flatMap((at) =>
  positions.slice(0, at).map((before) => ({
    rule: `self.size() <= ${at} || !has(self[${at}].tags) || !has(self[${before}].transitiveTagKeys) || !self[${before}].transitiveTagKeys.exists(key, self[${at}].tags.exists(tag, tag.lowerAscii() == key.lowerAscii()))`,
    message: `[${at}].tags repeats a key that [${before}].transitiveTagKeys hands on`,
  })),
);

export const assumeRole = cel(list(assumedRole, longestChain), ...chainedDurations, ...inheritedTags);

/** A session of a role is what a web identity begins with. */
export const webIdentityDuration: CelRule = {
  rule: '!has(self.credentials.webIdentity) || !has(self.assumeRole) || self.assumeRole.size() == 0 || !has(self.assumeRole[0].durationSeconds) || self.assumeRole[0].durationSeconds <= 3600',
  message:
    'assumeRole[0].durationSeconds must be at most 3600, for the role of webIdentity assumes this role',
  fieldPath: '.assumeRole',
};
