import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { type ControlPlane, startControlPlane } from '../../dev/control-plane/control-plane.ts';
import { createClient, type KubernetesClient } from '../../src/runtime/kubernetes/client.ts';
import {
  isAlreadyExists,
  isConflict,
  isNotFound,
  type KubernetesTransport,
} from '../../src/runtime/kubernetes/kubernetes.ts';
import { createTransport } from '../../src/runtime/kubernetes/transport.ts';
import { type ConfigMap, configMapPath, connectTo, fill } from '../support/config-maps.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

let controlPlane: ControlPlane;
let transport: KubernetesTransport;
let client: KubernetesClient;
const path = configMapPath('verbs', 'c0');

beforeAll(async () => {
  controlPlane = await startControlPlane();
  transport = connectTo(controlPlane.adminKubeconfig.path);
  client = createClient(transport);
  await fill(client, 'verbs', 5);
}, 900_000);

afterAll(async () => {
  await transport?.close();
  await controlPlane?.stop();
}, 60_000);

const failureOf = (action: Promise<unknown>) =>
  action.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('the verbs', () => {
  it('get, list in pages, patch, update and apply', async () => {
    const first = await client.list<ConfigMap>(configMapPath('verbs'), {
      limit: 3,
      labelSelector: 'suite=verbs',
    });
    const second = await client.list<ConfigMap>(configMapPath('verbs'), {
      limit: 3,
      labelSelector: 'suite=verbs',
      continue: first.continue,
    });
    expect([...first.items, ...second.items].map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(
      ['c0', 'c1', 'c2', 'c3', 'c4'].map((name) => `ConfigMap ${name}`),
    );
    expect(second.continue).toBeUndefined();

    const patched = await client.mergePatch<ConfigMap>(path, { data: { n: null, a: 'patched' } });
    expect(patched.data).toEqual({ a: 'patched' });
    expect((await client.update<ConfigMap>(path, { ...patched, data: { a: 'updated' } })).data).toEqual({
      a: 'updated',
    });
    const body = { apiVersion: 'v1', kind: 'ConfigMap', data: { b: 'applied' } };
    await client.apply(path, body, { fieldManager: 'suite' });
    await client.jsonPatch(path, [{ op: 'add', path: '/data/c', value: 'added' }]);
    expect((await client.get<ConfigMap>(path)).data).toEqual({ a: 'updated', b: 'applied', c: 'added' });
  });

  it('patch the status subresource', async () => {
    const patched = await client.statusPatch<{ status: unknown }>('/api/v1/namespaces/verbs', {
      status: { conditions: [{ type: 'Suite', status: 'True', reason: 'Test', message: '' }] },
    });
    expect(patched.status).toMatchObject({ conditions: [{ type: 'Suite' }] });
  });

  it('tell each failure by its name', async () => {
    const stale = await client.get<ConfigMap>(path);
    await client.mergePatch(path, { data: { a: 'newer' } });
    expect(isConflict(await failureOf(client.update(path, stale)))).toBe(true);
    const { resourceVersion } = stale.metadata;
    expect(isConflict(await failureOf(client.mergePatch(path, { metadata: { resourceVersion } })))).toBe(
      true,
    );
    expect(isConflict(await failureOf(client.remove(path, { preconditions: { uid: 'another' } })))).toBe(
      true,
    );
    const again = { metadata: { name: 'c1' } };
    expect(isAlreadyExists(await failureOf(client.create(configMapPath('verbs'), again)))).toBe(true);
    expect(isNotFound(await failureOf(client.get(configMapPath('verbs', 'none'))))).toBe(true);
    const owned = { apiVersion: 'v1', kind: 'ConfigMap', data: { b: 'mine' } };
    expect(await failureOf(client.apply(path, owned, { fieldManager: 'other' }))).toMatchObject({
      status: 409,
      details: { causes: [{ reason: 'FieldManagerConflict', field: '.data.b' }] },
    });
    expect((await client.apply<ConfigMap>(path, owned, { fieldManager: 'other', force: true })).data?.b).toBe(
      'mine',
    );
    const invalid = await failureOf(
      client.create(configMapPath('verbs'), { metadata: { name: 'Not_A_Name' } }),
    );
    expect(invalid).toMatchObject({
      status: 422,
      reason: 'Invalid',
      details: { causes: [{ field: 'metadata.name' }] },
    });
  });

  it('remove, and validate only with dryRun', async () => {
    const gone = configMapPath('verbs', 'c4');
    const { metadata } = await client.get<ConfigMap>(gone);
    await client.mergePatch(gone, { data: { dry: 'run' } }, { dryRun: true });
    expect((await client.get<ConfigMap>(gone)).data).toEqual({ n: '4' });
    await client.remove(gone, { preconditions: { uid: metadata.uid } });
    expect(isNotFound(await failureOf(client.get(gone)))).toBe(true);
  });
});

it('a watch yields events, ends in its time, and throws what it is refused with', async () => {
  const events: unknown[] = [];
  const { metadata } = await client.get<ConfigMap>(path);
  const watch = async (labelSelector: string) => {
    const query = { resourceVersion: metadata.resourceVersion, labelSelector, timeoutSeconds: 1 };
    const request = { path: configMapPath('verbs'), query, signal: AbortSignal.timeout(10_000) };
    for await (const event of transport.watch(request)) events.push(event);
  };
  const watching = watch('suite=verbs');
  await client.mergePatch(path, { data: { told: 'yes' } });
  await watching;
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'MODIFIED', object: expect.objectContaining({ kind: 'ConfigMap' }) }),
  );
  expect(await failureOf(watch('no selector'))).toMatchObject({ status: 400, reason: 'BadRequest' });
});

