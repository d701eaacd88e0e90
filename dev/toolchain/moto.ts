/** moto, the AWS emulator, from moto/requirements.txt. */
import { join } from 'node:path';
import { pythonEnvironment } from './python.ts';
import { versions } from './versions.ts';

/** The interpreter of an environment in which `python -m moto.server` works. */
export async function motoPython(): Promise<string> {
  const directory = await pythonEnvironment({
    name: 'moto',
    version: versions.moto,
    requirements: join(import.meta.dirname, 'moto', 'requirements.txt'),
    why: `It runs moto ${versions.moto}, the AWS emulator that development and the tests use.`,
    estimateSeconds: 20,
  });
  return join(directory, 'python');
}
