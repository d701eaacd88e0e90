/**
 * A zod schema as the structural schema of a CRD. Guarantees: every keyword of the JSON schema zod makes is
 * either taken over or refused by path, so nothing is dropped; the result is deterministic; and where
 * `bounded`, every string, list and map has a greatest size, so that CEL's cost can be reckoned.
 */

import { z } from 'zod';
import { matchesRule } from './cel.ts';
import type { CelRule } from './definition.ts';
import { refuseWhatIsDropped, Unrenderable } from './refuse.ts';
import type { SchemaType, StructuralSchema } from './schema.ts';

export interface Rendering {
  /** What paths in errors begin with: `spec`. */
  readonly root: string;
  readonly bounded: boolean;
}

/** Throws {@link Unrenderable}. */
export function structural(schema: z.ZodType, { root, bounded }: Rendering): StructuralSchema {
  const json = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: 'input',
    reused: 'inline',
    unrepresentable: ({ zodSchema, path, message }) => {
      refuseWhatIsDropped(zodSchema, readable(root, path));
      throw new Unrenderable(readable(root, path), message);
    },
    override: ({ zodSchema, path }) => refuseWhatIsDropped(zodSchema, readable(root, path)),
  });
  // What `definitions` holds is refused where it is referred to, with a better path.
  const { definitions: _, ...rest } = json;
  return convert(rest, root, bounded);
}

/** `properties.a.items.properties.b` as `a[].b`. */
function readable(root: string, path: readonly (string | number)[]): string {
  let text = root;
  for (let i = 0; i < path.length; i++) {
    if (path[i] === 'properties') text += `.${path[++i]}`;
    else if (path[i] === 'items') text += '[]';
    else if (path[i] === 'additionalProperties') text += '.*';
  }
  return text;
}

/** Taken over as they are, in this order. */
const plain = [
  ...['type', 'description', 'format', 'nullable', 'default', 'enum', 'pattern', 'minLength', 'maxLength'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['minItems', 'maxItems', 'minProperties', 'maxProperties', 'required'],
  ...['x-kubernetes-list-type', 'x-kubernetes-list-map-keys', 'x-kubernetes-map-type'],
  ...['x-kubernetes-int-or-string', 'x-kubernetes-preserve-unknown-fields', 'x-kubernetes-validations'],
] as const;

const instead: Readonly<Record<string, string>> = {
  anyOf: 'a union: give each alternative an optional field of its own, and exactlyOneOf([…]) as a rule',
  oneOf:
    'a discriminated union: give each alternative an optional field of its own, and exactlyOneOf([…]) as a rule',
  allOf: 'more than one pattern: write one, or formatted() for each',
  not: 'an alternative that nothing matches: leave it out',
  $ref: 'a reference: a structural schema has none; take the id off, or unroll the recursion',
  uniqueItems: 'write set(), or meta x-kubernetes-list-type: set',
};

const formats = new Set<unknown>(['date-time', 'int32', 'int64']);
const isType = (type: unknown): type is SchemaType =>
  type === 'object' ||
  type === 'array' ||
  type === 'string' ||
  type === 'integer' ||
  type === 'number' ||
  type === 'boolean';

type Json = Readonly<Record<string, unknown>>;
const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function convert(input: unknown, path: string, bounded: boolean): StructuralSchema {
  if (!isJson(input)) throw new Unrenderable(path, 'not a schema');
  if (input['x-kubernetes-int-or-string'] === true) return intOrString(input, path);
  const json = spokenPatterns(input);
  const preserves = json['x-kubernetes-preserve-unknown-fields'] === true;
  if (!preserves && !isType(json.type) && !Object.keys(json).some((keyword) => keyword in instead)) {
    throw new Unrenderable(
      path,
      `no type that a CRD has (${String(json.type ?? 'any')}): name one, or write rawDocument()`,
    );
  }
  const { properties, items, additionalProperties, ...rest } = json;
  const scalars = keywords(rest, path);
  if (bounded && !preserves) refuseUnbounded(json, path);
  return {
    ...scalars,
    // The API server leaves out what is empty.
    ...(isJson(properties) && Object.keys(properties).length > 0
      ? { properties: fields(properties, path, bounded) }
      : {}),
    ...values(additionalProperties, preserves, path, bounded),
    ...(items === undefined ? {} : { items: convert(items, `${path}[]`, bounded) }),
  };
}

const fields = (properties: Json, path: string, bounded: boolean): Record<string, StructuralSchema> =>
  Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [name, convert(field, `${path}.${name}`, bounded)]),
  );

