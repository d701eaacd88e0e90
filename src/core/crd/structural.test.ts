import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cel, immutable } from './cel.ts';
import {
  duration,
  formatted,
  intOrString,
  list,
  listMap,
  map,
  rawDocument,
  set,
  text,
  timestamp,
} from './shapes.ts';
import { structural } from './structural.ts';

const render = (schema: z.ZodType) =>
  structural(z.object({ x: schema }), { root: 'spec', bounded: true }).properties?.x;

const described = text(5).describe('What it is.');

describe('structural', () => {
  it.each<[string, z.ZodType, object]>([
    ['text', text(5), { type: 'string', maxLength: 5 }],
    ['a description', described, { type: 'string', description: 'What it is.', maxLength: 5 }],
    [
      'a description through optional',
      described.optional(),
      { type: 'string', description: 'What it is.', maxLength: 5 },
    ],
    [
      'a check after the description',
      described.min(2),
      { type: 'string', description: 'What it is.', minLength: 2, maxLength: 5 },
    ],
    ['an enum', z.enum(['a', 'b']), { type: 'string', enum: ['a', 'b'] }],
    ['a literal', z.literal('a'), { type: 'string', enum: ['a'] }],
    ['a boolean with a default', z.boolean().default(false), { type: 'boolean', default: false }],
    [
      'a pattern without a message',
      z
        .string()
        .max(5)
        .regex(/^a\/b$/),
      { type: 'string', pattern: '^a\\/b$', maxLength: 5 },
    ],
    ['an integer in bounds', z.int().min(1).max(9), { type: 'integer', minimum: 1, maximum: 9 }],
    [
      'a number above',
      z.number().gt(1).max(2),
      { type: 'number', minimum: 1, maximum: 2, exclusiveMinimum: true },
    ],
    [
      'a multiple',
      z.int().min(0).max(9).multipleOf(3),
      { type: 'integer', minimum: 0, maximum: 9, multipleOf: 3 },
    ],
    ['a nullable', text(5).nullable(), { type: 'string', nullable: true, maxLength: 5 }],
    ['a time', timestamp(), { type: 'string', format: 'date-time' }],
    [
      'a set',
      set(text(5), 3),
      {
        type: 'array',
        maxItems: 3,
        'x-kubernetes-list-type': 'set',
        items: { type: 'string', maxLength: 5 },
      },
    ],
    [
      'a list with a least size',
      list(text(5), 3).min(1),
      {
        type: 'array',
        minItems: 1,
        maxItems: 3,
        'x-kubernetes-list-type': 'atomic',
        items: { type: 'string', maxLength: 5 },
      },
    ],
    [
      'a list of objects by key',
      listMap(z.object({ name: text(5) }), ['name'], 3),
      {
        type: 'array',
        maxItems: 3,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
        items: { type: 'object', required: ['name'], properties: { name: { type: 'string', maxLength: 5 } } },
      },
    ],
    [
      'a map',
      map(text(5), { min: 1, max: 3 }),
      {
        type: 'object',
        minProperties: 1,
        maxProperties: 3,
        additionalProperties: { type: 'string', maxLength: 5 },
      },
    ],
    [
      'a document kept as it is',
      rawDocument(),
      { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    ],
    [
      'a number or text',
      intOrString(),
      { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
    ],
    [
      'an object with a default, as the API server fills it',
      z.object({ a: z.boolean().default(true) }).prefault({}),
      { type: 'object', default: {}, properties: { a: { type: 'boolean', default: true } } },
    ],
    [
      'a rule',
      cel(text(5), { rule: 'self != "a"', message: 'must not be a' }),
      {
        type: 'string',
        maxLength: 5,
        'x-kubernetes-validations': [{ rule: 'self != "a"', message: 'must not be a' }],
      },
    ],
    [
      'rules on a schema and on what is laid around it',
      cel(cel(text(5), { rule: '1 == 1', message: 'a' }).optional(), { rule: '2 == 2', message: 'b' }),
      {
        type: 'string',
        maxLength: 5,
        'x-kubernetes-validations': [
          { rule: '1 == 1', message: 'a' },
          { rule: '2 == 2', message: 'b' },
        ],
      },
    ],
    [
      'a form with words for it: a rule in place of the pattern',
      formatted(/^a\/[0-9]+$/, 'must be a number after a/', 9),
      {
        type: 'string',
        maxLength: 9,
        'x-kubernetes-validations': [
          { rule: 'self.matches("^a/[0-9]+$")', message: 'must be a number after a/' },
        ],
      },
    ],
    [
      'a duration with a default',
      duration().default('60s'),
      {
        type: 'string',
        default: '60s',
        maxLength: 32,
        'x-kubernetes-validations': [
          {
            rule: "self.matches(r'^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$')",
            message: 'must be a duration such as 15s, 10m or 1h30m',
          },
        ],
      },
    ],
  ])('renders %s', (_, schema, expected) => {
    expect(render(schema)).toEqual(expected);
  });

  it('requires what has neither default nor optional', () => {
    const schema = z.object({ a: text(1), b: text(1).optional(), c: text(1).default('c') });
    expect(structural(schema, { root: 'spec', bounded: true }).required).toEqual(['a']);
  });

  it.each<[string, z.ZodType, RegExp]>([
    ['a refinement', text(5).refine(() => true), /^spec\.x: a refinement .*CEL/],
    ['a refinement of an object', z.object({ a: text(1) }).superRefine(() => {}), /^spec\.x: a refinement/],
    ['a check of one’s own', text(5).check(() => {}), /^spec\.x: a refinement/],
    [
      'a refinement under a wrapper',
      text(5)
        .refine(() => true)
        .optional(),
      /^spec\.x: a refinement/,
    ],
    [
      'a refinement deep within',
      z.object({ a: list(z.object({ b: text(1).refine(() => true) }), 1) }),
      /^spec\.x\.a\[\]\.b: a refinement/,
    ],
    [
      'a refinement of a map’s values',
      map(
        text(5).refine(() => true),
        { max: 1 },
      ),
      /^spec\.x\.\*: a refinement/,
    ],
    ['trim', text(5).trim(), /^spec\.x: a rewriting check/],
    ['a transform', text(5).transform(Number), /^spec\.x: .*no transforms/],
    ['preprocess', z.preprocess(String, text(5)), /^spec\.x: .*no transforms/],
    ['catch', text(5).catch('a'), /^spec\.x: z\.catch/],
    ['coerce', z.coerce.string().max(5), /^spec\.x: z\.coerce/],
    ['readonly', z.object({}).readonly(), /^spec\.x: .*immutable/],
    ['a date', z.date(), /^spec\.x: .*timestamp\(\)/],
    ['custom', z.custom<string>(() => true), /^spec\.x: z\.custom/],
    ['a tuple', z.tuple([text(1)]), /^spec\.x: z\.tuple/],
    ['an intersection', z.intersection(z.object({}), z.object({})), /^spec\.x: z\.intersection/],
    ['a bigint', z.bigint(), /^spec\.x: z\.bigint/],
    ['null', z.null(), /^spec\.x: z\.null/],
    ['a literal null', z.literal(null), /^spec\.x: no type/],
    ['unknown', z.unknown(), /^spec\.x: no type .*rawDocument/],
    ['a map of unknown', map(z.unknown(), { max: 1 }), /^spec\.x\.\*: no type/],
    ['a union', z.union([text(1), z.boolean()]), /^spec\.x: a union: .*exactlyOneOf/],
    [
      'a discriminated union',
      z.discriminatedUnion('t', [z.object({ t: z.literal('a') })]),
      /^spec\.x: a discriminated union/,
    ],
    ['a strict object', z.strictObject({}), /^spec\.x: z\.strictObject/],
    ['a loose object', z.looseObject({}).meta({ maxProperties: 1 }), /^spec\.x\.\*: no type/],
    ['keys of a form', z.record(z.string().max(3), text(1)), /^spec\.x: .*keys/],
    ['keys of an enum', z.record(z.enum(['a']), text(1)), /^spec\.x: .*keys/],
    ['two patterns', text(5).regex(/a/).regex(/b/), /^spec\.x: more than one pattern/],
    ['a look-ahead', text(5).regex(/(?=a)/), /^spec\.x: .*look-around/],
    ['a look-behind', text(5).regex(/(?<!a)b/), /^spec\.x: .*look-around/],
    ['a back-reference', text(5).regex(/(a)\1/), /^spec\.x: .*back-reference/],
    ['flags', text(5).regex(/a/i), /^spec\.x: flags "i"/],
    ['a format of zod’s', z.ipv4().max(15), /^spec\.x: z\.ipv4\(\): .*formatted/],
    ['startsWith', text(5).startsWith('a'), /^spec\.x: .*only \.regex/],
    ['a format the API server does not check', text(5).meta({ format: 'ipv4' }), /^spec\.x: .*format "ipv4"/],
    ['an id, and so a reference', text(5).meta({ id: 'Shared' }), /^spec\.x: .*reference/],
    ['recursion', recursive(), /^spec\.x: a reference/],
    ['a title', text(5).meta({ title: 'a' }), /^spec\.x: "title" means nothing/],
    ['examples', text(5).meta({ examples: ['a'] }), /^spec\.x: "examples" means nothing/],
    [
      'an int-or-string of something else',
      z.union([z.boolean(), z.string()]).meta({ 'x-kubernetes-int-or-string': true }),
      /^spec\.x: .*intOrString\(\)/,
    ],
    [
      'a rule hidden by a later one',
      immutable(text(5)).optional().meta({ 'x-kubernetes-validations': [] }),
      /^spec\.x: the rule "self == oldSelf" is hidden/,
    ],
    ['text without a greatest size', z.string(), /^spec\.x: a string without a greatest size/],
    ['a list without one', z.array(text(1)), /^spec\.x: a list without/],
    ['a map without one', z.record(z.string(), text(1)), /^spec\.x: a map without/],
  ])('refuses %s', (_, schema, message) => {
    expect(() => render(schema)).toThrow(message);
  });
});

function recursive(): z.ZodType {
  const node = z.object({
    get again(): z.ZodType {
      return node.optional();
    },
  });
  return node;
}
