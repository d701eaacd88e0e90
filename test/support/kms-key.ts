import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import type { z } from 'zod';
import type { Condition } from '../../src/core/conditions.ts';
import type { CommonStatus, Resource } from '../../src/core/resource.ts';
import type { KMSKeyStatus, kmsKeyDefinition } from '../../src/kinds/kms-key/spec.ts';
import { resourcePath } from '../../src/runtime/kubernetes/client.ts';
import { isNotFound } from '../../src/runtime/kubernetes/kubernetes.ts';
import { type KmsUser, kmsUser } from './kms-user.ts';
import { patience } from './patience.ts';
import { type OpenBed, onTestBed, type TestBed } from './test-bed.ts';

/** What a person writes: fields with a default may be left out. */
export type KMSKeyManifest = z.input<typeof kmsKeyDefinition.spec>;

/** A KMSKey as the API server has it. */
export interface KMSKey extends Resource {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status?: CommonStatus & KMSKeyStatus;
}

/** A person with kubectl who applies KMSKeys, in the bed's namespace. */
export interface KeyOwner {
  apply(name: string, spec?: KMSKeyManifest, annotations?: Record<string, string>): Promise<KMSKey>;
  get(name: string): Promise<KMSKey>;
  annotate(name: string, annotations: Record<string, string | null>): Promise<KMSKey>;
  /** Polls until it is so; the failure tells what it was instead. */
  waitFor(name: string, what: (key: KMSKey) => boolean, timeoutMs?: number): Promise<KMSKey>;
  waitReady(name: string): Promise<KMSKey>;
  waitBlocked(name: string, reason: string): Promise<Condition>;
  /** Asks for a look by annotation, and waits until it was taken. */
  lookNow(name: string): Promise<KMSKey>;
  deleteAndWait(name: string): Promise<void>;
  /** As losing etcd does: the object is gone, and nobody was asked. */
  forget(name: string): Promise<void>;
}

const location = { group: 'mooring.dev', version: 'v1alpha1', plural: 'kmskeys' };
let looks = 0;

/** What an operator under test manages here; others in the file's region are none of its business. */
export const managing = ['--kinds', 'KMSKey'];

/** `it`, with a bed for each test, a person who applies KMSKeys, and one who looks at AWS. */
export const onKeyBed = (region: string, open?: OpenBed) =>
  onTestBed(region, open)
    .extend<{ keys: KeyOwner }>({ keys: async ({ bed }, use) => use(keyOwner(bed)) })
    .extend<{ kms: KmsUser }>({
      kms: async ({ bed }, use) => {
        const user = kmsUser(inject('awsUrl'), bed.region, bed.namespace);
        await use(user);
        user.close();
      },
    });

function keyOwner({ namespace, kube: { client } }: TestBed): KeyOwner {
  const path = (name: string) => resourcePath({ ...location, namespace, name });
  const get = (name: string) => client.get<KMSKey>(path(name));
  const patch = (name: string, body: object) => client.mergePatch<KMSKey>(path(name), body);
  const annotate: KeyOwner['annotate'] = (name, annotations) => patch(name, { metadata: { annotations } });

  const waitFor: KeyOwner['waitFor'] = async (name, what, timeoutMs = patience) => {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const key = await get(name);
      if (what(key)) return key;
      if (performance.now() > deadline) {
        throw new Error(
          `after ${timeoutMs / 1_000} s ${name} is not ${what}: ${JSON.stringify(told(key), null, 1)}`,
        );
      }
      await sleep(50);
    }
  };
  const gone = async (name: string) => {
    const deadline = performance.now() + patience;
    for (;;) {
      const left = await get(name).catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      });
      if (!left) return;
      if (performance.now() > deadline)
        throw new Error(`${name} still exists: ${JSON.stringify(told(left), null, 1)}`);
      await sleep(50);
    }
  };

  return {
    get,
    annotate,
    waitFor,
    apply: (name, spec = {}, annotations) =>
      client.apply<KMSKey>(
        path(name),
        {
          apiVersion: 'mooring.dev/v1alpha1',
          kind: 'KMSKey',
          metadata: { name, ...(annotations && { annotations }) },
          spec,
        },
        { fieldManager: 'kubectl', force: true },
      ),
    waitReady: (name) => waitFor(name, isReady),
    async waitBlocked(name, reason) {
      const key = await waitFor(name, (one) => readyOf(one)?.reason === reason && isSeen(one));
      const ready = readyOf(key);
      if (!ready) throw new Error(`${name} has no condition Ready`);
      return ready;
    },
    async lookNow(name) {
      looks += 1;
      const asked = `look ${looks}`;
      await annotate(name, { 'mooring.dev/reconcile-at': asked });
      return await waitFor(name, ({ status }) => status?.lastHandledReconcileAt === asked);
    },
    async deleteAndWait(name) {
      await client.remove(path(name));
      await gone(name);
    },
    async forget(name) {
      await patch(name, { metadata: { finalizers: null } });
      await client.remove(path(name)).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
      await gone(name);
    },
  };
}

const readyOf = ({ status }: KMSKey) => status?.conditions?.find(({ type }) => type === 'Ready');
const isSeen = (key: KMSKey): boolean => readyOf(key)?.observedGeneration === key.metadata.generation;
const isReady = (key: KMSKey): boolean => readyOf(key)?.status === 'True' && isSeen(key);

function told({ metadata, spec, status }: KMSKey): unknown {
  return { metadata: { ...metadata, managedFields: undefined }, spec, status };
}
