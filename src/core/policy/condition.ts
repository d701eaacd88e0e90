import { type Condition, listOf } from './document.ts';
import { InvalidPolicy } from './invalid-policy.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const baseOperators = [
  ...['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'],
  ...['StringLike', 'StringNotLike', 'NumericEquals', 'NumericNotEquals', 'NumericLessThan'],
  ...[
    'NumericLessThanEquals',
    'NumericGreaterThan',
    'NumericGreaterThanEquals',
    'DateEquals',
    'DateNotEquals',
  ],
  ...[
    'DateLessThan',
    'DateLessThanEquals',
    'DateGreaterThan',
    'DateGreaterThanEquals',
    'Bool',
    'BinaryEquals',
  ],
  ...['IpAddress', 'NotIpAddress', 'ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'],
];

const operator = new RegExp(
  `^(?:for(?:all|any)values?:)?(?:(?:${baseOperators.join('|')})(?:IfExists)?|Null)$`,
  'i',
);
const setOperator = /^(?:ForAllValues|ForAnyValue):/i;

/** Whether `name` is a condition operator, with its set operator (`ForAnyValue:`) and `IfExists`, in any case. */
export const isConditionOperator = (name: string): boolean =>
  operator.test(name) && (!name.includes(':') || setOperator.test(name));

export type NormalCondition = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/**
 * Operators and keys in lower case and sorted, values as sorted sets of strings. Key names are not
 * case-sensitive (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html),
 * values are: whether `true` equals "TRUE" is the operator's business. No two operators differ in case only,
 * so folding them cannot make two meanings one. Quotes around numbers and Booleans are optional (the grammar
 * page). An operator without keys tests nothing and is left out; a key without values is kept, for it can
 * never match. Undefined where nothing is tested. Throws InvalidPolicy where two names differ in case only:
 * which of them AWS takes is not documented.
 */
export function normalizeCondition(condition: Condition): NormalCondition | undefined {
  const operators = Object.entries(condition).map(([name, keys]) => {
    const tests = Object.entries(keys).map(([key, values]) =>
      entry(key, sortedSet(listOf(values).map(String))),
    );
    return entry(name, fromUnique(tests));
  });
  const testing = operators.filter(([, keys]) => Object.keys(keys).length > 0);
  return testing.length === 0 ? undefined : fromUnique(testing);
}

export const sortedSet = (values: Iterable<string>): readonly string[] => [...new Set(values)].sort();

const entry = <T>(name: string, value: T): readonly [string, T] => [name.toLowerCase(), value];

function fromUnique<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  const twice = repeated(entries.map(([name]) => name));
  if (twice !== undefined) {
    throw new InvalidPolicy([{ path: 'Condition', text: `has "${twice}" twice, in different case` }]);
  }
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The first of `names` that occurs again, compared without regard to case. */
export function repeated(names: readonly string[]): string | undefined {
  const folded = names.map((name) => name.toLowerCase());
  return names.find((_, index) => folded.indexOf(folded[index] ?? '') < index);
}
