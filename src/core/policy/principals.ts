import {
  listOf,
  type PolicyDocument,
  type Principal,
  type PrincipalType,
  principalTypes,
  statementsOf,
} from './document.ts';

/**
 * What AWS does to principals
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html):
 * - an account id may come back as the ARN of its root; both mean the account
 * - the ARN of a user or role is stored as the unique id, and shown as the ARN while the entity exists;
 *   once it is deleted the id is shown, and an entity made again under the same name is not the one trusted
 * - sessions (`arn:aws:sts::…:assumed-role/<role>/<session>`, `…:federated-user/<name>`), service principals
 *   (regional and `.cn` forms included), providers and canonical users stay as they were written
 */
export interface PrincipalEntry {
  readonly type: PrincipalType | '*';
  readonly value: string;
}

export function principalEntries(principal: Principal): readonly PrincipalEntry[] {
  if (principal === '*') return [{ type: '*', value: '*' }];
  return principalTypes.flatMap((type) => listOf(principal[type] ?? []).map((value) => ({ type, value })));
}

const rootArn = /^arn:aws[a-z-]*:iam::(\d{12}):root$/;

/**
 * An `AWS` principal in the one form we compare: an account by its id, whichever way it was written. The
 * partition is not lost with it, for a policy cannot name a principal of another partition than its own.
 */
export const canonicalAwsPrincipal = (value: string): string => rootArn.exec(value)?.[1] ?? value;

/** Prefixes: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
const uniqueId = /^A(?:IDA|ROA)[A-Z0-9]{12,124}(?::.+)?$/;

/** Whether an `AWS` principal is a user's or role's unique id, which IAM shows only once the entity is gone. */
export const isDeletedPrincipal = (value: string): boolean => uniqueId.test(value);

/**
 * The unique ids (`AIDA…`, `AROA…`, a session's name after a colon) that a document read from AWS holds in
 * place of deleted users and roles. A document of ours should hold none: AWS would show it back as an ARN.
 */
export function deletedPrincipals(document: PolicyDocument): string[] {
  const entries = statementsOf(document)
    .flatMap(({ Principal, NotPrincipal }) => [Principal, NotPrincipal])
    .flatMap((principal) => (principal === undefined ? [] : principalEntries(principal)));
  const ids = entries.filter(({ type, value }) => type === 'AWS' && isDeletedPrincipal(value));
  return [...new Set(ids.map(({ value }) => value))];
}

/** The account an `AWS` principal belongs to, or a provider's ARN; undefined for `*`, a unique id, a host name. */
export function accountOfPrincipal(value: string): string | undefined {
  return /^(\d{12})$|^arn:aws[a-z-]*:(?:iam|sts)::(\d{12}):/
    .exec(value)
    ?.slice(1)
    .find((id) => id !== undefined);
}
