#!/usr/bin/env node
import { describeOptions, readOptions } from './cli/config.ts';
import { createHost, systemClock } from './cli/host.ts';
import { policy, policyOptions } from './cli/policy.ts';
import { run } from './cli/run.ts';
import { runOptions } from './cli/run-options.ts';
import { UsageError } from './cli/usage-error.ts';
import { messageOf } from './core/errors.ts';
import { createLogger } from './runtime/log.ts';
import { ClusterNameRefused } from './runtime/manager/record.ts';

const usage = `mooring run [options]

Keeps an AWS account as the mooring.dev objects of a Kubernetes cluster declare it.
Every option is also read from the environment variable in brackets.

${describeOptions(runOptions)}

mooring policy [options]

Prints the IAM policy of least privilege for the operator's credentials.

${describeOptions(policyOptions)}
`;

const commands = ['run', 'policy'];

/** The exit code: 0 done, 1 failed, 2 asked for wrongly. */
async function main([command = '', ...argv]: readonly string[]): Promise<number> {
  if (command === '--help' || command === 'help' || argv.includes('--help')) {
    process.stdout.write(usage);
    return 0;
  }
  if (!commands.includes(command)) {
    const known = commands.join(', ');
    throw new UsageError(`unknown command ${JSON.stringify(command)}: must be one of ${known}; see --help`);
  }
  if (command === 'policy') {
    process.stdout.write(`${policy(readOptions(policyOptions, argv, process.env))}\n`);
    return 0;
  }
  const config = readOptions(runOptions, argv, process.env);
  const logger = createLogger({
    level: config['log-level'],
    format: config['log-format'],
    clock: systemClock,
    colour: process.stdout.isTTY,
  });
  await run(config, createHost(process.env, logger), stopOnSignal());
  return 0;
}

/** The first SIGTERM or SIGINT drains; a second one is left to Node, which exits. */
function stopOnSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => controller.abort(new Error(signal)));
  }
  return controller.signal;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const told = error instanceof UsageError || error instanceof ClusterNameRefused;
  process.stderr.write(
    `mooring: ${told ? messageOf(error) : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
