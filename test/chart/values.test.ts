import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isMap, isScalar, parse, parseDocument, type YAMLMap } from 'yaml';
import { z } from 'zod';
import { runOptions } from '../../src/cli/run-options.ts';
import { chartDirectory, helm, render, repository } from '../support/chart.ts';

const read = (...path: readonly string[]): string => readFileSync(join(...path), 'utf8');
const values = read(chartDirectory, 'values.yaml');

/** The part of JSON Schema that values.schema.json uses for objects of a fixed shape. */
interface Shape {
  readonly properties?: Readonly<Record<string, Shape>> | undefined;
  readonly pattern?: string | undefined;
}
const shape: z.ZodType<Shape> = z.looseObject({
  get properties() {
    return z.record(z.string(), shape).optional();
  },
  pattern: z.string().optional(),
});
const schema = shape.parse(JSON.parse(read(chartDirectory, 'values.schema.json')));

describe('the chart', () => {
  it('passes helm lint --strict', async () => {
    expect(await helm(['lint', '--strict', chartDirectory, '--set=clusterName=prod'])).toContain(
      '1 chart(s) linted, 0 chart(s) failed',
    );
  });

  it('has the version of the package, twice', () => {
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(read(repository, 'package.json')));
    expect(parse(read(chartDirectory, 'Chart.yaml'))).toMatchObject({ version, appVersion: version });
  });

  it('takes for a cluster’s name what the operator takes', () => {
    const { parse: accept } = runOptions['cluster-name'];
    const pattern = new RegExp(schema.properties?.clusterName?.pattern ?? '');
    for (const name of [
      'prod-eu',
      'A.b-1',
      'x',
      'a'.repeat(63),
      '',
      '-a',
      'a-',
      'a b',
      'a'.repeat(64),
      '<EDIT-ME>',
    ]) {
      const accepted = (() => {
        try {
          return accept([name]) === name;
        } catch {
          return false;
        }
      })();
      expect(pattern.test(name), name).toBe(accepted);
    }
  });
});

describe('values.yaml', () => {
  it('says of each value what it is for', () => {
    const { contents } = parseDocument(values);
    if (!isMap(contents)) throw new Error('values.yaml is no map');
    expect(uncommented(contents, '')).toEqual([]);
    expect(uncommentedIn('# a\na: 1\nb:\n  # c\n  c: 1\n  d: 1\n')).toEqual(['b.d']);
  });

  it('has what the schema has, but the name that everyone has to give', () => {
    const missing = [...difference(shapeOf(parse(values)), schema)].map((path) => path.join('.'));
    expect(missing.sort()).toEqual(['clusterName', 'global']);
  });
});

/** Paths of values that have no comment of their own; a map whose values have one each needs none itself. */
function uncommented(map: YAMLMap, path: string): string[] {
  return map.items.flatMap(({ key, value }, at) => {
    if (!isScalar(key)) throw new Error(`${path}: a key that is no word`);
    const here = path ? `${path}.${key.value}` : String(key.value);
    // The comment before a map's first entry is the map's.
    const told = key.commentBefore ?? (at === 0 ? map.commentBefore : undefined);
    if (told) return [];
    return isMap(value) && value.items.length > 0 ? uncommented(value, here) : [here];
  });
}

function uncommentedIn(text: string): string[] {
  const { contents } = parseDocument(text);
  return isMap(contents) ? uncommented(contents, '') : [];
}

const shapeOf = (value: unknown): Shape =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { properties: Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shapeOf(one)])) }
    : {};

/** Paths that only one of the two has; the schema leaves some objects open. */
function* difference(a: Shape, b: Shape, path: readonly string[] = []): Generator<readonly string[]> {
  if (!a.properties || !b.properties) return;
  for (const key of new Set([...Object.keys(a.properties), ...Object.keys(b.properties)])) {
    const [left, right] = [a.properties[key], b.properties[key]];
    if (left && right) yield* difference(left, right, [...path, key]);
    else yield [...path, key];
  }
}

const digest = `sha256:${'0'.repeat(64)}`;

