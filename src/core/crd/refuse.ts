/**
 * What zod would leave out of a JSON schema without a word: refused, with the path and what to write
 * instead, so that the API server never takes what the operator's own types do not.
 */

import type { z } from 'zod';
import { rulesOf, wrapped } from './cel.ts';

/** A spec that cannot be rendered: thrown while building, never at run time. */
export class Unrenderable extends Error {
  constructor(path: string, problem: string) {
    super(`${path}: ${problem}`);
    this.name = 'Unrenderable';
  }
}

const types = new Set<string>([
  ...['string', 'number', 'boolean', 'enum', 'literal', 'object', 'record', 'array', 'unknown', 'any'],
  ...['optional', 'nullable', 'default', 'prefault'],
  // Judged as JSON: refused but for int-or-string.
  ...['union'],
]);

const insteadOfType: Readonly<Record<string, string>> = {
  pipe: 'the API server runs no transforms: take the value as it is written and convert it where it is used',
  transform:
    'the API server runs no transforms: take the value as it is written and convert it where it is used',
  catch: 'the API server refuses what does not fit: write .default() for what is absent',
  readonly: 'a schema cannot say read-only: write immutable() or immutableFields()',
  tuple: 'a structural schema has lists of one kind of item: write an object with a field for each',
  intersection: 'a structural schema has no intersections: spread the shapes into one z.object()',
  lazy: 'a structural schema cannot refer to itself: unroll it',
  custom: 'write the type, and cel() for the rule',
  date: 'JSON has no dates: write timestamp()',
  never: 'leave the field out',
};

const checks = new Set<string>([
  ...['min_length', 'max_length', 'length_equals'],
  ...['greater_than', 'less_than', 'multiple_of', 'number_format', 'string_format'],
]);

/** Throws {@link Unrenderable} where a JSON schema would say less than `schema` does. */
export function refuseWhatIsDropped(schema: z.core.$ZodTypes, path: string): void {
  const { def } = schema._zod;
  if (!types.has(def.type)) {
    throw new Unrenderable(path, `z.${def.type}: ${insteadOfType[def.type] ?? 'a CRD has no such type'}`);
  }
  if ('coerce' in def && def.coerce) {
    throw new Unrenderable(path, 'z.coerce: the API server converts nothing: write the type as it is');
  }
  if (def.type === 'string' && 'format' in def) {
    throw new Unrenderable(
      path,
      `z.${String(def.format)}(): write formatted(pattern, message), for its words`,
    );
  }
  for (const check of def.checks ?? []) refuseCheck(check, path);
  if (def.type === 'record') refuseKeys(def.keyType, path);
  refuseHiddenRules(schema, path);
}

function refuseCheck(check: z.core.$ZodCheck, path: string): void {
  const { def } = check._zod;
  if (!checks.has(def.check)) {
    throw new Unrenderable(
      path,
      `a ${checkNames[def.check] ?? def.check}: write it in CEL, with cel() or in the definition's rules`,
    );
  }
  if (def.check !== 'string_format') return;
  if (
    !('format' in def) ||
    def.format !== 'regex' ||
    !('pattern' in def) ||
    !(def.pattern instanceof RegExp)
  ) {
    throw new Unrenderable(path, 'only .regex() of the string formats: write formatted(pattern, message)');
  }
  refusePattern(def.pattern, path);
}

const checkNames: Readonly<Record<string, string>> = {
  custom: 'refinement is unknown to the API server',
  overwrite: 'rewriting check such as .trim() is unknown to the API server',
};

/** What JavaScript's expressions have and RE2's, which the API server uses, have not, or read otherwise. */
const beyondRe2: readonly (readonly [RegExp, string])[] = [
  [/\(\?<?[=!]/, 'a look-around'],
  [/\(\?<[A-Za-z]/, 'a named group'],
  [/(?<!\\)(?:\\\\)*\\[1-9k]/, 'a back-reference'],
  [/(?<!\\)(?:\\\\)*\\[uc]/, 'a \\u or \\c escape'],
  [/\[\^?\]/, 'an empty class'],
];

function refusePattern(pattern: RegExp, path: string): void {
  if (/[^u]/.test(pattern.flags)) {
    throw new Unrenderable(path, `flags "${pattern.flags}" of ${pattern}: a schema's pattern has none`);
  }
  const beyond = beyondRe2.find(([construct]) => construct.test(pattern.source));
  if (beyond) throw new Unrenderable(path, `${pattern} has ${beyond[1]}, which RE2 has not: write it in CEL`);
}

function refuseKeys(key: z.core.$ZodType, path: string): void {
  const { def } = key._zod;
  if (def.type === 'string' && !def.checks?.length && !('format' in def)) return;
  throw new Unrenderable(path, 'a schema cannot say what keys may be: write z.string(), and CEL on the map');
}

/** A wrapper's own rules stand in place of those beneath it; cel() carries them along, .meta() does not. */
function refuseHiddenRules(schema: z.core.$ZodType, path: string): void {
  const inner = wrapped(schema);
  if (!inner) return;
  const rules = new Set(rulesOf(schema).map(({ rule }) => rule));
  const hidden = rulesOf(inner).find(({ rule }) => !rules.has(rule));
  if (hidden) throw new Unrenderable(path, `the rule "${hidden.rule}" is hidden by a later one: write cel()`);
}
