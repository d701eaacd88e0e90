/**
 * Where helm comes from, in this order:
 * 1. the executable that MOORING_HELM names;
 * 2. the cache;
 * 3. the archive that the Helm project publishes, verified by the checksum published beside it;
 * 4. a build from Helm's Go module.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from '../cache.ts';
import { checkedArchive, download } from './download.ts';
import { givenExecutable, isExecutable } from './executable.ts';
import { buildWithGo, type GoModule, type GoProgram } from './go.ts';
import { platform } from './platform.ts';
import { say, withProgress } from './progress.ts';
import { run } from './run.ts';
import { versions } from './versions.ts';

const module: GoModule = {
  directory: join(import.meta.dirname, 'helm'),
  linkerFlags: `-s -w -X helm.sh/helm/v4/internal/version.version=${versions.helm}`,
  why: `It builds helm ${versions.helm}, which renders and tests the chart.`,
  instead: 'set MOORING_HELM to the path of a helm 4.',
};
const helm: GoProgram = { name: 'helm', package: 'helm.sh/helm/v4/cmd/helm', estimateSeconds: 240 };

/** Short: where there is no internet, nobody should wait long to learn it. */
const checksumTimeoutMs = 3_000;
const archiveTimeoutMs = 300_000;

/** The path of helm. Its first use on a machine downloads or builds it, and says so. */
export async function helmBinary(): Promise<string> {
  const given = givenExecutable('MOORING_HELM', 'a helm 4', 'helm is then downloaded or built');
  if (given) return given;
  const directory = await cached({
    key: `helm-${versions.helm}-${platform()}`,
    usable: (entry) => isExecutable(join(entry, helm.name)),
    make: downloadOrBuild,
  });
  return join(directory, helm.name);
}

async function downloadOrBuild(staging: string): Promise<void> {
  try {
    await withProgress(`downloading helm ${versions.helm}`, 15, () => downloadHelm(staging));
  } catch (error) {
    say(`it cannot be downloaded (${error instanceof Error ? error.message : error}); building it instead`);
    await buildWithGo(module, [helm], staging);
  }
}

/** https://helm.sh/docs/intro/install/#from-the-binary-releases. Needs `tar`. */
async function downloadHelm(directory: string): Promise<void> {
  const name = `helm-${versions.helm}-${platform()}.tar.gz`;
  const url = `https://get.helm.sh/${name}`;
  const sums = await download(`${url}.sha256sum`, checksumTimeoutMs);
  const archive = checkedArchive(name, await download(url, archiveTimeoutMs), sums.toString());
  const file = join(directory, name);
  await writeFile(file, archive);
  // The archive has its files under <os>-<arch>/.
  await run('tar', ['-xzf', file, '-C', directory, '--strip-components=1', `${platform()}/${helm.name}`]);
  await rm(file);
}
