/** The API server's own rendering of a list, printed as kubectl does, so that the demo needs no kubectl. */
import { z } from 'zod';

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables */
export const tableMediaType = 'application/json;as=Table;v=v1;g=meta.k8s.io';

const tableSchema = z.looseObject({
  kind: z.literal('Table'),
  columnDefinitions: z.array(z.looseObject({ name: z.string(), priority: z.number() })),
  rows: z.array(
    z.looseObject({
      cells: z.array(z.unknown()),
      object: z.looseObject({ metadata: z.looseObject({ namespace: z.string().optional() }) }),
    }),
  ),
});

const columnGap = 3;
const leastColumn = 6;

/** As `kubectl get -A` shows it: namespaces first, columns of priority 0, an empty cell for what is not there. */
export function renderTable(body: unknown): string {
  const { columnDefinitions, rows } = tableSchema.parse(body);
  const shown = columnDefinitions.flatMap(({ name, priority }, at) => (priority === 0 ? [{ name, at }] : []));
  const header = ['NAMESPACE', ...shown.map(({ name }) => name.toUpperCase())];
  const lines = rows.map(({ cells, object }) => [
    object.metadata.namespace ?? '',
    ...shown.map(({ at }) => textOf(cells[at])),
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
