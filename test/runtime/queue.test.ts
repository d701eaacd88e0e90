import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../dev/control-plane/control-plane.ts';
import { keyOf } from '../../src/core/resource.ts';
import { createInformer } from '../../src/runtime/informer/informer.ts';
import { createClient, type KubernetesClient } from '../../src/runtime/kubernetes/client.ts';
import type { KubernetesTransport } from '../../src/runtime/kubernetes/kubernetes.ts';
import { createQueue } from '../../src/runtime/queue/queue.ts';
import { type ConfigMap, configMapPath, configMaps, connectTo, fill } from '../support/config-maps.ts';
import { realClock } from '../support/real-clock.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { seededRandom } from '../support/seeded-random.ts';

const OBJECTS = 200;
let controlPlane: ControlPlane;
let transport: KubernetesTransport;
let client: KubernetesClient;

beforeAll(async () => {
  controlPlane = await startControlPlane();
  transport = connectTo(controlPlane.adminKubeconfig.path);
  client = createClient(transport);
  await fill(client, 'queued', OBJECTS);
}, 900_000);

afterAll(async () => {
  await transport?.close();
  await controlPlane?.stop();
}, 60_000);

/** The smallest controller there is: it counts n up to 3, one write at a time. */
it('with an informer drives every object to its goal with no write too many', async () => {
  const ports = { clock: realClock, random: seededRandom(1), logger: recordingLogger() };
  const informer = createInformer<ConfigMap>({
    transport,
    resource: configMaps,
    namespaces: ['queued'],
    ...ports,
  });
  const queue = createQueue(ports);
  informer.onChange(({ key }) => queue.add(key));
  let writes = 0;
  let conflicts = 0;
  const running = queue.run(16, async (key) => {
    const seen = informer.get(key);
    const count = Number(seen?.data?.count ?? 0);
    if (!seen?.metadata.labels?.suite || count >= 3) return queue.forget(key);
    const { name, namespace = '', resourceVersion } = seen.metadata;
    const patch = { metadata: { resourceVersion }, data: { count: String(count + 1) } };
    writes += 1;
    const written = await client
      .mergePatch<ConfigMap>(configMapPath(namespace, name), patch)
      .catch((error) => {
        conflicts += 1;
        throw error;
      });
    informer.observeWrite(written);
    expect(informer.get(keyOf(written.metadata))?.data?.count).toBe(String(count + 1));
  });
  informer.start();
  const done = () => [...informer.list()].filter(({ data }) => data?.count === '3').length;
  await expect.poll(done, { timeout: 60_000 }).toBe(OBJECTS);
  expect({ writes, conflicts }).toEqual({ writes: 3 * OBJECTS, conflicts: 0 });
  await informer.stop();
  expect(await queue.stop({ drain: true, graceMs: 5_000 })).toBe(true);
  await running;
}, 120_000);
