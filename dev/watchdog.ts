/**
 * What cleans up after a parent that could not: a shell in a session of its own, which Ctrl-C in the terminal does not
 * reach. It waits for the pipe from the parent to close, as it does however the parent ends, then kills every process
 * group recorded in the directory and removes the directory.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { join } from 'node:path';

export interface Watchdog {
  /** Ends it without the cleaning. */
  end(): Promise<void>;
}

/** Where children record their process ids, a file each. A child leads a process group of its own. */
export const pidDirectory = (directory: string): string => join(directory, 'pids');

// It looks twice, since a child forked just before the parent died may not have recorded itself at the first look.
// `kill -s KILL -- -ID` is the only form for a process group that every shell understands.
const script = `
while read -r _; do :; done
for _ in 1 2; do
  for file in "$1"/*; do
    [ -e "$file" ] && kill -s KILL -- "-$(cat "$file")" 2>/dev/null
  done
  sleep 0.2
done
for _ in 1 2 3 4 5; do rm -rf "$2" && exit 0; sleep 0.5; done`;

export function startWatchdog(directory: string): Watchdog {
  const watchdog = spawn('/bin/sh', ['-c', script, 'mooring-watchdog', pidDirectory(directory), directory], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  });
  watchdog.unref();
  if (watchdog.stdin instanceof Socket) watchdog.stdin.unref();
  return {
    async end() {
      if (watchdog.exitCode !== null || watchdog.signalCode !== null) return;
      watchdog.ref();
      watchdog.kill('SIGKILL');
      await once(watchdog, 'exit');
    },
  };
}
