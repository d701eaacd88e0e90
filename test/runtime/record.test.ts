import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../dev/control-plane/control-plane.ts';
import { createClient } from '../../src/runtime/kubernetes/client.ts';
import type { KubernetesTransport } from '../../src/runtime/kubernetes/kubernetes.ts';
import { createTransport } from '../../src/runtime/kubernetes/transport.ts';
import { ClusterNameRefused, verifyClusterName } from '../../src/runtime/manager/record.ts';
import { realClock } from '../support/real-clock.ts';
import { recordingLogger } from '../support/recording-logger.ts';

let controlPlane: ControlPlane;
let transport: KubernetesTransport;
const logger = recordingLogger();

beforeAll(async () => {
  controlPlane = await startControlPlane();
  const kubeconfig = controlPlane.adminKubeconfig.path;
  transport = createTransport({ kubeconfig, clock: realClock, logger, userAgent: 'mooring/test' });
}, 900_000);

afterAll(async () => {
  await transport?.close();
  await controlPlane?.stop();
}, 30_000);

it('keeps one name, whoever starts first, until it is told to rename', async () => {
  const client = createClient(transport);
  const start = (clusterName: string, renameFrom?: string) =>
    verifyClusterName({ client, namespace: 'default', clusterName, renameFrom, logger });

  const outcomes = await Promise.allSettled(['prod', 'test', 'prod', 'test'].map((name) => start(name)));
  const recorded = outcomes[0]?.status === 'fulfilled' ? 'prod' : 'test';
  const given = ['prod', 'test', 'prod', 'test'];
  expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(
    given.map((name) => name === recorded),
  );

  await expect(start('other')).rejects.toThrow(ClusterNameRefused);
  await start('other', recorded);
  await start('other');
  await expect(start(recorded)).rejects.toThrow('is recorded as "other"');
});
