/** Who may assume the role, in the forms a manifest can say it; trust-document.ts writes them as AWS reads them. */

import { z } from 'zod';
import { cel, exactlyOneOf } from '../../core/crd/cel.ts';
import type { CelRule } from '../../core/crd/definition.ts';
import { formatted, map, set, text } from '../../core/crd/shapes.ts';

const account = () => formatted(/^[0-9]{12}$/, 'must be an account id of 12 digits, in quotes', 12);

const providerArn = (type: 'oidc-provider' | 'saml-provider', example: string) =>
  formatted(
    new RegExp(`^arn:aws[a-z-]*:iam::[0-9]{12}:${type}/[!-~]+$`),
    `must be the ARN of an identity provider such as arn:aws:iam::111122223333:${type}/${example}`,
    512,
  );

const sessionTags = () =>
  z
    .boolean()
    .default(false)
    .describe(
      'Whether they may tag their sessions (`sts:TagSession`): without it, assuming the role with tags, or with tags passed on from a session before, fails.',
    );

const principal = () =>
  formatted(
    /^(\*|arn:aws[a-z-]*:(iam|sts)::[0-9]{12}:(root|(user|role|assumed-role|federated-user)\/[!-)+-~]+))$/,
    "must be the ARN of an account, a user, a role or a session, without wildcards, or *; a deleted principal's id (AIDA…, AROA…) is no principal",
    512,
  );

const aws = cel(
  z.object({
    accounts: set(account(), 20)
      .min(1)
      .optional()
      .describe('Accounts, whose administrators then say who of theirs may assume the role.'),
    principals: set(principal(), 20)
      .min(1)
      .optional()
      .describe('Users, roles or sessions, by ARN. `*` is anybody, and needs `organizationId`.'),
    externalId: formatted(
      /^[\w+=,.@:/-]{2,}$/,
      'must be 2 to 1224 letters, digits and + = , . @ : / - _',
      1224,
    )
      .optional()
      .describe(
        'What a third party has to give when it assumes the role, so that nobody else can make it do so.',
      ),
    requireMFA: z.boolean().default(false).describe('Whether they must have signed in with a second factor.'),
    organizationId: formatted(
      /^o-[a-z0-9]{10,32}$/,
      'must be the id of an organization such as o-a1b2c3d4e5',
      34,
    )
      .optional()
      .describe('The AWS Organization they must be members of.'),
    sessionTags: sessionTags(),
  }),
  exactlyOneOf(['accounts', 'principals']),
  {
    rule: "!has(self.principals) || has(self.organizationId) || !self.principals.exists(p, p == '*')",
    message: 'principals may have * only with organizationId: else anybody in AWS could assume the role',
    fieldPath: '.principals',
  },
);

/** A wildcard alone, or with nothing but punctuation, lets in everybody the provider knows. */
const notEverybody: CelRule = {
  rule: "self.matches('[A-Za-z0-9]')",
  message: "must not be a bare wildcard: the provider's tokens for anybody would do",
};

/** GitHub's are `repo:<owner>/<repository>:…`: without the whole owner, other people's repositories would do. */
const anOwner: CelRule = {
  rule: "!self.matches('^repo([*?]|:([^A-Za-z0-9]|[^/]*[*?]|$))')",
  message: "must name an owner after repo:, without wildcards, else anybody's repository on GitHub would do",
};

/** A pattern that begins otherwise may match `repo:` all the same. */
const noOtherBeginning: CelRule = {
  rule: "!self.providerArn.endsWith('token.actions.githubusercontent.com') || self.subjects.all(subject, !subject.matches('^[^:]*[*?]'))",
  message: 'subjects of GitHub have no wildcard before their first colon: it could stand for any repository',
  fieldPath: '.subjects',
};

const tokenValue = () => text(256).min(1);

const claims = () =>
  cel(map(set(cel(tokenValue(), notEverybody), 10).min(1), { min: 1, max: 10 }), {
    rule: "self.all(name, name.matches('^[A-Za-z0-9_.:/-]{1,128}$') && !(name in ['sub', 'aud']))",
    message:
      'claims are named by letters, digits and _ . : / -; sub and aud are the fields subjects and audience',
  });

