import { expectEqual } from '../check.ts';
import { resourceOf } from '../cluster.ts';
import type { Manifest } from '../examples.ts';
import { checked, command, heading, output, tell } from '../screen.ts';
import type { Stage } from '../stage.ts';

/** The manifests are stored by the API server; nothing happens in AWS yet. */
export async function applyManifests({ cluster, examples, manifests, ...stage }: Stage): Promise<void> {
  await heading('1. Apply manifests');
  tell(
    'Three public addresses: "partner" for itself alone, "bastion" on a certain instance, "web" on any healthy ' +
      'instance with the tag app=web. A role for EC2 instances, "web-server", with its instance profile. And a ' +
      'role and a key, "invoices" both: the key names the role as its user.',
  );
  await command(`kubectl apply ${filesOf(examples)}`);
  for (const manifest of manifests) {
    await cluster.apply(manifest);
    output(`${nameOf(manifest)} created`);
  }
  await command('kubectl get mooring -A');
  output(await cluster.tables());
  expectEqual('the number of objects', (await cluster.objects()).length, manifests.length);
  expectEqual("AWS's addresses before the operator runs", await stage.account.addresses(), []);
  expectEqual("AWS's roles before the operator runs", await stage.roles.list(), []);
  expectEqual("AWS's keys before the operator runs", await stage.keys.list(), []);
  expectEqual("AWS's images before the operator runs", await stage.images.list(), []);
  await checked('Kubernetes has the objects. AWS has none of it: Mooring does not run yet.');
}

export const filesOf = (examples: Stage['examples']): string =>
  examples.map(({ file }) => `-f ${file}`).join(' ');

/** As kubectl names an object: `elasticip.mooring.dev/web`. */
export const nameOf = ({ kind, metadata }: Manifest): string => `${resourceOf(kind)}/${metadata.name}`;
