import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { readOptions } from '../../src/cli/config.ts';
import { createHost, type Host, systemClock } from '../../src/cli/host.ts';
import { run } from '../../src/cli/run.ts';
import { runOptions } from '../../src/cli/run-options.ts';
import { createLogger } from '../../src/runtime/log.ts';
import { patience } from './patience.ts';

/** An operator under test. Its log is kept, to be shown when a test fails. */
export interface Operator {
  readonly logs: readonly string[];
  /** Base URLs, once it has started. */
  readonly health: string;
  readonly metrics: string;
  /** Drains, as SIGTERM does. Harmless when it has ended. */
  stop(): Promise<void>;
}

export interface OperatorProcess extends Operator {
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  /** The exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>;
}

export type Overrides = NonNullable<Host['overrides']>;

/** What an operator in this process may have instead, beside. */
export type InProcess = Overrides & { readonly clock?: Host['clock'] };

const noServers = { health: '', metrics: '' };

/** In this process, through the composition root. `environment` is for the SDK and for `createHost`. */
export async function startOperator(
  argv: readonly string[],
  environment: NodeJS.ProcessEnv,
  { clock = systemClock, ...overrides }: InProcess,
): Promise<Operator> {
  const logs: string[] = [];
  const started = Promise.withResolvers<typeof noServers>();
  const leading = Promise.withResolvers<void>();
  const write = (line: string) => {
    logs.push(line.trimEnd());
    const servers = serversIn(line);
    if (servers) started.resolve(servers);
    if (line.includes('"msg":"leading"')) leading.resolve();
  };
  const config = readOptions(runOptions, argv, {});
  const logger = createLogger({
    level: config['log-level'],
    format: 'json',
    clock: systemClock,
    destination: { write },
  });
  const stop = new AbortController();
  const ended = run(config, { ...createHost(environment, logger), clock, overrides }, stop.signal);
  const servers = await Promise.race([started.promise, ended.then(() => noServers)]);
  // What is applied from now on is seen as applied, and not as found at the start.
  if (!config['leader-elect']) await Promise.race([leading.promise, ended]);
  return {
    logs,
    ...servers,
    async stop() {
      stop.abort(new Error('the test is over'));
      await ended;
    },
  };
}

const ownSources = join(import.meta.dirname, '..', '..');

/**
 * The real thing: `mooring run`. With overrides it is the same composition root under another entry point.
 * `sources`: the root of a checkout.
 */
export async function spawnOperator(
  argv: readonly string[],
  environment: NodeJS.ProcessEnv,
  overrides?: Overrides,
  sources = ownSources,
): Promise<OperatorProcess> {
  const entry = overrides
    ? [join(sources, 'test', 'support', 'operator-process.ts'), JSON.stringify(overrides)]
    : [join(sources, 'src', 'main.ts'), 'run'];
  const child = spawn(process.execPath, [...entry, ...argv], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit').then(() => child.exitCode);
  const logs: string[] = [];
  const servers = await Promise.race([
    readUntilStarted(child, logs),
    exited.then((code) => Promise.reject(new Error(`mooring ended with ${code}:\n${logs.join('\n')}`))),
  ]);
  return {
    logs,
    ...servers,
    pid: child.pid ?? 0,
    exited,
    kill: (signal) => void child.kill(signal),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function readUntilStarted(child: ChildProcess, logs: string[]): Promise<typeof noServers> {
  const { promise, resolve, reject } = Promise.withResolvers<typeof noServers>();
  const late = () => reject(new Error(`mooring did not start:\n${logs.join('\n')}`));
  const timer = setTimeout(late, patience);
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (text: string) => {
      const lines = `${rest}${text}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        logs.push(line);
        const servers = serversIn(line);
        if (servers) resolve(servers);
      }
    });
  }
  return promise.finally(() => clearTimeout(timer));
}

/** The line that tells it has started tells where it listens, too. */
function serversIn(line: string): typeof noServers | undefined {
  if (!line.includes('"msg":"started"')) return undefined;
  const { health, metrics }: { health?: unknown; metrics?: unknown } = JSON.parse(line);
  return { health: urlOf(health), metrics: urlOf(metrics) };
}

const urlOf = (address: unknown): string => (typeof address === 'string' ? `http://${address}` : '');
