/** Programs out of a package of Debian's or Ubuntu's, on a machine where nothing is to be installed for them. */
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { say } from './progress.ts';
import { isNotInstalled, run } from './run.ts';

/**
 * Puts `programs` of the package's /usr/bin into `directory`. apt-get verifies what it downloads by the keys that the
 * system trusts. Rejects where there is no apt-get, it cannot have the package, or that lacks one of them.
 */
export async function unpackDebianPackage(
  name: string,
  programs: readonly string[],
  directory: string,
): Promise<void> {
  const staging = await mkdtemp(join(directory, 'package-'));
  await downloadPackage(name, staging);
  const file = (await readdir(staging)).find((entry) => entry.endsWith('.deb'));
  if (file === undefined) throw new Error(`apt-get downloaded no package ${name}`);
  await run('dpkg', ['-x', join(staging, file), staging]);
  for (const program of programs)
    await rename(join(staging, 'usr', 'bin', program), join(directory, program));
  await rm(staging, { recursive: true });
}

/** A fresh container's lists of packages are empty, and old lists name packages that are gone: they are updated once. */
async function downloadPackage(name: string, staging: string): Promise<void> {
  const get = () => run('apt-get', ['download', name], { cwd: staging });
  try {
    await get();
  } catch (error) {
    if (isNotInstalled(error)) throw new Error('there is none', { cause: error });
    say(`apt-get does not find ${name}; updating its lists of packages`);
    await run('apt-get', ['update']);
    await get();
  }
}
