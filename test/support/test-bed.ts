import { randomUUID } from 'node:crypto';
import { inject, it, onTestFailed } from 'vitest';
import type { ProxyControl } from '../../dev/proxy/control.ts';
import type { CallRecord, FaultRule } from '../../dev/proxy/control-types.ts';
import { isWrite } from '../../dev/proxy/counts.ts';
import { connectProxy } from '../../dev/proxy/remote-control.ts';
import type { Cluster } from './cluster.ts';
import { type Ec2User, ec2User } from './ec2-user.ts';
import { type KubernetesUser, kubernetesUser } from './kubernetes-user.ts';
import {
  type InProcess,
  type Operator,
  type OperatorProcess,
  type Overrides,
  spawnOperator,
  startOperator,
} from './operator.ts';
import { unlistedCalls } from './unlisted-calls.ts';

/**
 * A test's own corner of the shared control plane and emulator: a namespace, a cluster name, an operator's
 * namespace, and the file's region.
 */
export interface TestBed {
  readonly namespace: string;
  readonly region: string;
  readonly operatorNamespace: string;
  readonly kubeconfig: string;
  readonly kube: KubernetesUser;
  readonly ec2: Ec2User;
  readonly proxy: Omit<ProxyControl, 'inject' | 'clear' | 'reset' | 'resetCounts'>;
  /**
   * For this file's operators, in this region unless `match` says another one, until the test is over. With
   * credentials of an AWSAccount's own, `match` says whose.
   */
  inject(fault: FaultRule['fault'], match: FaultRule['match']): Promise<string>;
  /** Started for this test: in this process. Options later in the list win. */
  start(argv?: readonly string[], overrides?: InProcess): Promise<Operator>;
  /** A process of its own. `null`: without overrides, as in production. `sources`: of another release than this. */
  spawn(
    argv?: readonly string[],
    overrides?: Overrides | null,
    env?: NodeJS.ProcessEnv,
    sources?: string,
  ): Promise<OperatorProcess>;
  /** The operators' calls in this region since the test began, or since `from`. */
  calls(operation?: string, from?: Mark): Promise<CallRecord[]>;
  /** Of them, those that change AWS, as `AllocateAddress`. */
  writes(from?: Mark): Promise<string[]>;
  mark(): Promise<Mark>;
}

/** A moment in the proxy's record. */
export type Mark = number;

/** Of this file's operators: IAM is called in one region by all suites, and some run at the same time. */
const operatorKey = `operator-${process.pid}-${randomUUID().slice(0, 8)}`;
/** What moto makes visible at once need not be waited for. */
const defaults: Overrides = { visibleAfter: 1_000, limits: { multiplier: 100 } };

let beds = 0;

/** `it`, with a bed for each test. One region a file: suites that run at the same time must not share one. */
export const onTestBed = (
  region: string,
  open: OpenBed = (use) => withTestBed(inject('cluster'), region, use),
) =>
  it.extend<{ bed: TestBed }>({
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads from it which fixtures this one needs
    bed: async ({}, use) => open(use),
  });

/** Gives a bed for as long as `use` runs. */
export type OpenBed = (use: (bed: TestBed) => Promise<void>) => Promise<void>;

