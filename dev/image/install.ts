/** Docker from Debian's own packages, for a machine such as CI's: root, Debian, nothing but package registries. */
import { existsSync } from 'node:fs';
import { withProgress } from '../toolchain/progress.ts';
import { run } from '../toolchain/run.ts';
import { ToolError } from '../toolchain/tool-error.ts';

const remedies = [
  'install Docker 20.10 or newer, with its plugin buildx if it is 23 or newer: https://docs.docker.com/engine/install/;',
  'start it if it is installed (sudo systemctl start docker), and let your user reach it; or',
  'point DOCKER_HOST to a daemon elsewhere.',
];

/** `problem` says what is missing. */
export const dockerNeeded = (problem: string): ToolError =>
  new ToolError(`${problem} It builds and runs the container image.`, remedies);

/** Installs what is needed for `dockerd` and `docker build`. ToolError where that cannot be done. */
export async function installDocker(problem: string): Promise<void> {
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) throw dockerNeeded(problem);
  await withProgress('installing docker.io, Debian’s package', 60, async () => {
    await apt(['update', '-q']);
    // In Debian 12 docker.io brings all; from 13 on the command and buildx are packages of their own.
    const wanted = ['docker.io', ...(await available(['docker-cli', 'docker-buildx']))];
    await apt(['install', '-q', '-y', '--no-install-recommends', ...wanted]);
  });
}

const apt = (args: readonly string[]) =>
  run('apt-get', args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });

async function available(packages: readonly string[]): Promise<string[]> {
  const listed = await run('apt-cache', ['pkgnames', 'docker-']);
  const names = new Set(listed.split('\n'));
  return packages.filter((name) => names.has(name));
}
