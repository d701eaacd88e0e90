/** One control plane, one emulator and one proxy for all suites of a run: each suite has its own corner of them. */
import type { TestProject } from 'vitest/node';
import { applyCrds } from '../../dev/control-plane/apply-crds.ts';
import { startControlPlane } from '../../dev/control-plane/control-plane.ts';
import { startMoto } from '../../dev/emulator/moto.ts';
import { startProxy } from '../../dev/proxy/proxy.ts';
import { type Cluster, clusterOf } from './cluster.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly cluster: Cluster;
    /** The proxy's: the AWS endpoint, with the control below it. */
    readonly awsUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using stack = new AsyncDisposableStack();
  const [controlPlane, moto] = await Promise.all([
    startControlPlane().then((started) => stack.use(started)),
    startMoto().then((started) => stack.use(started)),
  ]);
  const proxy = await startProxy({ upstream: moto.url });
  stack.defer(() => proxy.stop());
  await applyCrds(controlPlane);
  project.provide('cluster', clusterOf(controlPlane));
  project.provide('awsUrl', proxy.url);
  const running = stack.move();
  return () => running.disposeAsync();
}
