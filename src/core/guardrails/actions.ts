import { listOf, type PolicyDocument, statementsOf } from '../policy/document.ts';
import { actionsMatch, statementAllows } from '../policy/match.ts';

/**
 * The first thing a policy allows that is denied, in words. Never overlooks one: wildcards on both sides and
 * NotAction are seen through (policy/match.ts), and what the statement's Resource, its Condition or another
 * statement's Deny takes off again is not counted.
 */
export function deniedIn(document: PolicyDocument, denied: readonly string[]): string | undefined {
  for (const [index, statement] of statementsOf(document).entries()) {
    const action = denied.find((one) => statementAllows(statement, one));
    if (action === undefined) continue;
    const by = listOf(statement.Action ?? []).find((pattern) => actionsMatch(pattern, action));
    return `Statement[${index}] allows ${by ?? 'all but its NotAction'}, and so ${action} or a part of it`;
  }
  return undefined;
}
