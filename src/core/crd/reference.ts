/** docs/reference.md, from the very schemas the API server enforces. Deterministic. */

import { group, version } from './definition.ts';
import { type ExampleSpecs, exampleAt, needsExample } from './examples.ts';
import type { CrdVersion, CustomResourceDefinition, StructuralSchema } from './schema.ts';

/** With examples for fields that need one, out of `specs`. */
export const renderReference = (crds: readonly CustomResourceDefinition[], specs: ExampleSpecs): string =>
  [
    '<!-- rendered from src/kinds/*/spec.ts by `npm run generate`; do not edit -->',
    '# Reference',
    `Every kind of \`${group}/${version}\`, field by field. The API server refuses what breaks a rule.`,
    crds.map(({ spec }) => `- [${spec.names.kind}](#${spec.names.kind.toLowerCase()})`).join('\n'),
    ...crds.map((crd) => kindSection(crd, specs)),
  ].join('\n\n');

function kindSection({ spec }: CustomResourceDefinition, specs: ExampleSpecs): string {
  const { names, scope } = spec;
  const [served] = spec.versions;
  if (!served) throw new Error(`${names.kind} has no version`);
  const { description = '', properties = {} } = served.schema.openAPIV3Schema;
  const kubectl = [names.plural, ...(names.shortNames ?? [])].map((name) => `\`${name}\``).join(', ');
  return [
    `## ${names.kind}`,
    description,
    `${scope === 'Cluster' ? 'Cluster-scoped' : 'Namespaced'}. For kubectl: ${kubectl}; in the category \`${names.categories.join()}\`.`,
    '### Spec',
    ...fieldTable(properties.spec ?? {}, ['Field', 'Type', 'Default', 'Rules', 'Description'], (path) =>
      exampleAt(specs, names.kind, path),
    ),
    '### Status',
    ...fieldTable(properties.status ?? {}, ['Field', 'Type', 'Description']),
    ...columnTable(served),
  ].join('\n\n');
}

type Heading = 'Field' | 'Type' | 'Default' | 'Rules' | 'Description';

function fieldTable(
  schema: StructuralSchema,
  headings: readonly Heading[],
  example: (path: string) => string | undefined = () => undefined,
): string[] {
  const rows = fieldsOf(schema).map(({ path, field, required }) => {
    const cells: Readonly<Record<Heading, string>> = {
      Field: `\`${path}\`${required ? ' (required)' : ''}`,
      Type: typeOf(field),
      Default: field.default === undefined ? '' : `\`${JSON.stringify(field.default)}\``,
      Rules: rulesOf(field).join('<br>'),
      Description: described(field, needsExample(field) ? example(path) : undefined),
    };
    return headings.map((heading) => cells[heading]);
  });
  const whole = rulesOf(schema);
  const rules =
    headings.includes('Rules') && whole.length
      ? [`Rules:\n\n${whole.map((rule) => `- ${rule}`).join('\n')}`]
      : [];
  return [table(headings, rows), ...rules];
}

const described = ({ description = '' }: StructuralSchema, example: string | undefined): string =>
  example === undefined ? description : `${description} Example: \`${example}\``.trimStart();

export interface Field {
  readonly path: string;
  readonly field: StructuralSchema;
  readonly required: boolean;
}

/** Depth first, as declared: `a`, `a.b`, `list[].c`, `map.*.d`. */
export function fieldsOf(schema: StructuralSchema, path = ''): Field[] {
  const join = (name: string) => (path ? `${path}.${name}` : name);
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    { path: join(name), field, required: schema.required?.includes(name) ?? false },
    ...fieldsOf(field, join(name)),
  ]);
  const items = schema.items ? fieldsOf(schema.items, `${path}[]`) : [];
  const values = schema.additionalProperties ? fieldsOf(schema.additionalProperties, join('*')) : [];
  return [...own, ...items, ...values];
}

function typeOf(schema: StructuralSchema): string {
  if (schema['x-kubernetes-int-or-string']) return 'integer or string';
  if (schema.items) return `list of ${typeOf(schema.items)}`;
  if (schema.additionalProperties) return `map of ${typeOf(schema.additionalProperties)}`;
  if (schema.format === 'date-time') return 'time';
  return schema.type ?? 'any';
}

function rulesOf(schema: StructuralSchema): string[] {
  const { items, additionalProperties } = schema;
  const rules = schema['x-kubernetes-validations'] ?? [];
  return [
    ...(schema.enum ? [schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(' or ')] : []),
    ...(schema.pattern === undefined ? [] : [`matches \`${schema.pattern}\``]),
    ...bounds('', schema.minimum, schema.maximum),
    ...(schema.multipleOf === undefined ? [] : [`a multiple of ${schema.multipleOf}`]),
    ...bounds('characters', schema.minLength, schema.maxLength),
    ...bounds('items', schema.minItems, schema.maxItems),
    ...bounds('entries', schema.minProperties, schema.maxProperties),
    ...(schema['x-kubernetes-list-type'] === 'set' ? ['no item twice'] : []),
    ...rules.map(({ message }) => message),
    ...(items ? rulesOf(items).map((rule) => `each: ${rule}`) : []),
    ...(additionalProperties ? rulesOf(additionalProperties).map((rule) => `each value: ${rule}`) : []),
  ];
}

function bounds(what: string, least: number | undefined, most: number | undefined): string[] {
  const upper = most !== undefined && most < Number.MAX_SAFE_INTEGER ? most : undefined;
  const lower = least !== undefined && least > Number.MIN_SAFE_INTEGER ? least : undefined;
  if (lower !== undefined && upper !== undefined) return [`${lower} to ${upper} ${what}`.trimEnd()];
  if (lower !== undefined) return [`at least ${lower} ${what}`.trimEnd()];
  return upper === undefined ? [] : [`at most ${upper} ${what}`.trimEnd()];
}

function columnTable({ additionalPrinterColumns = [] }: CrdVersion): string[] {
  if (additionalPrinterColumns.length === 0) return [];
  const rows = additionalPrinterColumns.map(({ name, jsonPath, priority }) => [
    name,
    `\`${jsonPath}\``,
    priority ? 'with `-o wide`' : 'always',
  ]);
  return ['### Columns of `kubectl get`', table(['Column', 'From', 'Shown'], rows)];
}

const table = (headings: readonly string[], rows: readonly (readonly string[])[]): string =>
  [headings, headings.map(() => '---'), ...rows.map((row) => row.map(cell))]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
