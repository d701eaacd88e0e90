/**
 * Examples for docs/reference.md, out of manifests that the API server is known to take (a suite asks it): so
 * none of them is wrong, and a schema need not carry what a CRD has no place for.
 */

import type { StructuralSchema } from './schema.ts';

/** The spec of a manifest, as it is written. */
export type ExampleSpec = Readonly<Record<string, unknown>>;

/** By kind. */
export type ExampleSpecs = ReadonlyMap<string, readonly ExampleSpec[]>;

/**
 * Whether a reader cannot tell from the rest of its row what such a value looks like: text, or a list or map
 * of it, that is none of a few words and whose rules name no example themselves.
 */
export function needsExample(field: StructuralSchema): boolean {
  const { items, additionalProperties } = field;
  if (field.properties || items?.properties || additionalProperties?.properties) return false;
  if (field.default !== undefined || field.enum || items?.enum) return false;
  if (field.type === 'boolean' || field.type === 'integer' || field.type === 'number') return false;
  return !spoken(field).some((message) => message.includes('such as'));
}

const spoken = (field: StructuralSchema | undefined): string[] =>
  field
    ? [
        ...(field['x-kubernetes-validations'] ?? []).map(({ message }) => message),
        ...spoken(field.items),
        ...spoken(field.additionalProperties),
      ]
    : [];

/**
 * The shortest that a manifest of `kind` says at `path` (`a.b`, `list[].c`, `map.*.d`), as it would be written.
 * A path that none has is looked for by its end, anywhere, in other kinds too: what is inside
 * `replicas[].access` looks as it does inside `access`. The last word alone is enough only within the kind.
 */
export function exampleAt(specs: ExampleSpecs, kind: string, path: string): string | undefined {
  const steps = path.replaceAll('[]', '.[]').split('.');
  const own = specs.get(kind) ?? [];
  const ends = steps.map((_, start) => steps.slice(start));
  return (
    shortest(own.flatMap((spec) => valuesAt(spec, steps))) ??
    firstOf(ends.slice(0, -1), (end) => shortest(anywhere(own, end))) ??
    firstOf(ends.slice(0, -1), (end) => shortest(anywhere([...specs.values()], end))) ??
    firstOf(ends.slice(-1), (end) => shortest(anywhere(own, end)))
  );
}

function firstOf<T>(ends: readonly T[], find: (end: T) => string | undefined): string | undefined {
  for (const end of ends) {
    const found = find(end);
    if (found !== undefined) return found;
  }
  return undefined;
}

const shortest = (values: readonly unknown[]): string | undefined =>
  values.map(written).sort((a, b) => a.length - b.length || (a < b ? -1 : 1))[0];

/** Text that YAML would take for a number or a date stands in quotes. */
const written = (value: unknown): string =>
  typeof value === 'string' && !/^[\d.-]+$/.test(value) ? value : JSON.stringify(value);

function anywhere(value: unknown, steps: readonly string[]): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Array.isArray(value) ? [] : valuesAt(value, steps);
  return [...own, ...Object.values(value).flatMap((inner) => anywhere(inner, steps))];
}

function valuesAt(value: unknown, [step, ...rest]: readonly string[]): unknown[] {
  if (step === undefined) return [value];
  if (typeof value !== 'object' || value === null) return [];
  if (step === '[]') return Array.isArray(value) ? value.flatMap((item) => valuesAt(item, rest)) : [];
  if (step === '*') return Object.values(value).flatMap((item) => valuesAt(item, rest));
  const next: unknown = Reflect.get(value, step);
  return next === undefined ? [] : valuesAt(next, rest);
}
