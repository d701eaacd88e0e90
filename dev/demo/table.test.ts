import { describe, expect, it } from 'vitest';
import { renderTable } from './table.ts';

const column = (name: string, priority = 0) => ({
  name,
  type: 'string',
  format: name === 'Name' ? 'name' : '',
  priority,
});
const row = (name: string, ...cells: unknown[]) => ({
  cells: [name, ...cells],
  object: { metadata: { name, namespace: 'default' } },
});
const table = (...rows: unknown[]) => ({
  kind: 'Table',
  columnDefinitions: [column('Name'), column('Public IP'), column('Region', 1), column('Up')],
  rows,
});

describe('renderTable', () => {
  it('prints what kubectl prints: upper case, three spaces, no wide columns, null as nothing', () => {
    expect(
      renderTable(
        table(row('web', '203.0.113.10', 'r', 'True'), row('longer', null, 'r', null)),
        'ip.example',
      ),
    ).toBe(
      [
        'NAMESPACE   NAME                PUBLIC IP      UP',
        'default     ip.example/web      203.0.113.10   True',
        'default     ip.example/longer                  ',
      ].join('\n'),
    );
  });

  it('prints one kind of one namespace with bare names', () => {
    expect(renderTable(table(row('web', '203.0.113.10', 'r', 'True')))).toBe(
      ['NAME   PUBLIC IP      UP', 'web    203.0.113.10   True'].join('\n'),
    );
  });

  it('prints nothing of a kind without objects, as kubectl does', () => {
    expect(renderTable(table(), 'ip.example')).toBe('');
  });

  it('refuses what is no table, such as a Status', () => {
    expect(() => renderTable({ kind: 'Status', code: 403 }, 'ip.example')).toThrow('Table');
  });
});
