/**
 * The oldest Kubernetes that docs/upgrading.md promises has everything the CRDs use. What came when: the feature
 * gates of apiextensions-apiserver (pkg/features) and CEL's libraries in apiserver (pkg/cel/environment/base.go).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { versions } from '../../dev/toolchain/versions.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Minor releases of Kubernetes 1. Rules in CRDs are on by default since 25, and stable since 29. */
const sinceOfField: Readonly<Record<string, number>> = {
  rule: 25,
  message: 25,
  messageExpression: 27,
  reason: 28,
  fieldPath: 28,
  optionalOldSelf: 30,
};

const since = (minor: number, names: string): [string, number][] =>
  names.split(' ').map((name) => [name, minor]);

const sinceOfFunction = new Map([
  ...since(25, 'has all exists exists_one filter map size contains startsWith endsWith matches'),
  ...since(
    25,
    'int uint double string bool bytes type dyn duration timestamp getHours getMinutes getSeconds',
  ),
  ...since(25, 'charAt indexOf lastIndexOf lowerAscii upperAscii replace split substring trim join'),
  ...since(25, 'isSorted sum min max find findAll url isURL getHost getPort getScheme'),
  ...since(28, 'quantity isQuantity orValue hasValue optMap'),
  ...since(29, 'sets quote reverse format'),
  ...since(30, 'ip isIP cidr isCIDR containsIP containsCIDR'),
  ...since(31, 'named validate'),
  ...since(33, 'semver isSemver'),
  ...since(34, 'sort sortBy distinct flatten slice range first last'),
]);

const crds = readdirSync(join(root, 'crds')).map((name) => ({
  name,
  crd: parse(read(`crds/${name}`)) as unknown,
}));

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** All that is under a key of that name, wherever it is. */
function* under(key: string, value: unknown): Generator<unknown> {
  const children = Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : [];
  if (isRecord(value) && key in value) yield value[key];
  for (const child of children) yield* under(key, child);
}

const rules = crds.flatMap(({ name, crd }) =>
  [...under('x-kubernetes-validations', crd)].flat().map((rule) => ({ name, rule })),
);

/** Without the text in quotes. */
const code = (expression: string) => expression.replaceAll(/r?"(?:[^"\\]|\\.)*"|r?'(?:[^'\\]|\\.)*'/g, '""');

/** What the expression calls, and the minor release that brought the newest of it. */
function newest(expression: string): { name: string; minor: number }[] {
  const text = code(expression);
  const calls = [...text.matchAll(/\b([A-Za-z_]+)\(/g)].map(([, name = '']) => ({
    name,
    minor: sinceOfFunction.get(name) ?? Number.POSITIVE_INFINITY,
  }));
  if (/\.\?|\[\?/.test(text)) calls.push({ name: 'optional field', minor: 28 });
  if (/\.(all|exists|map|filter)\(\s*\w+\s*,\s*\w+\s*,/.test(text))
    calls.push({ name: 'comprehension over two variables', minor: 32 });
  return calls;
}

function promised(): number {
  const [, minor] = /Kubernetes 1\.(\d+) or newer/.exec(read('docs/upgrading.md')) ?? [];
  return Number(minor);
}

it('the page promises a release, and the chart installs on no older one', () => {
  expect(promised()).toBeGreaterThanOrEqual(29);
  expect(versions.oldestKubernetes).toBe(`v1.${promised()}.0`);
  expect(read('deploy/chart/Chart.yaml')).toContain(`kubeVersion: '>=1.${promised()}.0-0'`);
});

it('no rule of a CRD has a field or calls a function that came later', () => {
  expect(rules.length).toBeGreaterThan(50);
  const tooNew = rules.flatMap(({ name, rule }) => {
    if (!isRecord(rule)) return [`${name}: ${JSON.stringify(rule)} is no rule`];
    const fields = Object.keys(rule).map((field) => ({
      name: field,
      minor: sinceOfField[field] ?? Number.POSITIVE_INFINITY,
    }));
    const calls = [rule.rule, rule.messageExpression].flatMap((expression) =>
      typeof expression === 'string' ? newest(expression) : [],
    );
    return [...fields, ...calls]
      .filter(({ minor }) => minor > promised())
      .map((found) => `${name}: ${found.name} needs 1.${found.minor}: ${JSON.stringify(rule.rule)}`);
  });
  expect(tooNew).toEqual([]);
});

it('no CRD has selectable fields, which came with 1.31', () => {
  const having = crds.filter(({ crd }) => [...under('selectableFields', crd)].length > 0);
  expect(having.map(({ name }) => name)).toEqual([]);
});

it.each([
  ["self.matches('^quantity(1)$')", 25],
  ['self.all(k, k.size() > 1)', 25],
  ['self.?x.orValue(1) == 1', 28],
  ['isCIDR(self)', 30],
  ['self.all(k, v, v > 1)', 32],
  ['self.frobnicate()', Number.POSITIVE_INFINITY],
])('%s needs 1.%s', (expression, minor) => {
  expect(Math.max(...newest(expression).map((found) => found.minor))).toBe(minor);
});
