import { type PolicyDocument, renderPolicy } from './document.ts';

/**
 * How long AWS lets policies be. IAM counts characters and leaves whitespace out
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html#policies-grammar-notes);
 * KMS counts bytes of what it is sent
 * (https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html, "32 KB (32,768 bytes)").
 */
export const policyLimits = {
  /** Characters of all inline policies of one role together. Fixed. */
  roleInlineTotal: 10_240,
  /** Characters of a managed policy. Fixed. */
  managed: 6_144,
  /** Characters of a role's trust policy unless the account's quota (AssumeRolePolicySizeQuota) was raised. */
  trustDefault: 2_048,
  /** Bytes of a KMS key policy. Fixed. */
  key: 32_768,
} as const;

/** Characters as IAM counts them. Spaces inside strings are whitespace too: IAM's text makes no exception. */
export const iamPolicySize = (document: PolicyDocument): number =>
  renderPolicy(document).replace(/\s/g, '').length;

/** Bytes as KMS counts them, of the text `renderPolicy` makes. */
export const keyPolicySize = (document: PolicyDocument): number =>
  new TextEncoder().encode(renderPolicy(document)).length;

/** Why IAM would refuse these inline policies of one role, or undefined. */
export function inlinePoliciesTooLong(
  policies: Readonly<Record<string, PolicyDocument>>,
): string | undefined {
  const sizes = Object.entries(policies).map(([name, document]) => ({ name, size: iamPolicySize(document) }));
  const total = sizes.reduce((sum, { size }) => sum + size, 0);
  if (total <= policyLimits.roleInlineTotal) return undefined;
  const largest = sizes.reduce((a, b) => (b.size > a.size ? b : a));
  return (
    `the inline policies have ${total} characters together, whitespace not counted: IAM allows ` +
    `${policyLimits.roleInlineTotal} a role; the largest is "${largest.name}" with ${largest.size}`
  );
}

/** Why IAM would refuse this trust policy, or undefined. `quota`: the account's, where it is known. */
export function trustPolicyTooLong(
  document: PolicyDocument,
  quota: number = policyLimits.trustDefault,
): string | undefined {
  const size = iamPolicySize(document);
  if (size <= quota) return undefined;
  return (
    `the trust policy has ${size} characters, whitespace not counted: the account's quota is ${quota} ` +
    '(Service Quotas, IAM, "Role trust policy length")'
  );
}

/** Why KMS would refuse this key policy, or undefined. */
export function keyPolicyTooLong(document: PolicyDocument): string | undefined {
  const size = keyPolicySize(document);
  if (size <= policyLimits.key) return undefined;
  return `the key policy has ${size} bytes: KMS allows ${policyLimits.key}`;
}
