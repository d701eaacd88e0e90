/**
 * `npm run demo`: Mooring at work on a real Kubernetes API server and an emulated AWS account, each step checked
 * against both. Exits 0 if all was as shown, 1 with what was not, 130 on Ctrl-C; cleans up in each case.
 * `npm run demo -- --keep` leaves all running instead of deleting it, until Ctrl-C.
 */
import { parseArgs } from 'node:util';
import { applyManifests } from './demo/acts/apply.ts';
import { deleteManifests } from './demo/acts/delete.ts';
import { failOver } from './demo/acts/fail-over.ts';
import { keepRunning } from './demo/acts/keep.ts';
import { repairDrift } from './demo/acts/repair.ts';
import { fireSchedule } from './demo/acts/schedule.ts';
import { startMooring } from './demo/acts/start.ts';
import { Mismatch } from './demo/check.ts';
import type { Operator } from './demo/operator.ts';
import { failed, heading, output, tell, title } from './demo/screen.ts';
import { bringUp, type Stage } from './demo/stage.ts';
import { aligned } from './demo/table.ts';
import { say } from './toolchain/progress.ts';
import { ToolError } from './toolchain/tool-error.ts';

/** A tick that comes by then is waited for: all of it stays under a minute. */
const tickByMs = 40_000;

async function play(stage: Stage, keep: boolean): Promise<void> {
  const began = performance.now();
  title('Mooring, between a real Kubernetes API server and an emulated AWS account');
  tell('In AWS there are three instances, and no public address, role, key or image:');
  output(aligned([...stage.instances].map(([name, id]) => [id, name])));
  await applyManifests(stage);
  const operator = await startMooring(stage);
  try {
    await repairDrift(stage, operator);
    await failOver(stage, operator);
    await fireSchedule(stage, operator, tickByMs - (performance.now() - began));
    if (keep) return await keepRunning(stage, operator);
    await deleteManifests(stage, operator);
    await end(stage, operator, began);
  } catch (error) {
    output(await complaints(operator));
    throw error;
  }
}

async function end({ ledger }: Stage, operator: Operator, began: number): Promise<void> {
  const { writes, reads } = await ledger.totals();
  await operator.stop();
  await heading('All of it was so');
  tell(
    `Every step was checked against AWS and the API server, in ${Math.round((performance.now() - began) / 1_000)} s.`,
  );
  tell(
    `Mooring made ${writes} calls that change AWS, all of them above, and ${reads} that look: at everything every ` +
      '10 s, and at the health of the web instances every second.',
  );
  tell('`npm run demo -- --keep` leaves it running, for you to play with.');
}

const complaints = async (operator: Operator): Promise<string> => {
  const lines = await operator.complaints();
  return lines === '' ? '' : `\nThe operator's last warnings:\n${lines}`;
};

const stack = new AsyncDisposableStack();
// The children do not keep this process alive (process.ts).
const keepAlive = setInterval(() => {}, 60_000);
stack.defer(() => clearInterval(keepAlive));
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // A second one does not wait: the watchdogs clean up after any exit.
    if (interrupted) process.exit(130);
    interrupted = true;
    say('stopping');
    void stack.disposeAsync().finally(() => process.exit(130));
  });
}

try {
  const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
  const stage = await bringUp(stack);
  const died = stage.died.then((how) => Promise.reject(new Mismatch(how)));
  await Promise.race([play(stage, values.keep), died]);
} catch (error) {
  if (!interrupted) {
    process.exitCode = 1;
    if (error instanceof ToolError) say(error.message);
    else
      failed(
        error instanceof Mismatch ? error.message : String(error instanceof Error ? error.stack : error),
      );
  }
}
if (!interrupted) await stack.disposeAsync();
