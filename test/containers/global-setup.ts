/** The image, a Docker to run it with, and what all suites have: a control plane and the emulator. */
import type { TestProject } from 'vitest/node';
import { whyNotPulled } from '../../dev/image/base-images.ts';
import { buildImage } from '../../dev/image/build.ts';
import { type DockerAddress, useDocker } from '../../dev/image/docker.ts';
import setupCluster from '../support/global-setup.ts';
import { publicImages } from './public-images.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly docker: DockerAddress;
    /** The image's name. */
    readonly image: string;
    /** Why a suite that needs public images cannot be run, in one line; null where it can. */
    readonly notPullable: string | null;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using stack = new AsyncDisposableStack();
  const docker = stack.use(await useDocker());
  const { tag } = await buildImage(docker);
  let notPullable: string | undefined;
  for (const image of Object.values(publicImages)) notPullable ??= await whyNotPulled(docker, image);
  project.provide('docker', { client: docker.client, host: docker.host });
  project.provide('image', tag);
  project.provide('notPullable', notPullable ?? null);
  stack.defer(await setupCluster(project));
  const running = stack.move();
  return () => running.disposeAsync();
}
