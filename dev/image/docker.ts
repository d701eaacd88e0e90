/** A Docker to build and run images with: the one that runs, else one of our own for as long as it is used. */
import { run } from '../toolchain/run.ts';
import { findClient, succeeds } from './client.ts';
import { startDaemon } from './daemon.ts';
import { dockerNeeded, installDocker } from './install.ts';

/** Plain data, so that it can be handed to another process. */
export interface DockerAddress {
  /** Path of the command. */
  readonly client: string;
  /** DOCKER_HOST of a daemon of our own; undefined where the usual one is used. */
  readonly host: string | undefined;
}

export interface Docker extends DockerAddress {
  /** `docker <args>`; its standard output. */
  run(args: readonly string[]): Promise<string>;
}

/** Throws ToolError, saying what to do, where there is none and none can be had. */
export async function useDocker(): Promise<Docker & AsyncDisposable> {
  const client = (await findClient()) ?? (await installed());
  if (await succeeds(client, ['version'])) return disposable({ client, host: undefined });
  if (process.env.DOCKER_HOST)
    throw dockerNeeded(`No Docker daemon answers at DOCKER_HOST=${process.env.DOCKER_HOST}.`);
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw dockerNeeded('No Docker daemon answers, and only root can start one.');
  if (!(await succeeds('dockerd', ['--version']))) await installDocker('No Docker daemon is installed.');
  const daemon = await startDaemon(client);
  return disposable({ client, host: daemon.host }, daemon);
}

async function installed(): Promise<string> {
  const problem = 'There is no docker command that can build with BuildKit.';
  await installDocker(problem);
  const client = await findClient();
  if (client === undefined) throw dockerNeeded(problem);
  return client;
}

export function connectDocker({ client, host }: DockerAddress): Docker {
  const env = {
    ...process.env,
    DOCKER_BUILDKIT: '1',
    ...(host === undefined ? {} : { DOCKER_HOST: host }),
  };
  return { client, host, run: (args) => run(client, args, { env }) };
}

const disposable = (address: DockerAddress, daemon?: AsyncDisposable): Docker & AsyncDisposable => ({
  ...connectDocker(address),
  [Symbol.asyncDispose]: async () => await daemon?.[Symbol.asyncDispose](),
});
