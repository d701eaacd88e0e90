import { listOf, type PolicyDocument, type Statement, statementsOf } from './document.ts';

/**
 * Actions and their wildcards. `*` stands for any characters, `?` for one, anywhere in the name, and case
 * does not count (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html).
 *
 * Guarantee: where a question cannot be answered exactly, the answer is the one that grants more. So a rule
 * built on these never overlooks a permission; it may see one that is not there.
 */

/** Whether some action is matched by both patterns: `iam:*` and `*:PassRole` are, `s3:*` and `iam:*` are not. */
export function actionsMatch(one: string, other: string): boolean {
  const a = one.toLowerCase();
  const b = other.toLowerCase();
  // Row i tells, for each j, whether a[i..] and b[j..] have a text in common. Filled from the ends.
  let below: boolean[] = [];
  for (let i = a.length; i >= 0; i--) {
    const row: boolean[] = [];
    for (let j = b.length; j >= 0; j--) {
      if (a[i] === '*') row[j] = below[j] === true || (j < b.length && row[j + 1] === true);
      else if (b[j] === '*') row[j] = row[j + 1] === true || (i < a.length && below[j] === true);
      else if (i === a.length || j === b.length) row[j] = i === a.length && j === b.length;
      else row[j] = (a[i] === b[j] || a[i] === '?' || b[j] === '?') && below[j + 1] === true;
    }
    below = row;
  }
  return below[0] === true;
}

/** Whether `pattern` matches everything that `action`, a name or a pattern, matches. Never wrongly true. */
export function actionCovers(pattern: string, action: string): boolean {
  const p = tidy(pattern);
  const q = tidy(action);
  // A wildcard in `action` is a letter here that only a wildcard of `pattern` at least as wide can take.
  let below: boolean[] = [];
  for (let i = p.length; i >= 0; i--) {
    const row: boolean[] = [];
    for (let j = q.length; j >= 0; j--) {
      if (i === p.length) row[j] = j === q.length;
      else if (p[i] === '*') row[j] = below[j] === true || (j < q.length && row[j + 1] === true);
      else
        row[j] = j < q.length && (p[i] === q[j] || (p[i] === '?' && q[j] !== '*')) && below[j + 1] === true;
    }
    below = row;
  }
  return below[0] === true;
}

/** Runs of wildcards in one spelling: `*?*` and `?*` match the same. */
const tidy = (pattern: string): string =>
  pattern.toLowerCase().replace(/[*?]*\*[*?]*/g, (run) => `${run.replaceAll('*', '')}*`);

/**
 * Whether the statement speaks of `action` (a name or a pattern), or of a part of it, whatever its effect.
 * NotAction speaks of everything but what it lists.
 */
export function statementReaches(statement: Statement, action: string): boolean {
  if (statement.NotAction !== undefined) {
    return !listOf(statement.NotAction).some((excluded) => actionCovers(excluded, action));
  }
  return listOf(statement.Action ?? []).some((pattern) => actionsMatch(pattern, action));
}

/** Whether the statement allows `action`, or a part of it, to someone on something under some condition. */
export const statementAllows = (statement: Statement, action: string): boolean =>
  statement.Effect === 'Allow' && statementReaches(statement, action);

/** The statements that allow `action` or a part of it. Denials elsewhere are not taken off. */
export const statementsAllowing = (document: PolicyDocument, action: string): readonly Statement[] =>
  statementsOf(document).filter((statement) => statementAllows(statement, action));
