import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../dev/control-plane/control-plane.ts';
import { createInformer, type Informer } from '../../src/runtime/informer/informer.ts';
import type { RestartReason } from '../../src/runtime/informer/reflector.ts';
import { createClient, type KubernetesClient } from '../../src/runtime/kubernetes/client.ts';
import type { KubernetesTransport } from '../../src/runtime/kubernetes/kubernetes.ts';
import { type ConfigMap, configMapPath, configMaps, connectTo, fill } from '../support/config-maps.ts';
import { realClock } from '../support/real-clock.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { seededRandom } from '../support/seeded-random.ts';

const OBJECTS = 2_000;
let controlPlane: ControlPlane;
let transport: KubernetesTransport;
let client: KubernetesClient;
let informer: Informer<ConfigMap>;
const restarts: RestartReason[] = [];
const pages: unknown[] = [];

beforeAll(async () => {
  controlPlane = await startControlPlane();
  transport = connectTo(controlPlane.adminKubeconfig.path);
  client = createClient(transport);
  await fill(client, 'many', OBJECTS);
  informer = createInformer<ConfigMap>({
    transport: {
      ...transport,
      request: (request) => {
        pages.push(request.query);
        return transport.request(request);
      },
    },
    resource: configMaps,
    labelSelector: 'suite=many',
    clock: realClock,
    random: seededRandom(1),
    logger: recordingLogger(),
    onRestart: (reason) => restarts.push(reason),
  });
  informer.start();
}, 900_000);

afterAll(async () => {
  await informer?.stop();
  await transport?.close();
  await controlPlane?.stop();
}, 60_000);

const dataOf = (name: string) => informer.get(`many/${name}`)?.data;
const eventually = { timeout: 45_000, interval: 20 };

it('syncs 2,000 objects in pages of 500, trimmed', async () => {
  await informer.whenSynced(AbortSignal.timeout(20_000));
  expect(informer.size).toBe(OBJECTS);
  expect(pages).toHaveLength(4);
  expect(informer.get('many/c7')).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data: { n: '7' } });
  expect(informer.get('many/c7')?.metadata).not.toHaveProperty('managedFields');
});

it('follows changes: added, modified, deleted, and out of the selector', async () => {
  await client.create(configMapPath('many'), { metadata: { name: 'new', labels: { suite: 'many' } } });
  await client.mergePatch(configMapPath('many', 'c1'), { data: { n: 'changed' } });
  await client.remove(configMapPath('many', 'c2'));
  await client.mergePatch(configMapPath('many', 'c3'), { metadata: { labels: { suite: null } } });
  await expect
    .poll(() => [dataOf('c1'), dataOf('c2'), dataOf('c3')], eventually)
    .toEqual([{ n: 'changed' }, undefined, undefined]);
  expect(informer.get('many/new')).toBeDefined();
  expect(informer.size).toBe(OBJECTS - 1);
});

it('has what our own write returned before the watch tells it', async () => {
  for (let round = 0; round < 20; round++) {
    const written = await client.mergePatch<ConfigMap>(configMapPath('many', 'c5'), {
      data: { n: `own ${round}` },
    });
    informer.observeWrite(written);
    expect(dataOf('c5')).toEqual({ n: `own ${round}` });
  }
});

it('is in sync after the API server was away under load', async () => {
  const writing = Promise.allSettled(
    Array.from({ length: 300 }, (_, n) =>
      client.mergePatch(configMapPath('many', `c${n + 100}`), { data: { n: 'under load' } }),
    ),
  );
  await controlPlane.stopApiServer();
  await writing;
  await controlPlane.startApiServer();
  await client.remove(configMapPath('many', 'c10'));
  await client.mergePatch(configMapPath('many', 'c11'), { data: { n: 'after' } });
  await expect.poll(() => [dataOf('c10'), dataOf('c11')], eventually).toEqual([undefined, { n: 'after' }]);

  const truth = await client.list<ConfigMap>(configMapPath('many'), { labelSelector: 'suite=many' });
  const versions = (objects: Iterable<ConfigMap>) =>
    [...objects].map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`).toSorted();
  await expect.poll(() => versions(informer.list()), eventually).toEqual(versions(truth.items));
  expect(restarts.length).toBeGreaterThan(0);
  // It resumed from where it was: the server still had the history.
  expect(pages).toHaveLength(4);
}, 120_000);
