/**
 * An IAM policy document as its author wrote it: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 * Element names keep AWS's capitals, so that a document is sent as it stands.
 */

export type OneOrMany<T> = T | readonly T[];

export const policyVersions = ['2012-10-17', '2008-10-17'] as const;
export type PolicyVersion = (typeof policyVersions)[number];

export const effects = ['Allow', 'Deny'] as const;
export type Effect = (typeof effects)[number];

export const principalTypes = ['AWS', 'Federated', 'Service', 'CanonicalUser'] as const;
export type PrincipalType = (typeof principalTypes)[number];
export type Principal = '*' | { readonly [Type in PrincipalType]?: OneOrMany<string> };

export type ConditionValue = string | number | boolean;
/** Operator → condition key → values: the keys are ANDed, the values of one key ORed. */
export type Condition = Readonly<Record<string, Readonly<Record<string, OneOrMany<ConditionValue>>>>>;

/** Exactly one of Action and NotAction, at most one of Principal and NotPrincipal, of Resource and NotResource. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: Effect;
  readonly Principal?: Principal;
  readonly NotPrincipal?: Principal;
  readonly Action?: OneOrMany<string>;
  readonly NotAction?: OneOrMany<string>;
  readonly Resource?: OneOrMany<string>;
  readonly NotResource?: OneOrMany<string>;
  readonly Condition?: Condition;
}

export interface PolicyDocument {
  /** Absent means 2008-10-17, in which policy variables are plain text. */
  readonly Version?: PolicyVersion;
  readonly Id?: string;
  readonly Statement: OneOrMany<Statement>;
}

const isMany = <T>(value: OneOrMany<T>): value is readonly T[] => Array.isArray(value);

export const listOf = <T>(value: OneOrMany<T>): readonly T[] => (isMany(value) ? value : [value]);

export const statementsOf = (document: PolicyDocument): readonly Statement[] => listOf(document.Statement);

/** The text that is sent to AWS: as written, without whitespace between elements, since KMS counts every byte. */
export const renderPolicy = (document: PolicyDocument): string => JSON.stringify(document);
