import { inject } from 'vitest';
import type { ImageScheduleStatus } from '../../src/kinds/image-schedule/spec.ts';
import { resourcePath } from '../../src/runtime/kubernetes/client.ts';
import { type Image, type ImageOwner, imageOwner } from './image.ts';
import { type ImageUser, imageUser } from './image-user.ts';
import { printed } from './kubernetes-user.ts';
import { MovableClock } from './movable-clock.ts';
import { type Objects, objectsOf, type StoredObject } from './objects.ts';
import type { Operator } from './operator.ts';
import { type OpenBed, onTestBed, type TestBed } from './test-bed.ts';

export type ImageSchedule = StoredObject<ImageScheduleStatus>;

/** A person with kubectl who applies ImageSchedules, in the bed's namespace. */
export interface Scheduler extends Objects<ImageSchedule> {
  readonly clock: MovableClock;
  /** An operator of images and their schedules, by this clock, which AWS's does not follow. */
  start(argv?: readonly string[]): Promise<Operator>;
  /** It is so late; the operator is told to look, as its timer would tell it, and has looked. */
  at(name: string, time: string | number): Promise<ImageSchedule>;
  /** Until no image is being made or deleted any more. */
  settled(name: string): Promise<ImageSchedule>;
  images(): Promise<readonly Image[]>;
  /** As `kubectl get imageschedules` prints them. */
  table(): Promise<Record<string, unknown>[]>;
}

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
export function scheduler({
  namespace,
  kube,
  start,
}: Pick<TestBed, 'namespace' | 'kube' | 'start'>): Scheduler {
  const { client } = kube;
  const clock = new MovableClock();
  const images = () => imageOwner({ namespace, kube }).list();
  const objects = objectsOf<ImageSchedule>({
    client,
    namespace,
    kind: 'ImageSchedule',
    plural: 'imageschedules',
    context: async () => {
      const seen = (await images()).map((image) => [image.metadata.name, image.spec, image.status]);
      return JSON.stringify(seen, null, 1);
    },
  });

  return {
    ...objects,
    clock,
    images,
    table: () =>
      printed(
        inject('cluster'),
        resourcePath({ group: 'mooring.dev', version: 'v1alpha1', plural: 'imageschedules', namespace }),
        false,
      ),
    start: (argv = []) => start([...managing, ...argv], { clock, clockTolerance: Number.POSITIVE_INFINITY }),
    async at(name, time) {
      clock.set(typeof time === 'number' ? time : Date.parse(time));
      return await objects.lookNow(name);
    },
    settled: (name) =>
      objects.waitFor(
        name,
        ({ status }) =>
          status?.active?.length === 0 &&
          !(status.pendingDeletions ?? []).some(({ reason }) => !reason.includes(';')),
      ),
  };
}
