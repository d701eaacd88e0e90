import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execFileAsync = promisify(execFile);

/** The command lines of the running processes that name `directory`: a process group's children and its watchdog. */
export async function runningProcessesOf(directory: string): Promise<string[]> {
  const { stdout } = await execFileAsync('ps', ['-A', '-ww', '-o', 'stat=,args='], {
    maxBuffer: 16 * 1024 * 1024,
  });
  const isZombie = (line: string) => line.startsWith('Z');
  return stdout.split('\n').filter((line) => line.includes(directory) && !isZombie(line));
}
