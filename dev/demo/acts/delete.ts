import { eventually, expectEqual } from '../check.ts';
import { resourceOf } from '../cluster.ts';
import { expectReady } from '../expect-ready.ts';
import { titleOf } from '../objects.ts';
import type { Operator } from '../operator.ts';
import { calls, callsHeading, checked, command, heading, output } from '../screen.ts';
import type { Stage } from '../stage.ts';
import { filesOf } from './apply.ts';

/** What was created goes with its objects, and nothing else does. */
export async function deleteManifests(stage: Stage, operator: Operator): Promise<void> {
  await heading('6. Delete the manifests');
  const instances = await stage.account.instanceStates();
  const { keyId } = (await expectReady(stage)).key('invoices').real;
  await command(`kubectl delete ${filesOf(stage.examples)}`);
  for (const manifest of stage.manifests) await stage.cluster.remove(manifest);
  await eventually(20, async () => {
    expectEqual('the objects left', (await stage.cluster.objects()).map(titleOf), []);
  });
  for (const { kind, metadata } of stage.manifests) {
    output(`${resourceOf(kind)} "${metadata.name}" deleted`);
  }
  callsHeading('What Mooring did before it let the objects go:');
  calls(await stage.ledger.page(operator));
  expectEqual("AWS's addresses at the end", await stage.account.addresses(), []);
  expectEqual("AWS's roles at the end", await stage.roles.list(), []);
  expectEqual("AWS's instance profiles at the end", await stage.roles.instanceProfiles(), {});
  const left = (await stage.keys.list()).map((key) => [key.keyId, key.state, ...key.aliases]);
  expectEqual("AWS's keys at the end", left, [[keyId, 'PendingDeletion']]);
  expectEqual('the instances', await stage.account.instanceStates(), instances);
  await checked(
    'AWS has no address and no role left, and the instances are as they were. The key is PendingDeletion, for 30 ' +
      'days: applied again before that, it would be the same key.',
  );
}
