/**
 * Docker's command line. What the Dockerfile asks for (a cache mount, the builder's platform) only BuildKit has:
 * since Docker 23 that is the plugin buildx, in the releases before it is part of the command.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from '../toolchain/run.ts';

/** The path of a `docker` that can build with BuildKit: the first on PATH. */
export async function findClient(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const candidates = (env.PATH ?? '').split(delimiter).map((directory) => join(directory, 'docker'));
  for (const path of new Set(candidates)) {
    if (isExecutable(path) && (await hasBuildKit(path))) return path;
  }
  return undefined;
}

const hasBuildKit = async (path: string): Promise<boolean> =>
  bringsBuildKit(await run(path, ['--version'])) || (await succeeds(path, ['buildx', 'version']));

/** `version` as `docker --version` tells it: "Docker version 20.10.24+dfsg1, build 297e128". */
export function bringsBuildKit(version: string): boolean {
  const [, major] = /^Docker version (\d+)\./.exec(version) ?? [];
  return major !== undefined && Number(major) < 23;
}

export const succeeds = (command: string, args: readonly string[], env = process.env): Promise<boolean> =>
  run(command, args, { env }).then(
    () => true,
    () => false,
  );

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
