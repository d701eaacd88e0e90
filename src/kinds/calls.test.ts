import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../test/support/virtual-clock.ts';
import { type CallName, calls, isCallName } from '../aws/index.ts';
import { createReaders, type Readers } from '../aws/readers/index.ts';
import { callsOfKinds, operatorCalls } from './calls.ts';
import { definitions } from './definitions.ts';

/**
 * Held against the source: the steps that a kind's files make by name, and what the readers that they name
 * call. That no operator calls anything else is held by every suite (test/support/test-bed.ts).
 */

const folderOf = (kind: string): string =>
  kind.replaceAll(/([a-z])([A-Z])|([A-Z])([A-Z][a-z])/g, '$1$3-$2$4').toLowerCase();

function sourceOf(kind: string): string {
  const folder = join(import.meta.dirname, folderOf(kind));
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ts$/.test(name) && !/\.test(-data)?\.ts$/.test(name) && name !== 'calls.ts')
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

const planned = (source: string): string[] =>
  [...source.matchAll(/\bstep<\w+>\(\)\(\s*'([^']+)'/g)].map(([, call = '']) => call);

/** `keys.describe`, or `health` for a reader that is one function → the calls it makes. */
type ReaderCalls = ReadonlyMap<string, ReadonlySet<CallName>>;

/** Replies without which a reader goes no further, as JSON. */
const replies: Partial<Record<CallName, string>> = {
  'iam:ListRolePolicies': '{ "PolicyNames": ["inline"] }',
  'kms:ListKeys': '{ "Keys": [{ "KeyId": "key" }] }',
  'ec2:DescribeImageUsageReports': `{
    "ImageUsageReports": [{ "ImageId": "x", "ReportId": "report", "State": "available" }]
  }`,
};

const identity = { cluster: 'blue', kind: 'Image', namespace: 'web', name: 'x' };
const argumentOf: Readonly<Record<string, unknown>> = {
  byIdentity: identity,
  inFull: identity,
  byTags: { app: 'web' },
  instancesMatching: { 'tag:app': ['web'] },
  matching: { 'tag:app': ['web'] },
};

async function callsOfReaders(): Promise<ReaderCalls> {
  const found = new Map<string, Set<CallName>>();
  for (const [property, value] of Object.entries(createRecorded(() => {}))) {
    const methods = typeof value === 'function' ? [''] : Object.keys(value);
    for (const method of methods) {
      const recorded = new Set<CallName>();
      const clock = new VirtualClock();
      const fresh: Readonly<Record<string, unknown>> = {
        ...createRecorded((call) => recorded.add(call), clock),
      };
      const reader: unknown = method ? Reflect.get(Object(fresh[property]), method) : fresh[property];
      if (typeof reader !== 'function') continue;
      const argument = argumentOf[method || property] ?? 'x';
      await Promise.all([reader(argument, argument), clock.advance(100)]);
      found.set(method ? `${property}.${method}` : property, recorded);
    }
  }
  return found;
}

function createRecorded(record: (call: CallName) => void, clock = new VirtualClock()): Readers {
  const scope = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
  return createReaders(scope, {
    clock,
    async read(_scope, call) {
      record(call);
      return JSON.parse(replies[call] ?? '{}');
    },
  });
}

/**
 * `readers.roles`, `Pick<Readers, 'roles'>` or `{ roles } = aws.in(scope)`; and of what a kind has narrowed by
 * `Pick<Readers['keys'], 'describe'>`, that only.
 */
function mentions(source: string, [reader = '', method]: readonly string[]): boolean {
  const used = method === undefined ? `[.']${reader}\\b` : `[.']${reader}\\b(?!\\()`;
  if (!new RegExp(`${used}|\\b${reader}\\b[^}]*\\} = aws\\.in`).test(source)) return false;
  const [, picked] = new RegExp(`Pick<Readers\\['${reader}'\\],([^>]*)>`).exec(source) ?? [];
  return method === undefined || picked === undefined || picked.includes(`'${method}'`);
}

const readBy = (source: string, readers: ReaderCalls): CallName[] =>
  [...readers].flatMap(([name, recorded]) => (mentions(source, name.split('.')) ? [...recorded] : []));

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();

describe('the calls that a kind lists', () => {
  const kinds = definitions.map(({ kind }) => kind);
  /** Those that make plans. Of another only the table as a whole tells that it lists enough. */
  const planning = kinds.filter((kind) => existsSync(join(import.meta.dirname, folderOf(kind), 'index.ts')));

  it('are listed for every kind, and for nothing else', () => {
    expect(Object.keys(callsOfKinds).sort()).toEqual([...kinds].sort());
  });

  it.each(kinds)('%s: are sorted, once each', (kind) => {
    expect(callsOfKinds[kind]).toEqual(sorted(callsOfKinds[kind] ?? []));
  });

  it.each(planning)('%s: are those of its steps, and of the readers it names', async (kind) => {
    const source = sourceOf(kind);
    const steps = planned(source).filter(isCallName);
    expect(steps).toHaveLength(planned(source).length);
    expect(callsOfKinds[kind]).toEqual(sorted([...steps, ...readBy(source, await callsOfReaders())]));
  });

  it('are together the whole table of calls', () => {
    const listed = sorted([...operatorCalls, ...Object.values(callsOfKinds).flat()]);
    expect(listed).toEqual(sorted(Object.keys(calls)));
  });
});

describe('what holds them', () => {
  it('sees every step, however it is broken into lines', () => {
    const source = "step<Seen>()('ec2:CreateTags', {\n step<Seen>()(\n  'ec2:DeleteTags', {";
    expect(planned(source)).toEqual(['ec2:CreateTags', 'ec2:DeleteTags']);
    for (const kind of definitions.map((definition) => definition.kind)) {
      expect(planned(sourceOf(kind))).toHaveLength(sourceOf(kind).match(/\bstep</g)?.length ?? 0);
    }
  });

  it('sees every read that the readers make', async () => {
    const recorded = sorted([...(await callsOfReaders()).values()].flatMap((set) => [...set]));
    const reads = Object.keys(calls).filter((name) => isCallName(name) && !calls[name].writes);
    // An AWSAccount's are made without readers: before there is a scope to read in.
    const others: readonly string[] = [...operatorCalls, ...(callsOfKinds.AWSAccount ?? [])];
    expect(recorded).toEqual(
      sorted(reads.filter((name) => name === 'iam:GetRole' || !others.includes(name))),
    );
  });
});
