import { eventually, expectEqual, Mismatch } from '../check.ts';
import { expectReady } from '../expect-ready.ts';
import type { Operator } from '../operator.ts';
import { calls, callsHeading, checked, command, heading, output } from '../screen.ts';
import type { Stage } from '../stage.ts';

/** The instance that has the address stops, and the address goes to the other one. */
export async function failOver(stage: Stage, operator: Operator): Promise<void> {
  await heading('4. An instance stops, and its address fails over');
  const before = (await expectReady(stage)).address('web').real;
  const [from, fromName] = instanceOf(stage, (id) => id === before.instanceId);
  const [to, toName] = instanceOf(stage, (id, name) => name.startsWith('web-') && id !== from);

  await command(`aws ec2 stop-instances --instance-ids ${from}`, `${fromName}, which has ${before.publicIp}`);
  const began = performance.now();
  await stage.account.stopInstance(from);
  const { object, real: address } = await eventually(20, async () => {
    const pair = (await expectReady(stage)).address('web');
    expectEqual(`the instance that has ${before.publicIp} in AWS`, pair.real.instanceId, to);
    return pair;
  });
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  expectEqual('the public IP of "web"', address.publicIp, before.publicIp);
  expectEqual('where the address came from and went to', pick(object.status?.lastFailover), { from, to });

  callsHeading('What Mooring did:');
  calls(await stage.ledger.page(operator));
  await command('kubectl get mooring -A');
  output(await stage.cluster.tables());
  await checked(
    `AWS has ${before.publicIp} on ${toName} now, ${seconds} s after ${fromName} was stopped: status.lastFailover says so too.`,
  );
}

const pick = (move: { from?: string | undefined; to: string } | undefined) =>
  move && { from: move.from, to: move.to };

function instanceOf({ instances }: Stage, wanted: (id: string, name: string) => boolean): [string, string] {
  const found = [...instances].find(([name, id]) => wanted(id, name));
  if (!found) throw new Mismatch('the address is on no instance of the demo');
  return [found[1], found[0]];
}
