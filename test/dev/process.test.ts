import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { createProcessGroup } from '../../dev/process.ts';
import { runningProcessesOf } from './running-processes.ts';

const sleeper = (directory: string) => ({
  name: 'sleeper',
  command: '/bin/sh',
  args: ['-c', 'sleep 300 # "$0"', directory],
});

const startedSchema = z.object({ directory: z.string(), processGroup: z.number() });

async function startParent() {
  const parent = spawn(process.execPath, [join(import.meta.dirname, 'process-group-parent.ts')], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => {
    parent.kill('SIGKILL');
  });
  const [output] = await once(parent.stdout, 'data');
  return { parent, ...startedSchema.parse(JSON.parse(String(output))) };
}

describe.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('when the parent is ended by %s', (signal) => {
  it('its children and their directory go', async () => {
    const { parent, directory, processGroup } = await startParent();
    const isRunning = () => groupIsRunning(processGroup);
    expect(isRunning()).toBe(true);
    parent.kill(signal);
    await once(parent, 'exit');
    await expect.poll(() => existsSync(directory)).toBe(false);
    await expect.poll(() => runningProcessesOf(directory)).toEqual([]);
    // The grandchild too, which does not name the directory.
    await expect.poll(isRunning).toBe(false);
  }, 30_000);
});

describe('a process group', () => {
  it('stops its children and removes its directory', async () => {
    const group = await createProcessGroup('test');
    await group.start(sleeper(group.directory));
    expect(await runningProcessesOf(group.directory)).not.toEqual([]);
    await group.stop();
    expect(existsSync(group.directory)).toBe(false);
    expect(await runningProcessesOf(group.directory)).toEqual([]);
    await expect(group.start(sleeper(group.directory))).rejects.toThrow('the group is stopped');
  });

  it('tells the last lines of a child that ends before it is ready', async () => {
    await using group = await createProcessGroup('test');
    const child = await group.start({
      name: 'failing',
      command: '/bin/sh',
      args: ['-c', 'echo no such flag >&2; exit 3'],
    });
    await expect(child.ready(async () => false, 10_000)).rejects.toThrow(
      /^failing exited with code 3.*\nno such flag$/,
    );
    expect(await group.died).toMatch(/^failing exited with code 3/);
  });

  it('gives up on a child that is not ready in time, and tells why', async () => {
    await using group = await createProcessGroup('test');
    const child = await group.start(sleeper(group.directory));
    const probe = () => Promise.reject(new Error('refused'));
    await expect(child.ready(probe, 100)).rejects.toThrow(
      'sleeper was not ready after 0.1 s (Error: refused)',
    );
  });

  it('kills a child that does not heed SIGTERM only after its grace, and at once where told so', async () => {
    await using group = await createProcessGroup('test');
    const deaf = await group.start({
      name: 'deaf',
      command: '/bin/sh',
      args: ['-c', 'trap "" TERM; sleep 300'],
      stopSignal: 'SIGKILL',
    });
    await deaf.stop();
    expect(await deaf.exited).toBe('deaf was ended by SIGKILL');
  });
});

function groupIsRunning(processGroup: number): boolean {
  try {
    process.kill(-processGroup, 0);
    return true;
  } catch {
    return false;
  }
}
