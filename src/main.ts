#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { describeOptions, type Options, readOptions } from './cli/config.ts';
import { createHost, systemClock } from './cli/host.ts';
import { importResources } from './cli/import.ts';
import { importOptions } from './cli/import-options.ts';
import { asLines, asYaml, exitCodeOf as exitCodeOfImport } from './cli/import-output.ts';
import { plan, planOptions } from './cli/plan.ts';
import { asJson, asText, exitCodeOf } from './cli/plan-output.ts';
import { policy, policyOptions } from './cli/policy.ts';
import { run } from './cli/run.ts';
import { runOptions } from './cli/run-options.ts';
import { UsageError } from './cli/usage-error.ts';
import { AwsError, messageOf } from './core/errors.ts';
import { KubernetesError } from './runtime/kubernetes/kubernetes.ts';
import { createLogger } from './runtime/log.ts';
import { ClusterNameRefused } from './runtime/manager/record.ts';

interface Command {
  readonly summary: string;
  readonly options: Options;
  /** What it takes beside options, as its first line of help has it. */
  readonly takes?: string;
  /** The exit code. */
  execute(argv: readonly string[]): Promise<number>;
}

const commands: Readonly<Record<string, Command>> = {
  run: {
    summary: 'Keeps an AWS account as the mooring.dev objects of a Kubernetes cluster declare it.',
    options: runOptions,
    async execute(argv) {
      const config = readOptions(runOptions, argv, process.env);
      const logger = createLogger({
        level: config['log-level'],
        format: config['log-format'],
        clock: systemClock,
        colour: process.stdout.isTTY,
      });
      await run(config, createHost(process.env, logger), stopOnSignal());
      return 0;
    },
  },
  plan: {
    summary: `Prints what \`run\` would do next for each object, and does nothing.
Exit code: 0 all is as declared, 1 something could not be judged, 2 wrong usage, 3 something differs.`,
    options: planOptions,
    async execute(argv) {
      const config = readOptions(planOptions, argv, process.env);
      const host = createHost(process.env, quietLogger());
      const note = (text: string) => void process.stderr.write(`mooring: ${text}\n`);
      const planned = await plan(config, host, readManifests, note);
      process.stdout.write(config.output === 'json' ? asJson(planned) : asText(planned));
      return exitCodeOf(planned);
    },
  },
  import: {
    summary: `Prints manifests that adopt what an AWS account has already, and change nothing of it; AWS is only read.
What is left out, and what a manifest cannot say, is told on standard error, with the reason.
Exit code: 0 done, 1 something could not be read, or was asked for by name and is not there, 2 wrong usage.`,
    options: importOptions,
    takes: '[<id or name>…]',
    async execute(argv) {
      const config = readOptions(importOptions, argv, process.env);
      const imported = await importResources(config, createHost(process.env, quietLogger()));
      process.stdout.write(asYaml(imported));
      process.stderr.write(`${asLines(imported).join('\n')}\n`);
      return exitCodeOfImport(imported);
    },
  },
  policy: {
    summary: "Prints the IAM policy of least privilege for the operator's credentials.",
    options: policyOptions,
    async execute(argv) {
      process.stdout.write(`${policy(readOptions(policyOptions, argv, process.env))}\n`);
      return 0;
    },
  },
};

const usageOf = (name: string, { summary, options, takes }: Command): string =>
  `mooring ${name} [options]${takes === undefined ? '' : ` ${takes}`}\n\n${summary}\n\n${describeOptions(options)}\n`;

const usage = (): string =>
  [
    ...Object.entries(commands).map(([name, command]) => usageOf(name, command)),
    'Every option is also read from the environment variable in brackets.\n',
  ].join('\n');

/** The exit code: 0 done, 1 failed, 2 asked for wrongly; further ones are the command's own. */
async function main([name = '', ...argv]: readonly string[]): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (name === '--help' || name === 'help' || argv.includes('--help')) {
    process.stdout.write(command ? usageOf(name, command) : usage());
    return 0;
  }
  if (!command) {
    const known = Object.keys(commands).join(', ');
    throw new UsageError(`unknown command ${JSON.stringify(name)}: must be one of ${known}; see --help`);
  }
  return await command.execute(argv);
}

/** For commands that print: what has to be known beside. */
function quietLogger() {
  const destination = { write: (line: string) => void process.stderr.write(line) };
  return createLogger({ level: 'warn', format: 'pretty', clock: systemClock, destination });
}

/** Throws UsageError where it cannot be read. `-` is standard input. */
function readManifests(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UsageError(`--filename ${JSON.stringify(file)}: ${messageOf(error)}`);
  }
}

/** The first SIGTERM or SIGINT drains; a second one is left to Node, which exits. */
function stopOnSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => controller.abort(new Error(signal)));
  }
  return controller.signal;
}

const isTold = (error: unknown): boolean =>
  [UsageError, ClusterNameRefused, KubernetesError, AwsError].some((told) => error instanceof told);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const text = isTold(error) || !(error instanceof Error) ? messageOf(error) : error.stack;
  process.stderr.write(`mooring: ${text}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
