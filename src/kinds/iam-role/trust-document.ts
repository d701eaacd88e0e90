import type { Condition, PolicyDocument, Principal, Statement } from '../../core/policy/document.ts';
import type { Scope } from '../../core/scope.ts';
import type { TrustStatement } from './trust-fields.ts';

/** What a statement's words depend on beside themselves. */
export interface TrustContext {
  readonly scope: Pick<Scope, 'partition' | 'account'>;
  /** The IAMRole's own. */
  readonly namespace: string;
}

/** The trust policy that a manifest's `trust` means. */
export const trustDocument = (trust: readonly TrustStatement[], ctx: TrustContext): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: trust.map((statement) => written(statement, ctx)),
});

/** The schema has seen to it that exactly one form is given. */
function written(statement: TrustStatement, ctx: TrustContext): Statement {
  const { service, aws, oidc, irsa, saml, podIdentity } = statement;
  if (service) return ofService(service, statement);
  if (aws) return ofAws(aws, ctx);
  if (oidc) return ofOidc(oidc);
  if (irsa) return ofIrsa(irsa, ctx);
  if (saml) return ofSaml(saml, ctx);
  if (podIdentity) return ofPodIdentity(podIdentity);
  throw new Error('a trust statement without a form');
}

const assume = 'sts:AssumeRole';
const assumeAndTag = [assume, 'sts:TagSession'];

function allow(Principal: Principal, Action: string | readonly string[], tests: Tests): Statement {
  const operators = Object.entries(tests).flatMap(([operator, keys]) => {
    const given = Object.entries(keys).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]));
    return given.length === 0 ? [] : [[operator, Object.fromEntries(given)]];
  });
  const Condition: Condition = Object.fromEntries(operators);
  return { Effect: 'Allow', Principal, Action, ...(operators.length === 0 ? {} : { Condition }) };
}

/** Conditions of which some may not be wanted. */
type Tests = Readonly<Record<string, Readonly<Record<string, string | readonly string[] | undefined>>>>;

const ofService = (service: readonly string[], { sourceAccount, sourceArn }: TrustStatement): Statement =>
  allow({ Service: service }, assume, {
    StringEquals: { 'aws:SourceAccount': sourceAccount },
    ArnLike: { 'aws:SourceArn': sourceArn },
  });

function ofAws(aws: NonNullable<TrustStatement['aws']>, { scope }: TrustContext): Statement {
  const roots = aws.accounts?.map((account) => `arn:${scope.partition}:iam::${account}:root`);
  return allow({ AWS: roots ?? aws.principals ?? [] }, aws.sessionTags ? assumeAndTag : assume, {
    StringEquals: { 'sts:ExternalId': aws.externalId, 'aws:PrincipalOrgID': aws.organizationId },
    Bool: { 'aws:MultiFactorAuthPresent': aws.requireMFA ? 'true' : undefined },
  });
}

const webIdentity = 'sts:AssumeRoleWithWebIdentity';

/** Condition keys begin with the provider's URL: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif */
const providerOf = (arn: string): string => arn.slice(arn.indexOf('/') + 1);

/**
 * All values of one claim stand under one operator: two operators on the same claim would both have to hold.
 * A value without wildcards means the same under StringLike.
 */
function ofOidc({
  providerArn,
  audience,
  subjects,
  claims = {},
}: NonNullable<TrustStatement['oidc']>): Statement {
  const provider = providerOf(providerArn);
  const tested = Object.entries({ sub: subjects, ...claims });
  const under = (patterns: boolean) =>
    Object.fromEntries(
      tested
        .filter(([, values]) => values.some(isPattern) === patterns)
        .map(([claim, values]) => [`${provider}:${claim}`, values]),
    );
  return allow({ Federated: providerArn }, webIdentity, {
    StringEquals: { [`${provider}:aud`]: audience, ...under(false) },
    StringLike: under(true),
  });
}

const isPattern = (value: string): boolean => /[*?]/.test(value);

/** https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html */
function ofIrsa(irsa: NonNullable<TrustStatement['irsa']>, { scope, namespace }: TrustContext): Statement {
  const provider =
    irsa.providerArn === undefined
      ? (irsa.issuer ?? '').replace(/^https:\/\//, '')
      : providerOf(irsa.providerArn);
  const arn = irsa.providerArn ?? `arn:${scope.partition}:iam::${scope.account}:oidc-provider/${provider}`;
  return allow({ Federated: arn }, webIdentity, {
    StringEquals: {
      [`${provider}:aud`]: 'sts.amazonaws.com',
      [`${provider}:sub`]: `system:serviceaccount:${irsa.namespace ?? namespace}:${irsa.serviceAccount}`,
    },
  });
}

/** https://docs.aws.amazon.com/general/latest/gr/signin-service.html */
const samlSignIn: Readonly<Record<string, string>> = {
  'aws-cn': 'https://signin.amazonaws.cn/saml',
  'aws-us-gov': 'https://signin.amazonaws-us-gov.com/saml',
};

const ofSaml = ({ providerArn, audience }: NonNullable<TrustStatement['saml']>, { scope }: TrustContext) =>
  allow({ Federated: providerArn }, 'sts:AssumeRoleWithSAML', {
    StringEquals: {
      'SAML:aud': audience ?? samlSignIn[scope.partition] ?? 'https://signin.aws.amazon.com/saml',
    },
  });

/** https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html, and pod-id-abac.html for the tags of its sessions */
const ofPodIdentity = (pods: NonNullable<TrustStatement['podIdentity']>): Statement =>
  allow({ Service: 'pods.eks.amazonaws.com' }, assumeAndTag, {
    StringEquals: {
      'aws:RequestTag/eks-cluster-arn': pods.clusterArn,
      'aws:RequestTag/kubernetes-namespace': pods.namespace,
      'aws:RequestTag/kubernetes-service-account': pods.serviceAccount,
    },
  });
