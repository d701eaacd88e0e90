import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import type { z } from 'zod';
import type { CommonStatus, Resource } from '../../src/core/resource.ts';
import type { ImageScheduleStatus, imageScheduleDefinition } from '../../src/kinds/image-schedule/spec.ts';
import { resourcePath } from '../../src/runtime/kubernetes/client.ts';
import { type Image, type ImageOwner, imageOwner } from './image.ts';
import { type ImageUser, imageUser } from './image-user.ts';
import { MovableClock } from './movable-clock.ts';
import type { Operator } from './operator.ts';
import { patience } from './patience.ts';
import { type OpenBed, onTestBed, type TestBed } from './test-bed.ts';

export type ImageScheduleManifest = z.input<typeof imageScheduleDefinition.spec>;

/** An ImageSchedule as the API server has it. */
export interface ImageSchedule extends Resource {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status?: CommonStatus & ImageScheduleStatus;
}

/** A person with kubectl who applies ImageSchedules, in the bed's namespace. */
export interface Scheduler {
  readonly clock: MovableClock;
  /** An operator of images and their schedules, by this clock, which AWS's does not follow. */
  start(argv?: readonly string[]): Promise<Operator>;
  apply(
    name: string,
    spec: ImageScheduleManifest,
    annotations?: Record<string, string>,
  ): Promise<ImageSchedule>;
  get(name: string): Promise<ImageSchedule>;
  patch(name: string, patch: object): Promise<ImageSchedule>;
  /** Polls until it is so; the failure tells what it was instead. */
  waitFor(name: string, what: (schedule: ImageSchedule) => boolean): Promise<ImageSchedule>;
  waitReady(name: string): Promise<ImageSchedule>;
  /** It is so late; the operator is told to look, as its timer would tell it, and has looked. */
  at(name: string, time: string | number): Promise<ImageSchedule>;
  /** Until no image is being made or deleted any more. */
  settled(name: string): Promise<ImageSchedule>;
  images(): Promise<readonly Image[]>;
  delete(name: string): Promise<void>;
}

const location = { group: 'mooring.dev', version: 'v1alpha1' };
let looks = 0;

/** What an operator under test manages here. */
export const managing = ['--kinds', 'Image', '--kinds', 'ImageSchedule'];

/** `it`, with a bed for each test, a person who schedules, one who applies Images, and one who looks at AWS. */
export const onScheduleBed = (region: string, open?: OpenBed) =>
  onTestBed(region, open)
    .extend<{ schedules: Scheduler }>({ schedules: async ({ bed }, use) => use(scheduler(bed)) })
    .extend<{ images: ImageOwner }>({ images: async ({ bed }, use) => use(imageOwner(bed)) })
    .extend<{ aws: ImageUser }>({
      aws: async ({ bed }, use) => {
        const user = imageUser(inject('awsUrl'), bed.region);
        await use(user);
        user.close();
      },
    });

/** In the namespace of `bed`. */
export function scheduler(bed: Pick<TestBed, 'namespace' | 'kube' | 'start'>): Scheduler {
  const { namespace } = bed;
  const { client } = bed.kube;
  const clock = new MovableClock();
  const path = (name?: string) => resourcePath({ ...location, plural: 'imageschedules', namespace, name });
  const get = (name: string) => client.get<ImageSchedule>(path(name));
  const patch = (name: string, body: object) => client.mergePatch<ImageSchedule>(path(name), body);
  const images = async () =>
    (await client.list<Image>(resourcePath({ ...location, plural: 'images', namespace }))).items;

  const waitFor: Scheduler['waitFor'] = async (name, what) => {
    const deadline = performance.now() + patience;
    for (;;) {
      const schedule = await get(name);
      if (what(schedule)) return schedule;
      if (performance.now() > deadline) {
        const { spec, status } = schedule;
        const seen = (await images()).map((image) => [image.metadata.name, image.spec, image.status]);
        throw new Error(`${name} is not ${what}: ${JSON.stringify({ spec, status, seen }, null, 1)}`);
      }
      await sleep(50);
    }
  };
  const at: Scheduler['at'] = async (name, time) => {
    clock.set(typeof time === 'number' ? time : Date.parse(time));
    looks += 1;
    const asked = `look ${looks}`;
    await patch(name, { metadata: { annotations: { 'mooring.dev/reconcile-at': asked } } });
    return await waitFor(name, ({ status }) => status?.lastHandledReconcileAt === asked);
  };

  return {
    clock,
    get,
    patch,
    waitFor,
    at,
    images,
    start: (argv = []) =>
      bed.start([...managing, ...argv], { clock, clockTolerance: Number.POSITIVE_INFINITY }),
    apply: (name, spec, annotations) =>
      client.apply<ImageSchedule>(
        path(name),
        {
          apiVersion: 'mooring.dev/v1alpha1',
          kind: 'ImageSchedule',
          metadata: { name, ...(annotations && { annotations }) },
          spec,
        },
        { fieldManager: 'kubectl', force: true },
      ),
    waitReady: (name) =>
      waitFor(
        name,
        ({ metadata, status }) =>
          status?.observedGeneration === metadata.generation &&
          (status?.conditions ?? []).some(({ type, status: value }) => type === 'Ready' && value === 'True'),
      ),
    settled: (name) =>
      waitFor(
        name,
        ({ status }) =>
          status?.active?.length === 0 &&
          !(status.pendingDeletions ?? []).some(({ reason }) => !reason.includes(';')),
      ),
    delete: async (name) => void (await client.remove(path(name))),
  };
}
