/**
 * `npm test`: sets up what the suites need, runs every test, names those that needed a second attempt and those that
 * were skipped, with the reason, and ends with one line `N passed, N failed`.
 * Arguments are vitest's own filters: `npm test -- elastic-ip`.
 * `npm run test:containers` is the same with `--project containers`; `npm run test:oldest` runs what depends on the
 * API server against the oldest release that is supported.
 */
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';
import { awsCommand } from './toolchain/aws-cli.ts';
import { helmBinary } from './toolchain/helm.ts';
import { kubectlBinary } from './toolchain/kubectl.ts';
import { controllerManagerBinary, controlPlaneBinaries } from './toolchain/kubernetes.ts';
import { motoPython } from './toolchain/moto.ts';
import { say } from './toolchain/progress.ts';
import { prometheusBinary } from './toolchain/promtool.ts';
import { ToolError } from './toolchain/tool-error.ts';

const { values, positionals: filters } = parseArgs({
  options: {
    project: { type: 'string', multiple: true, default: ['pure', 'suites'] },
    kubernetes: { type: 'string' },
  },
  allowPositionals: true,
});

if (values.kubernetes) process.env.MOORING_KUBERNETES = values.kubernetes;

try {
  // Before the runner, so that the minutes this takes at its first use are not a test's.
  await controlPlaneBinaries();
  await controllerManagerBinary();
  await kubectlBinary();
  await helmBinary();
  await motoPython();
  await awsCommand();
  await prometheusBinary();
  const vitest = await startVitest('test', filters, {
    watch: false,
    reporters: ['default'],
    project: values.project,
  });
  const tests = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()]);
  const count = (state: string) => tests.filter((test) => test.result().state === state).length;
  const broken = vitest.state.getTestModules().filter((module) => module.errors().length > 0).length;
  await vitest.close();
  for (const test of tests) {
    const result = test.result();
    if (result.state === 'skipped')
      console.log(`skipped: ${test.fullName}${result.note ? `, because ${result.note}` : ''}`);
  }
  const unsteady = tests.filter((test) => test.diagnostic()?.flaky);
  for (const test of unsteady)
    say(`passed at its second attempt only: ${test.module.relativeModuleId} > ${test.fullName}`);
  const skipped = count('skipped');
  const failed = count('failed') + broken + vitest.state.getUnhandledErrors().length;
  if (count('passed') === 0 || failed > 0) process.exitCode = 1;
  console.log(`${count('passed')} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
} catch (error) {
  if (!(error instanceof ToolError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
