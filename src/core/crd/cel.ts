import { z } from 'zod';
import type { CelRule } from './definition.ts';

/** The names CEL keeps for itself; Kubernetes spells a field of that name `__name__`. */
const reserved = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

/** The field as CEL spells it after `self.`. */
export const member = (field: string): string => (reserved.has(field) ? `__${field}__` : field);
const given = (field: string): string => `has(self.${member(field)})`;

const listed = (fields: readonly string[]): string =>
  fields.length < 2 ? fields.join() : `${fields.slice(0, -1).join(', ')} and ${fields.at(-1)}`;

/** `text` as CEL writes a string; raw where that reads better, for a pattern is full of backslashes. */
export const celString = (text: string): string =>
  text.includes('\\') && !/['\n\r]/.test(text) ? `r'${text}'` : JSON.stringify(text);

/**
 * One rule a field, to stand on the object that holds them: a rule on an optional field itself is not asked
 * when the field is added or removed.
 */
export const immutableFields = (fields: readonly string[]): CelRule[] =>
  fields.map((field) => {
    const name = member(field);
    return {
      rule: `has(oldSelf.${name}) == has(self.${name}) && (!has(self.${name}) || self.${name} == oldSelf.${name})`,
      message: `${field} is immutable: delete and create the object to change it`,
      fieldPath: `.${field}`,
    };
  });

/** As {@link immutableFields}, but a field that was left out may still be given. */
export const setOnceFields = (fields: readonly string[]): CelRule[] =>
  fields.map((field) => {
    const name = member(field);
    return {
      rule: `!has(oldSelf.${name}) || (has(self.${name}) && self.${name} == oldSelf.${name})`,
      message: `${field}, once set, cannot be changed or removed: delete and create the object to change it`,
      fieldPath: `.${field}`,
    };
  });

/** CEL that lists those of `fields` that are given. Without a macro, whose cost the API server overrates. */
const listOfGiven = (fields: readonly string[]): string =>
  fields
    .map((field, at) => {
      const before = fields.slice(0, at).map(given).join(' || ');
      return `(${given(field)} ? ${before ? `(${before} ? ', ${field}' : '${field}')` : `'${field}'`} : '')`;
    })
    .join(' + ');

export const exactlyOneOf = (fields: readonly string[]): CelRule => {
  const message = `exactly one of ${listed(fields)} must be given`;
  const any = fields.map(given).join(' || ');
  return {
    rule: `[${fields.map(given).join(', ')}].exists_one(given, given)`,
    message,
    messageExpression: `'${message}: ' + (${any} ? 'given are ' + ${listOfGiven(fields)} : 'none is')`,
  };
};

export const atMostOneOf = (fields: readonly string[]): CelRule => {
  const message = `at most one of ${listed(fields)} may be given`;
  return {
    rule: `[${fields.map(given).join(', ')}].filter(given, given).size() <= 1`,
    message,
    messageExpression: `'${message}: given are ' + ${listOfGiven(fields)}`,
  };
};

declare module 'zod' {
  interface GlobalMeta {
    'x-kubernetes-validations'?: readonly CelRule[];
  }
}

/** The schema that an `.optional()`, `.nullable()` or `.default()` is laid around. */
export function wrapped(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  const wraps =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault;
  return wraps ? schema.def.innerType : undefined;
}

/** The rules that stand on a schema, or on the schema it wraps. */
export function rulesOf(schema: z.core.$ZodType): readonly CelRule[] {
  const own = z.globalRegistry.get(schema)?.['x-kubernetes-validations'];
  if (own) return own;
  const inner = wrapped(schema);
  return inner ? rulesOf(inner) : [];
}

/** `schema` with further rules; `self` in them is its value. They are never asked where it is absent. */
export const cel = <Schema extends z.ZodType>(schema: Schema, ...rules: readonly CelRule[]): Schema =>
  schema.meta({ 'x-kubernetes-validations': [...rulesOf(schema), ...rules] });

/** What {@link immutable} lays on a schema; rendering refuses it on an optional field, where it leaks. */
export const immutableRule: CelRule = {
  rule: 'self == oldSelf',
  message: 'immutable: delete and create the object to change it',
};

/** For a required field. For an optional one write {@link immutableFields} on the object that holds it. */
export const immutable = <Schema extends z.ZodType>(schema: Schema): Schema => cel(schema, immutableRule);

/**
 * A pattern as a rule: `spec.x: Invalid value: "y": must be a …` where a schema's own `pattern` would quote
 * the regular expression at the user.
 */
export const matches = (pattern: string, message: string): CelRule => ({
  rule: matchesRule(pattern),
  message,
});

export const matchesRule = (pattern: string): string => `self.matches(${celString(pattern)})`;
