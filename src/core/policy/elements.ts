import { isConditionOperator, repeated } from './condition.ts';
import {
  type Condition,
  type ConditionValue,
  type OneOrMany,
  type Principal,
  principalTypes,
} from './document.ts';
import { type PolicyProblem, shown } from './invalid-policy.ts';

/**
 * Readers of a policy's elements from untrusted values. Each reports what is wrong and returns what it could
 * read; whoever calls them gives the document up when anything was reported.
 */
export type Report = (path: string, value: unknown, expected: string) => void;

/** Says `is missing` of a value that is undefined, else names the value. */
export function reporter(problems: PolicyProblem[]): Report {
  return (path, value, expected) => {
    problems.push({
      path,
      text: value === undefined ? `is missing: ${expected}` : `is ${shown(value)}: ${expected}`,
    });
  };
}

export const at = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names that are no element, with the element that was probably meant (`action`, `Actions`). */
export function refuseUnknown(
  value: Record<string, unknown>,
  path: string,
  known: readonly string[],
  report: Report,
): void {
  for (const name of Object.keys(value).filter((key) => !known.includes(key))) {
    const meant = known.find((element) => [name, name.replace(/s$/, '')].some((n) => sameWord(n, element)));
    const hint = meant ? `did you mean ${meant}?` : `must be one of ${known.join(', ')}`;
    report(at(path, name), value[name], `no element of that name; ${hint}`);
  }
}

const sameWord = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** An element and its `Not` form in one statement. */
export function refuseBoth(
  value: Record<string, unknown>,
  path: string,
  names: readonly string[],
  report: Report,
): void {
  for (const name of names.filter((n) => value[n] !== undefined && value[`Not${n}`] !== undefined)) {
    report(
      at(path, `Not${name}`),
      value[`Not${name}`],
      `a statement cannot have both ${name} and Not${name}`,
    );
  }
}

export function readOneOf<T extends string>(
  value: unknown,
  path: string,
  allowed: readonly T[],
  report: Report,
): T | undefined {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) report(path, value, `must be ${allowed.map((word) => `"${word}"`).join(' or ')}`);
  return found;
}

/**
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names:
 * tab, line feed, carriage return, U+0020 to U+00FF. KMS has the same rule.
 */
const foreign = /[^\t\n\r\u0020-\u00ff]/u;

export function readString(value: unknown, path: string, report: Report): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string') {
    report(path, value, `must be a string${typeof value === 'number' ? ' (in YAML, quote it)' : ''}`);
    return undefined;
  }
  refuseForeign(value, path, report);
  return value;
}

function refuseForeign(text: string, path: string, report: Report): void {
  const character = foreign.exec(text)?.[0];
  if (character === undefined) return;
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  report(path, text, `AWS allows no character beyond U+00FF in a policy, and this has U+${code}`);
}

/** One string or a list of at least one. */
export function readStrings(value: unknown, path: string, report: Report): OneOrMany<string> | undefined {
  if (!Array.isArray(value)) return readName(value, path, report);
  if (value.length === 0) report(path, value, 'must name at least one');
  return value.flatMap((item: unknown, index) => readName(item, `${path}[${index}]`, report) ?? []);
}

function readName(value: unknown, path: string, report: Report): string | undefined {
  if (value === '') report(path, value, 'must not be empty');
  return readString(value, path, report);
}

export function readActions(value: unknown, path: string, report: Report): OneOrMany<string> | undefined {
  const actions = readStrings(value, path, report);
  for (const [index, action] of [actions ?? []].flat().entries()) {
    const place = Array.isArray(value) ? `${path}[${index}]` : path;
    if (action !== '' && !/^(\*|[^\s:]+:[^\s:]+)$/.test(action))
      report(place, action, 'must be "*" or service:Action');
  }
  return actions;
}

export function readPrincipal(value: unknown, path: string, report: Report): Principal | undefined {
  if (value === '*') return value;
  if (!isRecord(value) || Object.keys(value).length === 0) {
    report(path, value, `must be "*" or an object with ${principalTypes.join(', ')}`);
    return undefined;
  }
  refuseUnknown(value, path, principalTypes, report);
  const types = principalTypes
    .filter((type) => value[type] !== undefined)
    .map((type) => [type, readStrings(value[type], at(path, type), report) ?? []] as const);
  return Object.fromEntries(types);
}

export function readCondition(value: unknown, path: string, report: Report): Condition | undefined {
  return readMap(value, path, 'an object of operators, such as StringEquals', report, (keys, name) => {
    if (!isConditionOperator(name)) report(at(path, name), keys, 'no condition operator of that name');
    const below = at(path, name);
    return readMap(keys, below, 'an object of condition keys', report, (values, key) => {
      refuseForeign(key, below, report);
      return readConditionValues(values, at(below, key), report);
    });
  });
}

/** Names are compared without regard to case, as AWS does, so none may come twice. */
function readMap<T>(
  value: unknown,
  path: string,
  expected: string,
  report: Report,
  read: (value: unknown, name: string) => T | undefined,
): Readonly<Record<string, T>> | undefined {
  if (!isRecord(value)) {
    report(path, value, `must be ${expected}`);
    return undefined;
  }
  const twice = repeated(Object.keys(value));
  if (twice !== undefined) report(at(path, twice), value[twice], 'is there twice, in different case');
  const entries = Object.entries(value).flatMap(([name, item]) => {
    const result = read(item, name);
    return result === undefined ? [] : [[name, result] as const];
  });
  return Object.fromEntries(entries);
}

/** An empty list is let through, for the grammar does not rule it out: it never matches. */
function readConditionValues(
  value: unknown,
  path: string,
  report: Report,
): OneOrMany<ConditionValue> | undefined {
  if (!Array.isArray(value)) return readConditionValue(value, path, report);
  return value.flatMap((item: unknown, index) => readConditionValue(item, `${path}[${index}]`, report) ?? []);
}

function readConditionValue(value: unknown, path: string, report: Report): ConditionValue | undefined {
  if (typeof value === 'string') refuseForeign(value, path, report);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  report(path, value, 'must be a string, number or Boolean, or a list of them');
  return undefined;
}
