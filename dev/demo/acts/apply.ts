import { expectEqual } from '../check.ts';
import { checked, command, heading, output, tell } from '../screen.ts';
import type { Stage } from '../stage.ts';

/** The manifests are stored by the API server; nothing happens in AWS yet. */
export async function applyManifests({ cluster, account, examples }: Stage): Promise<void> {
  await heading('1. Apply three manifests');
  tell(
    'Each is an ElasticIP, a public address that is to exist in AWS: "partner" for itself alone, "bastion" on a ' +
      'certain instance, "web" on any healthy instance with the tag app=web.',
  );
  await command(`kubectl apply ${filesOf(examples)}`);
  for (const example of examples) {
    await cluster.apply(example);
    output(`elasticip.mooring.dev/${example.manifest.metadata.name} created`);
  }
  await command('kubectl get mooring -A');
  output(await cluster.table());
  expectEqual('the number of objects', (await cluster.elasticIPs()).length, examples.length);
  expectEqual("AWS's addresses before the operator runs", await account.addresses(), []);
  await checked('Kubernetes has the three objects. AWS has no address: Mooring does not run yet.');
}

export const filesOf = (examples: Stage['examples']): string =>
  examples.map(({ file }) => `-f ${file}`).join(' ');
