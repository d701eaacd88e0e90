/** The virtual environment with moto, the AWS emulator: made once in the cache from moto/requirements.txt. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../cache.ts';
import { withProgress } from './progress.ts';
import { isNotInstalled, run } from './run.ts';
import { ToolError } from './tool-error.ts';
import { versions } from './versions.ts';

const requirements = join(import.meta.dirname, 'moto', 'requirements.txt');
const oldestPython = { major: 3, minor: 10 };
const why = `It runs moto ${versions.moto}, the AWS emulator that development and the tests use.`;

/** The interpreter of an environment in which `python -m moto.server` works. */
export async function motoPython(): Promise<string> {
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 8);
  const directory = await cached({
    key: `moto-${versions.moto}-${digest}`,
    // `existsSync` follows the link to the system's interpreter, which an upgrade of the system may have removed.
    usable: (entry) => existsSync(pythonOf(entry)),
    make: (staging) => withProgress(`installing moto ${versions.moto}`, 20, () => install(staging)),
  });
  return pythonOf(directory);
}

const pythonOf = (environment: string) => join(environment, 'bin', 'python');

async function install(directory: string): Promise<void> {
  const python = process.env.MOORING_PYTHON || 'python3';
  await checkPython(python);
  await createEnvironment(python, directory);
  await run(pythonOf(directory), ['-m', 'pip', 'install', '--quiet', '--requirement', requirements]);
}

async function checkPython(python: string): Promise<void> {
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
async function createEnvironment(python: string, directory: string): Promise<void> {
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
