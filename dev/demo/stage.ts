/** Everything the demo plays on, brought up in the order in which it stops again. */
import { applyCrds } from '../control-plane/apply-crds.ts';
import { startControlPlane } from '../control-plane/control-plane.ts';
import { startMoto } from '../emulator/moto.ts';
import { createProcessGroup, type ProcessGroup } from '../process.ts';
import type { ProxyControl } from '../proxy/control.ts';
import { startProxy } from '../proxy/proxy.ts';
import { say } from '../toolchain/progress.ts';
import { type Account, connectAccount } from './account.ts';
import { type Cluster, connectCluster } from './cluster.ts';
import { type Example, type Manifest, readExample } from './examples.ts';
import { connectImages, type MachineImages } from './images.ts';
import { connectKeys, type Keys } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { createLedger } from './ledger.ts';
import { type Operator, startOperator } from './operator.ts';
import { connectRoles, type Roles } from './roles.ts';

export interface Stage {
  readonly cluster: Cluster;
  readonly account: Account;
  readonly roles: Roles;
  readonly keys: Keys;
  readonly images: MachineImages;
  /** What really arrived at AWS. */
  readonly proxy: ProxyControl;
  readonly ledger: Ledger;
  /** Name → id. */
  readonly instances: ReadonlyMap<string, string>;
  readonly examples: readonly Example[];
  /** All of the examples'. */
  readonly manifests: readonly Manifest[];
  readonly kubeconfig: string;
  readonly endpoint: string;
  startOperator(): Promise<Operator>;
  /** Resolves with what happened when something has ended that nobody stopped; else never. */
  readonly died: Promise<string>;
}

export async function bringUp(stack: AsyncDisposableStack): Promise<Stage> {
  say('starting a Kubernetes API server and an AWS emulator');
  const [kubernetes, aws] = await Promise.all([bringUpKubernetes(stack), bringUpAws(stack)]);
  const { controlPlane, cluster } = kubernetes;
  const { moto, proxy, account, roles, keys, images } = aws;
  say('starting three instances in the emulator');
  const instances = await runInstances(account);
  const group: ProcessGroup = stack.use(await createProcessGroup('demo'));
  const ledger = createLedger(cluster, proxy.control);
  const kubeconfig = controlPlane.adminKubeconfig.path;
  const examples = [
    await readExample('address.yaml'),
    await readExample('instance.yaml', { 'i-0123456789abcdef0': instances.get('bastion-1') ?? '' }),
    await readExample('failover.yaml'),
    await readExample('role-instance-profile.yaml'),
    await readExample('key-for-role.yaml'),
  ];
  return {
    cluster,
    account,
    roles,
    keys,
    images,
    proxy: proxy.control,
    ledger,
    instances,
    examples,
    manifests: examples.flatMap(({ manifests }) => manifests),
    kubeconfig,
    endpoint: proxy.url,
    startOperator: () => startOperator(group, { kubeconfig, endpoint: proxy.url }),
    died: Promise.race([controlPlane.died, moto.died, group.died]),
  };
}

async function bringUpKubernetes(stack: AsyncDisposableStack) {
  const controlPlane = stack.use(await startControlPlane());
  const cluster = stack.use(connectCluster(controlPlane));
  await applyCrds(controlPlane);
  // Where the operator records the cluster's name; an installation has it from its manifests.
  await cluster.createNamespace('mooring-system');
  return { controlPlane, cluster };
}

async function bringUpAws(stack: AsyncDisposableStack) {
  const moto = stack.use(await startMoto());
  const proxy = await startProxy({ upstream: moto.url });
  stack.defer(() => proxy.stop());
  return {
    moto,
    proxy,
    account: stack.use(connectAccount(proxy.url)),
    roles: stack.use(connectRoles(proxy.url)),
    keys: stack.use(connectKeys(proxy.url)),
    images: stack.use(connectImages(proxy.url)),
  };
}

async function runInstances(account: Account): Promise<ReadonlyMap<string, string>> {
  const instances = new Map<string, string>();
  for (const [name, app] of [
    ['bastion-1', 'bastion'],
    ['web-1', 'web'],
    ['web-2', 'web'],
  ] as const) {
    instances.set(name, await account.runInstance(name, app));
  }
  return instances;
}
