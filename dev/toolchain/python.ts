/** Programs from Python's package index, each in a virtual environment of its own in the cache. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../cache.ts';
import { withProgress } from './progress.ts';
import { isNotInstalled, run } from './run.ts';
import { ToolError } from './tool-error.ts';

export interface PythonProgram {
  readonly name: string;
  readonly version: string;
  /** The file that pins it and all it needs. */
  readonly requirements: string;
  /** For the person who has no Python. */
  readonly why: string;
  readonly estimateSeconds: number;
}

const oldestPython = { major: 3, minor: 10 };

/** The environment's directory `bin`, made once for these very requirements. */
export async function pythonEnvironment(program: PythonProgram): Promise<string> {
  const { name, version, requirements, estimateSeconds } = program;
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 8);
  const directory = await cached({
    key: `${name}-${version}-${digest}`,
    // `existsSync` follows the link to the system's interpreter, which an upgrade of the system may have removed.
    usable: (entry) => existsSync(pythonOf(entry)),
    make: (staging) =>
      withProgress(`installing ${name} ${version}`, estimateSeconds, () => install(program, staging)),
  });
  return join(directory, 'bin');
}

const pythonOf = (environment: string) => join(environment, 'bin', 'python');

async function install({ requirements, why }: PythonProgram, directory: string): Promise<void> {
  const python = process.env.MOORING_PYTHON || 'python3';
  await checkPython(python, why);
  await createEnvironment(python, directory, why);
  await run(pythonOf(directory), ['-m', 'pip', 'install', '--quiet', '--requirement', requirements]);
}

async function checkPython(python: string, why: string): Promise<void> {
  const { major, minor } = oldestPython;
  const remedies = [
    `install Python ${major}.${minor} or newer: https://www.python.org/downloads/, or your system's package (python3); or`,
    'set MOORING_PYTHON to the path of an interpreter.',
  ];
  const ask = ['-c', 'import sys; print("%d %d" % sys.version_info[:2])'];
  const answer = await run(python, ask).catch((error: unknown) => {
    if (!isNotInstalled(error)) throw error;
    throw new ToolError(`Python is needed, but ${python} is not there. ${why}`, remedies);
  });
  const [foundMajor = 0, foundMinor = 0] = answer.trim().split(' ').map(Number);
  if (foundMajor > major || (foundMajor === major && foundMinor >= minor)) return;
  throw new ToolError(
    `Python ${major}.${minor} or newer is needed; ${python} is ${foundMajor}.${foundMinor}. ${why}`,
    remedies,
  );
}

/** With the standard library's venv, which Debian packs separately, else with virtualenv. */
async function createEnvironment(python: string, directory: string, why: string): Promise<void> {
  const modules = [
    { name: 'venv', probe: 'import venv, ensurepip' },
    { name: 'virtualenv', probe: 'import virtualenv' },
  ];
  for (const { name, probe } of modules) {
    const importable = await run(python, ['-c', probe]).then(
      () => true,
      () => false,
    );
    if (importable) {
      await run(python, ['-m', name, directory]);
      return;
    }
  }
  throw new ToolError(
    `${python} cannot make virtual environments: it has neither venv nor virtualenv. ${why}`,
    [
      'on Debian and Ubuntu: sudo apt-get install python3-venv; or',
      `${python} -m pip install --user virtualenv; or`,
      'set MOORING_PYTHON to the path of another interpreter.',
    ],
  );
}
