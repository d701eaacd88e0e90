import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../dev/control-plane/control-plane.ts';
import { createRecorder } from '../../src/runtime/events/events.ts';
import { createClient, type KubernetesClient } from '../../src/runtime/kubernetes/client.ts';
import type { KubernetesTransport } from '../../src/runtime/kubernetes/kubernetes.ts';
import { createTransport } from '../../src/runtime/kubernetes/transport.ts';
import { realClock } from '../support/real-clock.ts';
import { recordingLogger } from '../support/recording-logger.ts';

let controlPlane: ControlPlane;
let transport: KubernetesTransport;
let client: KubernetesClient;
const logger = recordingLogger();

beforeAll(async () => {
  controlPlane = await startControlPlane();
  transport = createTransport({
    kubeconfig: controlPlane.adminKubeconfig.path,
    clock: realClock,
    logger,
    userAgent: 'mooring/test',
  });
  client = createClient(transport);
}, 900_000);

afterAll(async () => {
  await transport?.close();
  await controlPlane?.stop();
}, 30_000);

const object = (name: string, namespace?: string) => ({
  apiVersion: 'mooring.dev/v1alpha1',
  kind: namespace ? 'ElasticIP' : 'AWSAccount',
  metadata: { name, uid: `uid-of-${name}`, resourceVersion: '1', ...(namespace && { namespace }) },
});

const notice = (note: string) =>
  ({ type: 'Warning', reason: 'QuotaExceeded', action: 'AllocateAddress', note }) as const;

interface Event {
  readonly metadata: { readonly name: string };
  readonly note: string;
  readonly series?: { readonly count: number; readonly lastObservedTime: string };
}

const path = (namespace: string) => `/apis/events.k8s.io/v1/namespaces/${namespace}/events`;

async function eventsOf(name: string, namespace = 'default'): Promise<readonly Event[]> {
  const { items } = await client.list<Event>(path(namespace), {
    fieldSelector: `regarding.name=${name}`,
  });
  return items;
}

describe('events on the API server', () => {
  it('are one with a series, also when it has expired in between', async () => {
    const recorder = createRecorder({ client, clock: realClock, instance: 'mooring-0', logger });
    const web = object('web', 'default');
    recorder.record(web, notice('full'));
    await recorder.flush();
    expect(await eventsOf('web')).toMatchObject([{ note: 'full', type: 'Warning' }]);

    for (let i = 0; i < 4; i++) recorder.record(web, notice('full'));
    await recorder.flush();
    const [event] = await eventsOf('web');
    expect(event).toMatchObject({
      reportingController: 'mooring.dev/operator',
      reportingInstance: 'mooring-0',
      regarding: { kind: 'ElasticIP', name: 'web', namespace: 'default', uid: 'uid-of-web' },
      series: { count: 5, lastObservedTime: expect.stringMatching(/\.\d{6}Z$/) },
    });

    await client.remove(`${path('default')}/${event?.metadata.name}`);
    for (let i = 0; i < 2; i++) recorder.record(web, notice('full'));
    await recorder.flush();
    expect(await eventsOf('web')).toMatchObject([
      { metadata: { name: event?.metadata.name }, series: { count: 2 } },
    ]);
  });

  it('of a process whose first reply was lost is not doubled', async () => {
    const first = createRecorder({ client, clock: realClock, instance: 'mooring-0', logger });
    const second = createRecorder({ client, clock: realClock, instance: 'mooring-0', logger });
    for (const recorder of [first, second]) {
      recorder.record(object('api', 'default'), notice('full'));
      await recorder.flush();
    }
    expect(await eventsOf('api')).toHaveLength(1);
  });

  it('are accepted at the limits: the longest name and note, and a cluster-scoped object', async () => {
    const recorder = createRecorder({ client, clock: realClock, instance: 'i'.repeat(200), logger });
    const name = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`;
    recorder.record(object(name), notice('ü'.repeat(2_000)));
    await recorder.flush();
    const [event] = await eventsOf(name);
    expect(event?.note).toMatch(/^ü+…$/);
    expect(Buffer.byteLength(event?.note ?? '')).toBeGreaterThan(1_020);
  });

  it('that cannot be written fail nobody and are logged', async () => {
    const recorder = createRecorder({ client, clock: realClock, instance: 'mooring-0', logger });
    recorder.record(object('lost', 'no-such-namespace'), notice('full'));
    await recorder.flush();
    expect(logger.lines.at(-1)).toMatchObject({
      message: 'event not written',
      fields: { name: 'lost', error: expect.stringContaining('no-such-namespace') },
    });
  });
});