/** Each: values, and what helm says to them. */
const refused: readonly [what: object, message: string][] = [
  [{ clusterName: undefined }, "missing property 'clusterName'"],
  [{ clusterName: '' }, "at '/clusterName'"],
  [{ clusterName: 'prod eu' }, "at '/clusterName'"],
  [{ clusterName: '<EDIT-ME>' }, "at '/clusterName'"],
  [{ clustername: 'prod' }, "additional properties 'clustername' not allowed"],
  [{ replicas: '2' }, "at '/replicas': got string, want integer"],
  [{ replicas: 11 }, "at '/replicas': maximum: got 11, want 10"],
  [
    { replicas: 2, leaderElection: { enabled: false } },
    'replicas: more than one needs leaderElection.enabled',
  ],
  [{ image: { tag: 'a/b' } }, "at '/image/tag'"],
  [{ image: { digest: 'sha256:1' } }, "at '/image/digest'"],
  [{ image: { digest, pullPolicy: 'Sometimes' } }, "at '/image/pullPolicy'"],
  [{ imagePullSecrets: ['pull'] }, "at '/imagePullSecrets/0': got string, want object"],
  [{ aws: { region: 'europe' } }, "at '/aws/region'"],
  [{ aws: { roleArn: 'mooring' } }, "at '/aws/roleArn'"],
  [{ aws: { endpointUrl: 'localhost:5000' } }, "at '/aws/endpointUrl'"],
  [{ aws: { defaultTags: { 'aws:a': 'b' } } }, "invalid propertyName 'aws:a'"],
  [{ aws: { defaultTags: { 'mooring.dev/id': 'b' } } }, "invalid propertyName 'mooring.dev/id'"],
  [{ aws: { defaultTags: { cost: 1 } } }, "at '/aws/defaultTags/cost': got number, want string"],
  [{ accounts: { tokenDirectory: 'tokens' } }, "at '/accounts/tokenDirectory'"],
  [{ watch: { namespaces: ['Web'] } }, "at '/watch/namespaces/0'"],
  [{ watch: { namespaces: ['web', 'web'] } }, "at '/watch/namespaces'"],
  [{ watch: { kinds: ['elasticips'] } }, "at '/watch/kinds/0'"],
  [{ watch: { kinds: ['ElasticIPs'] } }, 'watch.kinds: ElasticIPs must be one of ElasticIP, '],
  [{ watch: { kinds: ['ImageSchedule'] } }, 'watch.kinds: ImageSchedule needs Image, too'],
  [{ readOnly: 'true' }, "at '/readOnly': got string, want boolean"],
  [{ maxDeletions: -1 }, "at '/maxDeletions': minimum: got -1, want 0"],
  [{ concurrency: 0 }, "at '/concurrency': minimum: got 0, want 1"],
  [{ resync: '10' }, "at '/resync'"],
  [{ gracePeriodSeconds: '20s' }, "at '/gracePeriodSeconds': got string, want integer"],
  [{ log: { level: 'trace' } }, "at '/log/level'"],
  [{ crds: { keep: false } }, "at '/crds': additional properties 'keep' not allowed"],
  [{ serviceAccount: { annotations: { a: true } } }, "at '/serviceAccount/annotations/a'"],
  [{ topologySpreadConstraints: [{ topologyKey: 'zone' }] }, "at '/topologySpreadConstraints/0'"],
  [{ podDisruptionBudget: { maxUnavailable: '1' } }, "at '/podDisruptionBudget/maxUnavailable'"],
  [{ extraArgs: ['read-only'] }, "at '/extraArgs/0'"],
  [{ health: { port: 0 } }, "at '/health/port': minimum: got 0, want 1"],
  [{ metrics: { authentication: true } }, 'metrics.authentication needs metrics.tls.secretName'],
  [{ metrics: { serviceMonitor: { interval: 'often' } } }, "at '/metrics/serviceMonitor/interval'"],
  [{ networkPolicy: { egressTo: ['everywhere'] } }, "at '/networkPolicy/egressTo/0'"],
];

describe('values that are wrong are refused by name', () => {
  it.each(refused)('%j', async (wrong, message) => {
    await expect(render({ clusterName: 'prod', ...wrong })).rejects.toThrow(message);
  });
});
