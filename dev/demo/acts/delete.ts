import { eventually, expectEqual } from '../check.ts';
import type { Operator } from '../operator.ts';
import { calls, callsHeading, checked, command, heading, output } from '../screen.ts';
import type { Stage } from '../stage.ts';
import { filesOf } from './apply.ts';

/** What was created goes with its objects, and nothing else does. */
export async function deleteManifests(stage: Stage, operator: Operator): Promise<void> {
  await heading('5. Delete the manifests');
  const before = await stage.account.instanceStates();
  await command(`kubectl delete ${filesOf(stage.examples)}`);
  for (const example of stage.examples) await stage.cluster.remove(example);
  await eventually(20, async () => {
    expectEqual(
      'the objects left',
      (await stage.cluster.elasticIPs()).map(({ metadata }) => metadata.name),
      [],
    );
  });
  for (const { manifest } of stage.examples) {
    output(`elasticip.mooring.dev "${manifest.metadata.name}" deleted`);
  }
  callsHeading('What Mooring did before it let the objects go:');
  calls(await stage.ledger.page(operator));
  expectEqual("AWS's addresses at the end", await stage.account.addresses(), []);
  expectEqual('the instances', await stage.account.instanceStates(), before);
  await checked('AWS has no address left, and the instances are as they were.');
}
