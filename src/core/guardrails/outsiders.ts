import {
  type Condition,
  listOf,
  type PolicyDocument,
  type Statement,
  statementsOf,
} from '../policy/document.ts';
import {
  accountOfPrincipal,
  isDeletedPrincipal,
  type PrincipalEntry,
  principalEntries,
} from '../policy/principals.ts';

/**
 * Whom a resource's policy lets in from beyond `accounts`: a trust policy, or a key policy. In words, one a
 * principal.
 *
 * Guarantee: conservative. Who cannot be told to be of one of the accounts is an outsider:
 * - everybody (`*`), also under a condition, but for `StringEquals` on `aws:PrincipalAccount` or
 *   `kms:CallerAccount` with none but these accounts. An organization is no list of accounts
 * - everybody but some (`NotPrincipal`), a canonical user, an ARN without an account
 * - a federated provider of another account, and one that is everybody's (`accounts.google.com`)
 * - a service, where the statement says by `aws:SourceAccount`, `aws:SourceArn` or `aws:SourceOrgID` that it
 *   acts for another account. A service without such a condition is none: AWS's services are everybody's
 *
 * What is left of a deleted user or role lets nobody in. Denials elsewhere in the document are not taken off.
 */
export function outsiders(document: PolicyDocument, accounts: ReadonlySet<string>): string[] {
  return statementsOf(document).flatMap((statement, index) =>
    statement.Effect === 'Allow'
      ? ofStatement(statement, accounts).map((who) => `Statement[${index}] lets in ${who}`)
      : [],
  );
}

function ofStatement(statement: Statement, accounts: ReadonlySet<string>): string[] {
  const { Principal, NotPrincipal, Condition = {} } = statement;
  if (NotPrincipal !== undefined) return ['everybody but its NotPrincipal'];
  if (Principal === undefined) return [];
  const confined = isConfined(Condition, accounts);
  return principalEntries(Principal).flatMap((entry) => ofEntry(entry, { Condition, confined }, accounts));
}

function ofEntry(
  { type, value }: PrincipalEntry,
  { Condition, confined }: { readonly Condition: Condition; readonly confined: boolean },
  accounts: ReadonlySet<string>,
): string[] {
  switch (type) {
    case '*':
    case 'AWS':
      return confined || isDeletedPrincipal(value) || isOf(value, accounts) ? [] : [said(value)];
    case 'Federated':
      return isOf(value, accounts) ? [] : [`whoever ${value} has signed in`];
    case 'Service':
      return value.includes('*') ? [said(value)] : sourcesOf(Condition, accounts, value);
    case 'CanonicalUser':
      return [`the canonical user ${value}`];
  }
}

const said = (value: string): string => (value === '*' ? 'everybody (*)' : value);

const isOf = (principal: string, accounts: ReadonlySet<string>): boolean => {
  const account = accountOfPrincipal(principal);
  return account !== undefined && accounts.has(account);
};

interface Test {
  /** In lower case, for AWS goes by none. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

const testsOf = (condition: Condition): Test[] =>
  Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({
      operator: operator.toLowerCase(),
      key: key.toLowerCase(),
      values: listOf(values).map(String),
    })),
  );

/**
 * Both keys are there in every request that they speak of, so that plain `StringEquals` cannot be got round:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalaccount
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account
 */
const isConfined = (condition: Condition, accounts: ReadonlySet<string>): boolean =>
  testsOf(condition).some(
    ({ operator, key, values }) =>
      operator === 'stringequals' &&
      ['aws:principalaccount', 'kms:calleraccount'].includes(key) &&
      values.every((value) => accounts.has(value)),
  );

/** Operators that say for whom, in all their forms; those that say for whom not are no promise. */
const positive =
  /^(for(all|any)values?:)?(string(equals|equalsignorecase|like)|arn(equals|like))(ifexists)?$/;

/** For whom a service acts, where that is somebody else. */
const sourcesOf = (condition: Condition, accounts: ReadonlySet<string>, service: string): string[] =>
  testsOf(condition)
    .filter(({ operator }) => positive.test(operator))
    .flatMap(({ key, values }) => values.filter((value) => isForeignSource(key, value, accounts)))
    .map((value) => `${service} on behalf of ${value}`);

function isForeignSource(key: string, value: string, accounts: ReadonlySet<string>): boolean {
  if (key === 'aws:sourceaccount') return !accounts.has(value);
  if (key === 'aws:sourceorgid' || key === 'aws:sourceorgpaths') return true;
  if (key !== 'aws:sourcearn') return false;
  // A bucket's ARN names no account, and one with a wildcard there means any.
  const account = value.split(':')[4] ?? '';
  return account !== '' && account !== '*' && !accounts.has(account);
}