function keywords(json: Json, path: string): StructuralSchema {
  const unknown = Object.keys(json).find((keyword) => !plain.some((name) => name === keyword));
  if (unknown)
    throw new Unrenderable(path, instead[unknown] ?? `"${unknown}" means nothing in a CRD: leave it out`);
  if (json.format !== undefined && !formats.has(json.format)) {
    throw new Unrenderable(
      path,
      `the API server does not check format "${String(json.format)}": write formatted()`,
    );
  }
  return Object.fromEntries(
    plain.filter((name) => json[name] !== undefined).map((name) => [name, json[name]]),
  );
}

function values(schema: unknown, preserves: boolean, path: string, bounded: boolean): StructuralSchema {
  if (schema === undefined) return {};
  if (preserves && isJson(schema) && Object.keys(schema).length === 0) return {};
  if (schema === false) {
    throw new Unrenderable(
      path,
      'z.strictObject: the API server drops or refuses unknown fields itself: write z.object',
    );
  }
  return { additionalProperties: convert(schema, `${path}.*`, bounded) };
}

function intOrString(json: Json, path: string): StructuralSchema {
  const types = Array.isArray(json.anyOf)
    ? json.anyOf.map((branch) => (isJson(branch) ? branch.type : undefined))
    : [];
  if (types.join() !== 'integer,string') {
    throw new Unrenderable(
      path,
      'x-kubernetes-int-or-string stands on z.union([z.int(), z.string()]): write intOrString()',
    );
  }
  const { anyOf: _, ...rest } = json;
  return { ...keywords(rest, path), anyOf: [{ type: 'integer' }, { type: 'string' }] };
}

/** Leaves out a pattern that a rule with a message of its own asks for already. */
function spokenPatterns(json: Json): Json {
  const said = new Set(rulesIn(json).map(({ rule }) => rule));
  const spoken = (pattern: unknown) =>
    typeof pattern === 'string' && said.has(matchesRule(pattern.replaceAll('\\/', '/')));
  const { pattern, allOf, ...rest } = json;
  const branches: unknown[] = Array.isArray(allOf) ? allOf : [];
  const left = [pattern, ...branches.map((branch) => (isJson(branch) ? branch.pattern : branch))].filter(
    (each) => each !== undefined && !spoken(each),
  );
  if (left.length === 0) return rest;
  return left.length === 1 && typeof left[0] === 'string' ? { ...rest, pattern: left[0] } : json;
}

function rulesIn(json: Json): readonly CelRule[] {
  const rules = json['x-kubernetes-validations'];
  return Array.isArray(rules) ? rules : [];
}

function refuseUnbounded(json: Json, path: string): void {
  const refuse = (what: string, how: string) => {
    throw new Unrenderable(
      path,
      `${what} without a greatest size, from which CEL's cost is reckoned: ${how}`,
    );
  };
  const { type, maxLength, maxItems, maxProperties, enum: values, format, additionalProperties } = json;
  if (type === 'string' && !values && !format && maxLength === undefined) refuse('a string', 'write .max(n)');
  if (type === 'array' && maxItems === undefined) refuse('a list', 'write .max(n)');
  if (additionalProperties && maxProperties === undefined) refuse('a map', 'write map(value, { max })');
}
