import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import type { z } from 'zod';
import type { Condition } from '../../src/core/conditions.ts';
import type { CommonStatus, Resource } from '../../src/core/resource.ts';
import type { ImageStatus, imageDefinition } from '../../src/kinds/image/spec.ts';
import { resourcePath } from '../../src/runtime/kubernetes/client.ts';
import { isNotFound } from '../../src/runtime/kubernetes/kubernetes.ts';
import { type ImageUser, imageUser } from './image-user.ts';
import { patience } from './patience.ts';
import { onTestBed, type TestBed } from './test-bed.ts';

/** What a person writes: fields with a default may be left out. */
export type ImageManifest = z.input<typeof imageDefinition.spec>;

/** An Image as the API server has it. */
export interface Image extends Resource {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status?: CommonStatus & ImageStatus;
}

/** A person with kubectl who applies Images, in the bed's namespace. */
export interface ImageOwner {
  apply(name: string, spec: ImageManifest, annotations?: Record<string, string>): Promise<Image>;
  get(name: string): Promise<Image>;
  annotate(name: string, annotations: Record<string, string | null>): Promise<Image>;
  /** Polls until it is so; the failure tells what it was instead. */
  waitFor(name: string, what: (image: Image) => boolean, timeoutMs?: number): Promise<Image>;
  waitReady(name: string): Promise<Image>;
  waitBlocked(name: string, reason: string): Promise<Condition>;
  /** Asks for a look by annotation, and waits until it was taken. */
  lookNow(name: string): Promise<Image>;
  delete(name: string): Promise<void>;
  deleteAndWait(name: string): Promise<void>;
  /** As losing etcd does: the object is gone, and nobody was asked. */
  forget(name: string): Promise<void>;
}

const location = { group: 'mooring.dev', version: 'v1alpha1', plural: 'images' };
let looks = 0;

/** What an operator under test manages here. */
export const managing = ['--kinds', 'Image'];

/** `it`, with a bed for each test, a person who applies Images, and one who looks at AWS in the bed's region. */
export const onImageBed = (region: string) =>
  onTestBed(region)
    .extend<{ images: ImageOwner }>({ images: async ({ bed }, use) => use(imageOwner(bed)) })
    .extend<{ aws: ImageUser }>({
      aws: async ({ bed }, use) => {
        const user = imageUser(inject('awsUrl'), bed.region);
        await use(user);
        user.close();
      },
    });

export function imageOwner({ namespace, kube: { client } }: Pick<TestBed, 'namespace' | 'kube'>): ImageOwner {
  const path = (name: string) => resourcePath({ ...location, namespace, name });
  const get = (name: string) => client.get<Image>(path(name));
  const patch = (name: string, body: object) => client.mergePatch<Image>(path(name), body);
  const annotate: ImageOwner['annotate'] = (name, annotations) => patch(name, { metadata: { annotations } });

  const waitFor: ImageOwner['waitFor'] = async (name, what, timeoutMs = patience) => {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const image = await get(name);
      if (what(image)) return image;
      if (performance.now() > deadline) {
        throw new Error(
          `after ${timeoutMs / 1_000} s ${name} is not ${what}: ${JSON.stringify(told(image), null, 1)}`,
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
    apply: (name, spec, annotations) =>
      client.apply<Image>(
        path(name),
        {
          apiVersion: 'mooring.dev/v1alpha1',
          kind: 'Image',
          metadata: { name, ...(annotations && { annotations }) },
          spec,
        },
        { fieldManager: 'kubectl', force: true },
      ),
    waitReady: (name) => waitFor(name, isReady),
    async waitBlocked(name, reason) {
      const image = await waitFor(name, (one) => readyOf(one)?.reason === reason && isSeen(one));
      const ready = readyOf(image);
      if (!ready) throw new Error(`${name} has no condition Ready`);
      return ready;
    },
    async lookNow(name) {
      looks += 1;
      const asked = `look ${looks}`;
      await annotate(name, { 'mooring.dev/reconcile-at': asked });
      return await waitFor(name, ({ status }) => status?.lastHandledReconcileAt === asked);
    },
    delete: async (name) => void (await client.remove(path(name))),
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

const readyOf = ({ status }: Image) => status?.conditions?.find(({ type }) => type === 'Ready');
const isSeen = (image: Image): boolean => readyOf(image)?.observedGeneration === image.metadata.generation;
const isReady = (image: Image): boolean => readyOf(image)?.status === 'True' && isSeen(image);

function told({ metadata, spec, status }: Image): unknown {
  return { metadata: { ...metadata, managedFields: undefined }, spec, status };
}