/** For a suite with a control plane of its own. */
export async function withTestBed(
  cluster: Cluster,
  region: string,
  use: (bed: TestBed) => Promise<void>,
): Promise<void> {
  beds += 1;
  const namespace = `${region}-${process.pid}-${beds}`;
  const awsUrl = inject('awsUrl');
  const proxy = connectProxy(awsUrl);
  const operators: Operator[] = [];
  const rules: string[] = [];
  /** What each operator was started with. */
  const kinds: (readonly string[])[] = [];
  const lastCall = async (): Promise<Mark> => (await proxy.calls({ region })).at(-1)?.id ?? 0;
  const begin = await lastCall();
  const anywhere = () => proxy.calls({ accessKey: operatorKey });
  const before = (await anywhere()).length;
  const own = async (from: Mark) =>
    (await proxy.calls({ region })).filter(({ id, accessKey }) => id > from && isOurs(accessKey));

  const story = async () => {
    const calls = (await own(begin)).slice(-40).map(tellCall);
    const logs = operators.flatMap(({ logs: lines }) => lines.slice(-25));
    return [`AWS calls in ${region}:`, ...calls, 'The operators’ last lines:', ...logs].join('\n');
  };
  const kube = await kubernetesUser(cluster, namespace, story);
  const ec2 = ec2User(awsUrl, region, namespace);
  const operatorNamespace = `${namespace}-system`;
  for (const name of [namespace, operatorNamespace])
    await kube.client.create('/api/v1/namespaces', { metadata: { name } });
  const argv = (more: readonly string[]) => {
    const all = options({ cluster, namespace, region, awsUrl, more });
    kinds.push(all.flatMap((word, at) => (word === '--kinds' ? (all[at + 1] ?? []) : [])));
    return all;
  };

  onTestFailed(async () => console.error(await story()));
  try {
    await use({
      namespace,
      operatorNamespace,
      kubeconfig: cluster.kubeconfig,
      region,
      kube,
      ec2,
      proxy,
      async inject(fault, match) {
        const rule = await proxy.inject({ fault, match: { region, accessKey: operatorKey, ...match } });
        rules.push(rule);
        return rule;
      },
      async start(more = [], overrides = {}) {
        const operator = await startOperator(argv(more), {}, { ...defaults, ...overrides });
        operators.push(operator);
        return operator;
      },
      async spawn(more = [], overrides = {}, env = {}, sources = undefined) {
        const all = { ...process.env, ...env };
        const operator = await spawnOperator(
          argv(more),
          all,
          overrides ? { ...defaults, ...overrides } : undefined,
          sources,
        );
        operators.push(operator);
        return operator;
      },
      calls: async (operation, from = begin) =>
        (await own(from)).filter((call) => operation === undefined || call.operation === operation),
      writes: async (from = begin) => (await own(from)).map(({ operation }) => operation).filter(isWrite),
      mark: lastCall,
    });
  } finally {
    for (const rule of rules) {
      await proxy.remove(rule);
      await proxy.release(rule, 'drop');
    }
    await Promise.all(operators.map((operator) => operator.stop()));
    await kube.close();
    ec2.close();
  }
  const unlisted = unlistedCalls((await anywhere()).slice(before), allOf(kinds));
  if (unlisted.length > 0)
    throw new Error(`calls that src/kinds/*/calls.ts does not list: ${unlisted.join(', ')}`);
  const failures = (await proxy.emulatorFailures()).filter((failure) => failure.region === region);
  if (failures.length > 0) throw new Error(`the emulator failed: ${JSON.stringify(failures, null, 1)}`);
}

/** None said: all. */
const allOf = (started: readonly (readonly string[])[]): readonly string[] =>
  started.some((kinds) => kinds.length === 0) ? [] : started.flat();

interface Place {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly region: string;
  readonly awsUrl: string;
  readonly more: readonly string[];
}

/** `more` replaces what is given here under the same name. */
function options({ cluster, namespace, region, awsUrl, more }: Place): string[] {
  const usual = {
    '--kubeconfig': cluster.kubeconfig,
    '--cluster-name': namespace,
    '--operator-namespace': `${namespace}-system`,
    '--namespace': namespace,
    '--region': region,
    '--aws-endpoint-url': awsUrl,
    '--metrics-address': '127.0.0.1:0',
    '--health-address': '127.0.0.1:0',
    '--kinds': 'ElasticIP',
    '--max-deletions': '1000',
    '--grace-period': '5s',
    '--log-level': 'debug',
  };
  return [...Object.entries(usual).flatMap((pair) => (more.includes(pair[0]) ? [] : pair)), ...more];
}

/** Ours, or that of a session one of our operators was given; not a person's, not another file's. */
const isOurs = (accessKey: string): boolean =>
  accessKey === operatorKey || !(accessKey === 'person' || accessKey.startsWith('operator-'));

const tellCall = ({ id, operation, input, status, errorCode }: CallRecord): string => {
  const { Action: _action, Version: _version, ...fields } = input;
  return `  ${id} ${operation} → ${errorCode ?? status ?? 'no reply'} ${JSON.stringify(fields).slice(0, 300)}`;
};

process.env.AWS_ACCESS_KEY_ID = operatorKey;
process.env.AWS_SECRET_ACCESS_KEY = operatorKey;
