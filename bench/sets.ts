/**
 * `npm run bench`: what it costs to make, check and find again sets of one address, one role (two managed policies, an
 * inline one) and one key (an alias, rotation on). The operator is the bundle that the image has, as a process of its
 * own; AWS is the emulator, which answers about 100 calls a second: so counts are exact, and times are no faster than
 * that. `npm run bench -- --sets 200`.
 */
import { parseArgs } from 'node:util';
import { aligned } from '../dev/demo/table.ts';
import { say } from '../dev/toolchain/progress.ts';
import { ToolError } from '../dev/toolchain/tool-error.ts';
import { type Bench, bringUp } from './sets/bench.ts';
import { applySets, waitReady } from './sets/manifests.ts';
import type { Usage } from './sets/operator.ts';

/** Longer than a run: the sweeps that are counted are those of an operator of their own. */
const never = '24h';
const sweepEvery = 15_000;
const sweeps = 3;

type Row = readonly [what: string, measured: string, bar: string];

async function measure(bench: Bench, sets: number): Promise<Row[]> {
  const maker = await bench.startOperator(never);
  const idle = await maker.usage();
  say(`applying ${sets} sets`);
  const began = performance.now();
  await applySets(bench.controlPlane, sets);
  await waitReady(bench.controlPlane, sets);
  const seconds = (performance.now() - began) / 1_000;
  const made = await maker.usage();
  const creation = await bench.calls();
  await maker.stop();

  say('starting it again');
  const checker = await bench.startOperator(`${sweepEvery / 1_000}s`);
  await bench.quiet();
  const again = await bench.calls();
  say(`counting ${sweeps} sweeps`);
  const before = await checker.usage();
  await bench.sweeps(sweeps, sweepEvery);
  const checked = await bench.calls();
  const after = await checker.usage();
  await checker.stop();

  const perSet = (count: number, of = 1) => (count / sets / of).toFixed(2);
  const writes = ({ write }: { write: number }) => String(write);
  return [
    ['AWS calls to make a set', perSet(creation.total), '≤ 9'],
    ['  of which writes', perSet(creation.write), '8'],
    ['seconds until all are Ready', seconds.toFixed(1), ''],
    ['CPU seconds for that', cpu(idle, made), ''],
    ['memory idle, MB', megabytes(idle), ''],
    ['memory with all Ready, MB', megabytes(made), ''],
    ['writes to AWS after a restart', writes(again), '0'],
    ['AWS calls a sweep for address and role, a set', perSet(checked.addressesAndRoles, sweeps), '≤ 0.05'],
    ['AWS calls a sweep for the key, a set', perSet(checked.keys, checked.keySweeps), '≤ 3'],
    ['writes to AWS in the sweeps', writes(checked), '0'],
    ['CPU seconds a sweep', (Number(cpu(before, after)) / sweeps).toFixed(2), ''],
  ];
}

const cpu = (before: Usage, after: Usage): string => (after.cpuSeconds - before.cpuSeconds).toFixed(1);
const megabytes = ({ residentBytes }: Usage): string => Math.round(residentBytes / 1_000_000).toString();

try {
  const { values } = parseArgs({ options: { sets: { type: 'string', default: '100' } } });
  const sets = Number(values.sets);
  if (!Number.isInteger(sets) || sets < 1)
    throw new ToolError(`--sets is ${values.sets}, which is no number of sets.`, [
      'write a whole number, such as 100.',
    ]);
  await using bench = await bringUp();
  const rows = await measure(bench, sets);
  console.log(`\n${aligned([['', `${sets} sets`, 'bar'], ...rows])}`);
} catch (error) {
  if (!(error instanceof ToolError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
