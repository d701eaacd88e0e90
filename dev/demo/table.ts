/** The API server's own rendering of a list, printed as kubectl does, so that the demo needs no kubectl. */
import { z } from 'zod';

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables */
export const tableMediaType = 'application/json;as=Table;v=v1;g=meta.k8s.io';

const tableSchema = z.looseObject({
  kind: z.literal('Table'),
  columnDefinitions: z.array(z.looseObject({ name: z.string(), format: z.string(), priority: z.number() })),
  rows: z.array(
    z.looseObject({
      cells: z.array(z.unknown()),
      object: z.looseObject({ metadata: z.looseObject({ namespace: z.string().optional() }) }),
    }),
  ),
});

const columnGap = 3;
const leastColumn = 6;

/**
 * As `kubectl get -A` shows one of several kinds: namespaces first, names with their `resource`
 * (`elasticip.mooring.dev/web`), columns of priority 0, an empty cell for what is not there. Nothing for no rows.
 * Without `resource` as `kubectl get` shows one kind of one namespace: bare names.
 */
export function renderTable(body: unknown, resource?: string): string {
  const { columnDefinitions, rows } = tableSchema.parse(body);
  if (rows.length === 0) return '';
  const shown = columnDefinitions.flatMap(({ name, format, priority }, at) =>
    priority === 0
      ? [{ name, at, before: format === 'name' && resource !== undefined ? `${resource}/` : '' }]
      : [],
  );
  const spaced = (namespace: string) => (resource === undefined ? [] : [namespace]);
  const header = [...spaced('NAMESPACE'), ...shown.map(({ name }) => name.toUpperCase())];
  const lines = rows.map(({ cells, object }) => [
    ...spaced(object.metadata.namespace ?? ''),
    ...shown.map(({ at, before }) => before + textOf(cells[at])),
  ]);
  return aligned([header, ...lines]);
}

/** Every column but the last padded to its widest cell and a gap. */
export function aligned(lines: readonly (readonly string[])[]): string {
  const widthOf = (column: number) =>
    Math.max(leastColumn, ...lines.map((cells) => (cells[column] ?? '').length + columnGap));
  return lines
    .map((cells) =>
      cells.map((cell, column) => (column < cells.length - 1 ? cell.padEnd(widthOf(column)) : cell)).join(''),
    )
    .join('\n');
}

const textOf = (cell: unknown): string => (cell === null || cell === undefined ? '' : String(cell));