describe('connections', () => {
  it('are at most 32 for 200 requests at once, and used again by the next 200', async () => {
    let opened = 0;
    const count = () => {
      opened += 1;
    };
    subscribe('undici:client:connected', count);
    const own = connectTo(controlPlane.adminKubeconfig.path);
    const burst = () => Promise.all(Array.from({ length: 200 }, () => own.request({ method: 'GET', path })));
    const replies = await burst();
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    expect(opened).toBeGreaterThan(0);
    expect(opened).toBeLessThanOrEqual(32);
    const before = opened;
    await burst();
    expect(opened).toBe(before);
    unsubscribe('undici:client:connected', count);
    await own.close();
  });

  it('are made anew when the CA file changes', async () => {
    const ca = join(controlPlane.directory, 'rotating-ca.crt');
    const kubeconfig = join(controlPlane.directory, 'rotating-kubeconfig');
    const config: { clusters: { cluster: Record<string, unknown> }[] } = parse(
      controlPlane.adminKubeconfig.text,
    );
    for (const { cluster } of config.clusters) {
      delete cluster['certificate-authority-data'];
      cluster['certificate-authority'] = 'rotating-ca.crt';
    }
    await writeFile(kubeconfig, stringify(config));
    await writeFile(ca, controlPlane.ca);
    const clock = new VirtualClock();
    const rotating = createTransport({
      kubeconfig,
      clock,
      logger: recordingLogger(),
      userAgent: 'mooring/test',
    });
    const get = () => rotating.request({ method: 'GET', path });
    expect((await get()).status).toBe(200);

    await writeFile(ca, anotherCa);
    await clock.advance(60_000);
    expect(await failureOf(get())).toMatchObject({ status: 0, reason: 'NotSent' });
    await writeFile(ca, controlPlane.ca);
    await clock.advance(60_000);
    expect((await get()).status).toBe(200);
    await rotating.close();
  });
});

/** Of nobody: a certificate that signed nothing here. */
const anotherCa = `-----BEGIN CERTIFICATE-----
MIIBgjCCASegAwIBAgIUEIyJaWEofXl/sibAJYYKZG+3y+AwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKYW5vdGhlci1jYTAgFw0yNjExMjIxNTQ5MzdaGA8yMTI2MTAy
OTE1NDkzN1owFTETMBEGA1UEAwwKYW5vdGhlci1jYTBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABIO9NNJYCAdCKCGMA9CTnVy10yS9oYX2vYNWHIoDqQEupj4xObrC
WXbPgjtqgIyMv2qJ0lDyufj9YAADfcoBFG2jUzBRMB0GA1UdDgQWBBRpZeONxVOA
LcFE4E23ozPDbNFF1jAfBgNVHSMEGDAWgBRpZeONxVOALcFE4E23ozPDbNFF1jAP
BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQDxu4BgV2Qb2KxN4+rd
86f0Egu3ET10jFgOVqAEMoSq8AIhAMGI7/imDwmu+W8M0fHKRBWlMm3VWJ491usQ
XQW2ErOQ
-----END CERTIFICATE-----
`;
