/**
 * Child processes that never outlive their parent.
 *
 * Guarantees:
 * - When `stop()` has resolved, no process of the group runs and its directory is gone.
 * - The same holds shortly after the parent has ended in any other way: an exit, a signal, an exception, SIGKILL.
 *   A watchdog in a session of its own sees the pipe from the parent close, kills what was started, and removes the
 *   directory. So the parent needs no signal handlers for this, and none are installed.
 * - A child records its process id before it becomes its command, so none is unknown to the watchdog.
 * - A child that ends before it is ready rejects with the last lines of its log.
 * - Neither the children nor the watchdog keep the parent's event loop alive.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pidDirectory, startWatchdog } from './watchdog.ts';

export interface ChildSpec {
  /** Unique among the group's running children; names the log file. */
  name: string;
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  /** How it is stopped. SIGTERM is followed by SIGKILL after 5 s; SIGKILL is for what holds nothing worth saving. */
  stopSignal?: 'SIGTERM' | 'SIGKILL';
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Path of the file with its standard output and error. */
  readonly log: string;
  /** Resolves with a sentence such as "etcd exited with code 1" once it has ended; never rejects. */
  readonly exited: Promise<string>;
  /** Whether `stop()` was called. */
  readonly stopping: boolean;
  /** Polls until `probe` is true; its rejection counts as false. Rejects when the child ends, or after `timeoutMs`, with the log's last lines. */
  ready(probe: () => Promise<boolean>, timeoutMs: number): Promise<void>;
  /** Ends it and whatever it started. Resolves when it is gone; harmless when it already is. */
  stop(): Promise<void>;
}

export interface ProcessGroup extends AsyncDisposable {
  /** A private temporary directory, removed with the group. */
  readonly directory: string;
  start(spec: ChildSpec): Promise<Child>;
  /** Resolves with how and the log's last lines when a child has ended that nobody stopped; else never. */
  readonly died: Promise<string>;
  /** Stops all children, the last started first, and removes the directory. */
  stop(): Promise<void>;
}

const termGraceMs = 5_000;
const probeEveryMs = 50;
const logLines = 20;

const recordAndBecome = 'echo $$ > "$1.new" && mv "$1.new" "$1" && shift && exec "$@"';

export async function createProcessGroup(name: string): Promise<ProcessGroup> {
  const directory = await mkdtemp(join(tmpdir(), `mooring-${name}-`));
  await mkdir(pidDirectory(directory));
  const watchdog = startWatchdog(directory);
  const children: Child[] = [];
  const stopAll = async () => {
    for (const child of children.reverse()) await child.stop();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    await watchdog.end();
  };
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= stopAll();
    return stopping;
  };
  const { promise: died, resolve: reportDeath } = Promise.withResolvers<string>();
  return {
    directory,
    died,
    async start(spec) {
      if (stopping !== undefined) throw new Error(`${spec.name} cannot be started: the group is stopped`);
      const child = await startChild(spec, directory);
      children.push(child);
      void child.exited.then(async (how) => {
        if (!child.stopping) reportDeath(`${how}. Its last lines:\n${await tail(child.log)}`);
      });
      return child;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function startChild(spec: ChildSpec, directory: string): Promise<Child> {
  const log = join(directory, `${spec.name}.log`);
  const pidFile = join(pidDirectory(directory), spec.name);
  const output = openSync(log, 'a');
  const child = spawn('/bin/sh', ['-c', recordAndBecome, 'sh', pidFile, spec.command, ...spec.args], {
    detached: true,
    stdio: ['ignore', output, output],
    env: spec.env ?? process.env,
    cwd: directory,
  });
  closeSync(output);
  await once(child, 'spawn');
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${spec.name} was not started`);
  child.unref();
  const exited = ended(child, spec.name).then(async (how) => {
    await rm(pidFile, { force: true });
    return how;
  });
  let stopping = false;
  return {
    name: spec.name,
    pid,
    log,
    exited,
    get stopping() {
      return stopping;
    },
    ready: (probe, timeoutMs) => waitUntilReady({ name: spec.name, log, exited }, probe, timeoutMs),
    stop: () => {
      stopping = true;
      return stopChild(child, pid, exited, spec.stopSignal ?? 'SIGTERM');
    },
  };
}

async function ended(child: ChildProcess, name: string): Promise<string> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.signalCode === null
    ? `${name} exited with code ${child.exitCode}`
    : `${name} was ended by ${child.signalCode}`;
}

async function waitUntilReady(
  child: Pick<Child, 'name' | 'log' | 'exited'>,
  probe: () => Promise<boolean>,
  timeoutMs: number,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let end: string | undefined;
  void child.exited.then((how) => {
    end = how;
  });
  let lastError: unknown = 'the probe said no';
  const isReady = () =>
    probe().catch((error: unknown) => {
      lastError = error;
      return false;
    });
  while (!(await isReady())) {
    const late =
      performance.now() > deadline
        ? `${child.name} was not ready after ${timeoutMs / 1000} s (${lastError})`
        : undefined;
    const failure = end ?? late;
    if (failure !== undefined) throw new Error(`${failure}. Its last lines:\n${await tail(child.log)}`);
    await sleep(probeEveryMs);
  }
}

async function tail(log: string): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-logLines).join('\n') || '(it wrote nothing)';
}

async function stopChild(
  child: ChildProcess,
  pid: number,
  exited: Promise<string>,
  signal: 'SIGTERM' | 'SIGKILL',
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  // `unref` lets the parent exit while a child runs; while it waits for one to end, it must not.
  child.ref();
  killGroup(pid, signal);
  const timer = setTimeout(() => killGroup(pid, 'SIGKILL'), termGraceMs);
  await exited;
  clearTimeout(timer);
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