const oidc = cel(
  z.object({
    providerArn: providerArn('oidc-provider', 'token.actions.githubusercontent.com').describe(
      'The OpenID Connect provider in IAM, by ARN.',
    ),
    audience: tokenValue()
      .default('sts.amazonaws.com')
      .describe('The audience (`aud`) the token must have been issued for.'),
    subjects: set(cel(tokenValue(), notEverybody, anOwner), 20)
      .min(1)
      .describe(
        "The subjects (`sub`) that may assume the role. With `*` or `?` in it, one is a pattern. GitHub's is `repo:<org>/<repo>:ref:refs/heads/main`, or with immutable ids `repo:<org>@<id>/<repo>@<id>:ref:…`.",
      ),
    claims: claims()
      .optional()
      .describe('Further claims the token must have, each with one of these values or patterns.'),
  }),
  noOtherBeginning,
);

const kubernetesName = (what: string) =>
  formatted(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, `must be the name of a ${what}, without wildcards`);

const irsa = cel(
  z.object({
    providerArn: providerArn('oidc-provider', 'oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF')
      .optional()
      .describe("The cluster's OpenID Connect provider in IAM, by ARN."),
    issuer: formatted(
      /^https:\/\/[A-Za-z0-9.-]+(:[0-9]+)?(\/[A-Za-z0-9._/-]*[A-Za-z0-9])?$/,
      'must be a URL such as https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF',
      512,
    )
      .optional()
      .describe("The cluster's issuer, whose provider is in the role's own account."),
    namespace: kubernetesName('namespace')
      .optional()
      .describe("The service account's namespace. Default: this object's own."),
    serviceAccount: kubernetesName('service account').describe(
      'The service account whose pods get the role.',
    ),
  }),
  exactlyOneOf(['providerArn', 'issuer']),
);

const saml = z.object({
  providerArn: providerArn('saml-provider', 'Okta').describe('The SAML provider in IAM, by ARN.'),
  audience: text(512)
    .min(1)
    .optional()
    .describe("The assertion's audience (`SAML:aud`). Default: the sign-in page of the role's partition."),
});

const podIdentity = z.object({
  clusterArn: formatted(
    /^arn:aws[a-z-]*:eks:[a-z0-9-]+:[0-9]{12}:cluster\/[A-Za-z0-9_-]+$/,
    'must be the ARN of an EKS cluster such as arn:aws:eks:eu-central-1:111122223333:cluster/blue',
    256,
  )
    .optional()
    .describe('Only for pods of this cluster.'),
  namespace: kubernetesName('namespace').optional().describe('Only for pods in this namespace.'),
  serviceAccount: kubernetesName('service account')
    .optional()
    .describe('Only for pods of this service account.'),
});

export const trustForms = ['service', 'aws', 'oidc', 'irsa', 'saml', 'podIdentity'] as const;

const onlyWithService = (field: string): CelRule => ({
  rule: `!has(self.${field}) || has(self.service)`,
  message: `${field} can be given only with service: it says for whom the service may act`,
  fieldPath: `.${field}`,
  reason: 'FieldValueForbidden',
});

const statement = cel(
  z.object({
    service: set(
      formatted(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a service principal such as ec2.amazonaws.com', 128),
      10,
    )
      .min(1)
      .optional()
      .describe('AWS services that act with the role.'),
    sourceAccount: account()
      .optional()
      .describe(
        'The account on whose behalf the service must act, so that it does not act for another (confused deputy).',
      ),
    sourceArn: formatted(
      /^arn:aws[a-z-]*:[a-z0-9*-]+:[a-z0-9*-]*:([0-9]{12}|[*])?:[!-~]+$/,
      'must be an ARN such as arn:aws:sns:eu-central-1:111122223333:alarms, with wildcards where need be',
      512,
    )
      .optional()
      .describe('The resource on whose behalf the service must act; `*` and `?` are wildcards.'),
    aws: aws.optional().describe('Other accounts, or users and roles of them or of this one.'),
    oidc: oidc.optional().describe('Holders of a token from an OpenID Connect provider, such as a CI job.'),
    irsa: irsa.optional().describe('Pods of a service account in EKS (IAM roles for service accounts).'),
    saml: saml.optional().describe('People who signed in through a SAML provider.'),
    podIdentity: podIdentity.optional().describe('Pods in EKS, through EKS Pod Identity.'),
  }),
  exactlyOneOf(trustForms),
  onlyWithService('sourceAccount'),
  onlyWithService('sourceArn'),
);

export const trust = z.array(statement).min(1).max(20).meta({ 'x-kubernetes-list-type': 'atomic' });

export type TrustStatement = z.infer<typeof statement>;
