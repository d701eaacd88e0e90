import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../dev/control-plane/control-plane.ts';
import { createClient, type KubernetesClient } from '../../src/runtime/kubernetes/client.ts';
import type { KubernetesTransport } from '../../src/runtime/kubernetes/kubernetes.ts';
import { createTransport } from '../../src/runtime/kubernetes/transport.ts';
import { createLease } from '../../src/runtime/lease/lease.ts';
import { patience } from '../support/patience.ts';
import { realClock } from '../support/real-clock.ts';
import { recordingLogger } from '../support/recording-logger.ts';

let controlPlane: ControlPlane;
let transport: KubernetesTransport;
let client: KubernetesClient;

beforeAll(async () => {
  controlPlane = await startControlPlane();
  transport = createTransport({
    kubeconfig: controlPlane.adminKubeconfig.path,
    clock: realClock,
    logger: recordingLogger(),
    userAgent: 'mooring/test',
  });
  client = createClient(transport);
}, 900_000);

afterAll(async () => {
  await transport?.close();
  await controlPlane?.stop();
}, 30_000);

const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
let name = '';
let lastName = 0;

beforeEach(() => {
  name = `election-${++lastName}`;
});

/** Of shorter times than in production, in the same proportions. */
function stand(identity: string) {
  const stop = new AbortController();
  const times = { leaseDurationMs: 9_000, renewDeadlineMs: 6_000, retryPeriodMs: 600 };
  const logger = recordingLogger();
  const shared = { client, namespace: 'default', clock: realClock, random: Math.random, logger };
  const lease = createLease({ ...shared, ...times, name, identity });
  let terms = 0;
  const ended = lease.run(stop.signal, async (leading) => {
    terms += 1;
    const over = AbortSignal.any([leading, stop.signal]);
    if (!over.aborted) await new Promise((resolve) => over.addEventListener('abort', resolve));
  });
  const leave = async () => {
    stop.abort();
    await ended;
  };
  return { lease, leave, identity, terms: () => terms };
}

/** How soon is proven on a virtual clock, beside the source. */
const until = (condition: () => boolean) =>
  vi.waitFor(() => expect(condition()).toBe(true), { timeout: patience, interval: 20 });

const spec = async (): Promise<unknown> => {
  const { spec } = await client.get<{ spec: unknown }>(`${leases}/${name}`);
  return spec;
};

describe('an election on the API server', () => {
  it('has one winner, and each that leaves is followed by another', async () => {
    const standing = ['a', 'b', 'c'].map(stand);
    const order: string[] = [];
    for (let round = 0; round < 3; round++) {
      await until(() => standing.some(({ lease }) => lease.isLeader));
      expect(standing.filter(({ lease }) => lease.isLeader)).toHaveLength(1);
      const leader = standing.find(({ lease }) => lease.isLeader);
      order.push(leader?.identity ?? '');
      expect(await spec()).toMatchObject({
        holderIdentity: leader?.identity,
        leaseDurationSeconds: 9,
        leaseTransitions: round,
        renewTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}000Z$/),
      });
      await leader?.leave();
    }
    expect(new Set(order).size).toBe(3);
    // The API server leaves the empty holder out or keeps it; either names nobody.
    expect(await spec()).not.toMatchObject({ holderIdentity: expect.stringMatching(/./) });
  });

  it('is over at the deadline while the API server is away, and won again after', async () => {
    const { lease, leave, terms } = stand('a');
    await until(() => lease.isLeader);
    await controlPlane.stopApiServer();
    lease.assertLeading();
    await until(() => !lease.isLeader);
    expect(() => lease.assertLeading()).toThrow('no longer holds the lease');
    await controlPlane.startApiServer();
    await until(() => lease.isLeader);
    expect(terms()).toBe(2);
    expect(await spec()).toMatchObject({ holderIdentity: 'a', leaseTransitions: 0 });
    await leave();
  });

  it('survives that the Lease is deleted', async () => {
    const first = stand('a');
    await until(() => first.lease.isLeader);
    const second = stand('b');
    await vi.waitFor(async () => expect(await spec()).toMatchObject({ holderIdentity: 'a' }), {
      timeout: patience,
    });
    await new Promise((resolve) => setTimeout(resolve, 800));
    await client.remove(`${leases}/${name}`);
    await vi.waitFor(async () => expect(await spec()).toMatchObject({ holderIdentity: 'a' }), {
      timeout: patience,
    });
    expect([first.lease.isLeader, second.lease.isLeader, first.terms()]).toEqual([true, false, 1]);
    await Promise.all([first.leave(), second.leave()]);
  });
});
