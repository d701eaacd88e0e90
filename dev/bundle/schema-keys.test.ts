import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { writeOutKeys } from './schema-keys.ts';

it('writes out the keys that are constants of the same file', () => {
  const source =
    'const _eQN = "ec2QueryName";\nconst _n = "name";\nexport var a = { [_eQN]: `Min`, [_n]: _n };';
  expect(writeOutKeys(source).split('\n').at(-1)).toBe(
    'export var a = { "ec2QueryName": `Min`, "name": _n };',
  );
});

it.each([
  ['a list of constants', 'const _a = "A";\nexport var list = [_a];'],
  ['a key that is no constant of the file', 'export var a = { [_b]: 1 };'],
  ['a constant that is not plain text', 'const _a = "\\u0041";\nexport var a = { [_a]: 1 };'],
])('leaves %s as it is', (_, source) => {
  expect(writeOutKeys(source)).toBe(source);
});

it('leaves no computed key in what the SDK publishes: its form may change with an upgrade', async () => {
  const client = createRequire(import.meta.url).resolve('@aws-sdk/client-ec2');
  const schemas = client.replace(/dist-cjs.*$/, 'dist-es/schemas/schemas_0.js');
  const source = await readFile(schemas, 'utf8');
  expect(source.match(/\[_\w+\]:/g)?.length).toBeGreaterThan(5_000);
  expect(writeOutKeys(source).match(/\[_\w+\]:/g)).toBeNull();
});
