/**
 * A Docker daemon of our own, where none runs: for root, on Linux.
 *
 * Guarantees:
 * - It is ended, and its sockets are removed, however this process ends (process.ts).
 * - It changes nothing of the machine's network: no bridge, no firewall rules. Containers use the host's network.
 * - Images and the build's cache stay in the cache directory, outside the checkout; one process uses them at a time.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory, holdLock } from '../cache.ts';
import { createProcessGroup } from '../process.ts';
import { say } from '../toolchain/progress.ts';
import { run } from '../toolchain/run.ts';
import { succeeds } from './client.ts';

export interface Daemon extends AsyncDisposable {
  /** For DOCKER_HOST: "unix:///…". */
  readonly host: string;
}

const startTimeoutMs = 60_000;

/** `client`: path of the command `docker`, which asks whether it is up. */
export async function startDaemon(client: string): Promise<Daemon> {
  await using stack = new AsyncDisposableStack();
  const directory = join(cacheDirectory(), 'docker');
  await mkdir(directory, { recursive: true });
  stack.use(await holdLock(`${directory}.lock`, 'a container image'));
  say('no Docker daemon runs: starting one for the time this takes');
  const group = stack.use(await createProcessGroup('docker'));
  const host = `unix://${join(group.directory, 'docker.sock')}`;
  const daemon = await group.start({
    name: 'dockerd',
    command: 'dockerd',
    args: [
      `--host=${host}`,
      `--data-root=${directory}`,
      `--exec-root=${join(group.directory, 'exec')}`,
      `--pidfile=${join(group.directory, 'dockerd.pid')}`,
      '--bridge=none',
      '--iptables=false',
      // Works everywhere, as within a container, where overlays of overlays are refused.
      '--storage-driver=vfs',
    ],
  });
  stack.defer(async () => {
    await daemon.stop();
    await unmountBelow(group.directory);
  });
  await daemon.ready(
    () => succeeds(client, ['version'], { ...process.env, DOCKER_HOST: host }),
    startTimeoutMs,
  );
  const running = stack.move();
  return { host, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** Where containers had the host's network, its namespace stays mounted: the directory could not be removed. */
async function unmountBelow(directory: string): Promise<void> {
  // https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html: the fifth field is the mount point.
  const mounted = (await readFile('/proc/self/mountinfo', 'utf8'))
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '');
  const below = mounted.filter((path) => path.startsWith(`${directory}/`));
  for (const path of below.reverse()) await run('umount', ['--lazy', path]);
}
