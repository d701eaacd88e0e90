import { type NormalCondition, normalizeCondition, sortedSet } from './condition.ts';
import {
  type Effect,
  listOf,
  type OneOrMany,
  type PolicyDocument,
  type PolicyVersion,
  type Principal,
  type PrincipalType,
  principalTypes,
  type Statement,
  statementsOf,
} from './document.ts';
import { statementReaches } from './match.ts';
import { canonicalAwsPrincipal } from './principals.ts';

export type NormalPrincipal = '*' | { readonly [Type in PrincipalType]?: readonly string[] };

export interface NormalStatement extends Statement {
  readonly Sid?: string;
  readonly Effect: Effect;
  readonly Principal?: NormalPrincipal;
  readonly NotPrincipal?: NormalPrincipal;
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition?: NormalCondition;
}

/** Keys always in this order, every list a sorted set: two with one meaning are the same JSON text. */
export interface NormalPolicy extends PolicyDocument {
  readonly Version: PolicyVersion;
  readonly Statement: readonly NormalStatement[];
}

/**
 * The one form of all documents that AWS takes for the same, or makes of one another when it stores them:
 * - order of keys, of statements and of lists; a list of one and the thing itself; what a list has twice
 * - the case of actions, of condition keys and operators; quotes around numbers and Booleans in conditions
 * - an account's id and its root ARN; an empty Sid, Id or Condition and none
 * - no Version and 2008-10-17. 2012-10-17 is another meaning: variables such as ${aws:username} are replaced
 * - `Principal: "*"` and `{ "AWS": "*" }` where AWS documents them as equivalent, see `normalPrincipal`
 *
 * Everything else is a difference, even where it changes no permission: a Sid or Id (AWS keeps them, and
 * people read them), a statement written twice, a pattern next to an action it covers. A difference too many
 * costs one write, after which AWS holds the document as written; one too few hides a drift.
 */
export function normalizePolicy(document: PolicyDocument): NormalPolicy {
  const statements = statementsOf(document).map((statement) => normalizeStatement(statement));
  return {
    Version: document.Version ?? '2008-10-17',
    ...(document.Id && { Id: document.Id }),
    Statement: sortedBy(statements, (statement) => JSON.stringify(statement)),
  };
}

export function normalizeStatement(statement: Statement): NormalStatement {
  const { Sid, Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource } = statement;
  const Condition = statement.Condition && normalizeCondition(statement.Condition);
  return {
    ...(Sid && { Sid }),
    Effect,
    ...(Principal && { Principal: normalPrincipal(Principal, starMeansAws(statement)) }),
    ...(NotPrincipal && { NotPrincipal: normalPrincipal(NotPrincipal, false) }),
    ...(Action && { Action: actionSet(Action) }),
    ...(NotAction && { NotAction: actionSet(NotAction) }),
    ...(Resource && { Resource: sortedSet(listOf(Resource)) }),
    ...(NotResource && { NotResource: sortedSet(listOf(NotResource)) }),
    ...(Condition && { Condition }),
  };
}

const actionSet = (actions: OneOrMany<string>): readonly string[] =>
  sortedSet(listOf(actions).map((action) => action.toLowerCase()));

function normalPrincipal(principal: Principal, starIsAws: boolean): NormalPrincipal {
  if (principal === '*') return starIsAws ? { AWS: ['*'] } : '*';
  const types = principalTypes.flatMap((type) => {
    const values = listOf(principal[type] ?? []);
    const canonical = type === 'AWS' ? values.map(canonicalAwsPrincipal) : values;
    return values.length === 0 ? [] : [[type, sortedSet(canonical)] as const];
  });
  return Object.fromEntries(types);
}

const federatedActions = ['sts:AssumeRoleWithWebIdentity', 'sts:AssumeRoleWithSAML'];

/**
 * AWS calls `"*"` and `{ "AWS": "*" }` equivalent for anonymous users, and speaks of Allow in resource
 * policies (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous).
 * The bare star also takes in services and federated identities, which are no `AWS` principals. That matters in a
 * Deny, in NotPrincipal, and in a trust policy that federated identities can use: there the two stay apart.
 */
const starMeansAws = (statement: Statement): boolean =>
  statement.Effect === 'Allow' && !federatedActions.some((action) => statementReaches(statement, action));

const sortedBy = <T>(values: readonly T[], key: (value: T) => string): readonly T[] =>
  values
    .map((value) => ({ value, key: key(value) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ value }) => value);
