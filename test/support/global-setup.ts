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
  const [controlPlane, moto] = await Promise.all([startControlPlane(), startMoto()]);
  const proxy = await startProxy({ upstream: moto.url });
  await applyCrds(controlPlane);
  project.provide('cluster', clusterOf(controlPlane));
  project.provide('awsUrl', proxy.url);
  return async () => {
    await proxy.stop();
    await Promise.all([moto.stop(), controlPlane.stop()]);
  };
}
