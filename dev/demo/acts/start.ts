import { eventually } from '../check.ts';
import { expectReady } from '../expect-ready.ts';
import { type Operator, operatorCommand } from '../operator.ts';
import { calls, callsHeading, checked, command, heading, output, tell } from '../screen.ts';
import type { Stage } from '../stage.ts';

/** From nothing to all objects Ready, and every call on the way. */
export async function startMooring(stage: Stage): Promise<Operator> {
  await heading('2. Start Mooring');
  await command(operatorCommand);
  const began = performance.now();
  const operator = await stage.startOperator();
  await eventually(20, () => expectReady(stage));
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  tell(`All objects are Ready ${seconds} s after the process was started.`);
  await command('kubectl get mooring -A');
  output(await stage.cluster.table());
  callsHeading('What Mooring did in AWS, for which object, and why (kubectl get events tells the same):');
  calls(await stage.ledger.page(operator));
  await checked(
    'AWS has exactly these three addresses, each on the instance in the table; no call is left out.',
  );
  return operator;
}
