/**
 * What the image is made on: the images the Dockerfile names, or, where those cannot be pulled (no internet), two that
 * are made of this machine's own files. Who names others gets those.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { say } from '../toolchain/progress.ts';
import type { Docker } from './docker.ts';
import { localBaseImages } from './local-base.ts';

export interface BaseImages {
  readonly nodeImage: string;
  readonly runtimeImage: string;
  /** Path of Node's binary in `runtimeImage`. */
  readonly runtimeNode: string;
}

const dockerfile = join(import.meta.dirname, '..', '..', 'Dockerfile');

/** The defaults of the Dockerfile's build arguments. */
export async function namedBaseImages(): Promise<BaseImages> {
  const text = await readFile(dockerfile, 'utf8');
  const argument = (name: string): string => {
    const [, value] = new RegExp(`^ARG ${name}=(\\S+)$`, 'm').exec(text) ?? [];
    if (value === undefined) throw new Error(`Dockerfile: ARG ${name} has no default`);
    return value;
  };
  return {
    nodeImage: argument('NODE_IMAGE'),
    runtimeImage: argument('RUNTIME_IMAGE'),
    runtimeNode: argument('RUNTIME_NODE'),
  };
}

export async function baseImages(docker: Docker, given: Partial<BaseImages>): Promise<BaseImages> {
  const named = { ...(await namedBaseImages()), ...given };
  if (given.nodeImage !== undefined && given.runtimeImage !== undefined) return named;
  const problem =
    (await whyNotPulled(docker, named.nodeImage)) ?? (await whyNotPulled(docker, named.runtimeImage));
  if (problem === undefined) return named;
  say(`${problem}; making the base images of this machine’s Node and libraries instead`);
  return { ...(await localBaseImages(docker)), ...given };
}

/** Undefined once the image is there, else the reason in one line. */
export async function whyNotPulled(docker: Docker, image: string): Promise<string | undefined> {
  try {
    await docker.run(['pull', '--quiet', image]);
    return undefined;
  } catch (error) {
    const lines = error instanceof Error ? error.message.trim().split('\n') : [String(error)];
    return `${image} cannot be pulled (${lines.at(-1)})`;
  }
}
