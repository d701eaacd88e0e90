/** A control plane and an AWS account of its own, without any other load, and what arrives at AWS. */
import { setTimeout as sleep } from 'node:timers/promises';
import { applyCrds } from '../../dev/control-plane/apply-crds.ts';
import { type ControlPlane, startControlPlane } from '../../dev/control-plane/control-plane.ts';
import { startMoto } from '../../dev/emulator/moto.ts';
import { createProcessGroup } from '../../dev/process.ts';
import { isWrite } from '../../dev/proxy/counts.ts';
import { startProxy } from '../../dev/proxy/proxy.ts';
import { bundleIn, type Operator, startOperator } from './operator.ts';

export interface Calls {
  readonly total: number;
  readonly write: number;
  readonly addressesAndRoles: number;
  readonly keys: number;
  /** Of the keys: each kind sweeps at times of its own. Each lists the aliases once. */
  readonly keySweeps: number;
}

export interface Bench extends AsyncDisposable {
  readonly controlPlane: ControlPlane;
  startOperator(resync: string): Promise<Operator>;
  /** Since the last time this was asked, with a line for each operation on the terminal. */
  calls(): Promise<Calls>;
  /** Until nothing has arrived at AWS for two seconds. */
  quiet(): Promise<void>;
  /** From the end of a sweep to the end of the `count`th after it; what came before is forgotten. */
  sweeps(count: number, everyMs: number): Promise<void>;
}

export async function bringUp(): Promise<Bench> {
  await using stack = new AsyncDisposableStack();
  // The children do not keep this process alive (process.ts).
  const keepAlive = setInterval(() => {}, 60_000);
  stack.defer(() => clearInterval(keepAlive));
  const [controlPlane, moto] = await Promise.all([
    startControlPlane().then((started) => stack.use(started)),
    startMoto().then((started) => stack.use(started)),
  ]);
  const proxy = await startProxy({ upstream: moto.url });
  stack.defer(() => proxy.stop());
  await applyCrds(controlPlane);
  const system = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mooring-system' } };
  await controlPlane.request({ method: 'POST', path: '/api/v1/namespaces', body: system });
  const group = stack.use(await createProcessGroup('bench'));
  const bundle = await bundleIn(group);
  const { control } = proxy;

  /** A sweep lists the addresses once. */
  const listed = async () => (await control.calls({ operation: 'DescribeAddresses' })).length;
  const until = async (count: number, everyMs: number) => {
    while ((await listed()) < count) await sleep(everyMs / 100);
    await quiet();
  };
  const quiet = async () => {
    for (let last = -1, now = 0; last !== now; ) {
      await sleep(2_000);
      last = now;
      now = (await control.calls()).length;
    }
  };

  const running = stack.move();
  return {
    controlPlane,
    quiet,
    startOperator: (resync) =>
      startOperator(
        { group, bundle, kubeconfig: controlPlane.adminKubeconfig.path, endpoint: proxy.url },
        resync,
      ),
    async calls() {
      const calls = await control.calls();
      const counts = Object.entries(await control.counts()).sort(([, a], [, b]) => b - a);
      for (const [call, count] of counts) console.log(`  ${String(count).padStart(6)}  ${call}`);
      await control.resetCounts();
      const of = (...services: string[]) => calls.filter(({ service }) => services.includes(service)).length;
      return {
        total: calls.length,
        write: calls.filter(({ operation }) => isWrite(operation)).length,
        addressesAndRoles: of('ec2', 'iam'),
        keys: of('kms', 'tagging'),
        keySweeps: calls.filter(({ operation }) => operation === 'ListAliases').length,
      };
    },
    async sweeps(count, everyMs) {
      await control.resetCounts();
      await until(1, everyMs);
      await control.resetCounts();
      await until(count, everyMs);
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
