/**
 * The archives of etcd, kube-apiserver and kubectl that controller-runtime's envtest uses.
 * Their index: https://github.com/kubernetes-sigs/controller-tools/blob/main/envtest-releases.yaml
 */
import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { download } from './download.ts';
import { platform } from './platform.ts';
import { run } from './run.ts';

const indexUrl =
  'https://raw.githubusercontent.com/kubernetes-sigs/controller-tools/HEAD/envtest-releases.yaml';
/** Short: where there is no internet, nobody should wait long to learn it. */
const indexTimeoutMs = 3_000;
const archiveTimeoutMs = 300_000;

const indexSchema = z.object({
  releases: z.record(z.string(), z.record(z.string(), z.object({ hash: z.string(), selfLink: z.url() }))),
});

export interface Archive {
  url: string;
  sha512: string;
}

/** Puts the binaries into `directory`, once their checksum is found right. Needs `tar`. */
export async function downloadEnvtest(version: string, directory: string): Promise<void> {
  const index = await download(indexUrl, indexTimeoutMs);
  const archive = selectArchive(index.toString(), version, platform());
  const content = await download(archive.url, archiveTimeoutMs);
  const sha512 = createHash('sha512').update(content).digest('hex');
  if (sha512 !== archive.sha512) throw new Error(`${archive.url} has the wrong checksum`);
  const file = join(directory, 'envtest.tar.gz');
  await writeFile(file, content);
  // The archive has its files under controller-tools/envtest/.
  await run('tar', ['-xzf', file, '-C', directory, '--strip-components=2']);
  await rm(file);
}

/** The archive of that very version if there is one, else of the newest patch release of its minor. */
export function selectArchive(index: string, version: string, platformName: string): Archive {
  const { releases } = indexSchema.parse(parse(index));
  const minor = version.replace(/\d+$/, '');
  const patch = (release: string) => Number(release.slice(minor.length));
  const candidates = Object.keys(releases)
    .filter((release) => release.startsWith(minor) && Number.isInteger(patch(release)))
    .sort((a, b) => Number(b === version) - Number(a === version) || patch(b) - patch(a));
  for (const release of candidates) {
    const archive = releases[release]?.[`envtest-${release}-${platformName}.tar.gz`];
    if (archive) return { url: archive.selfLink, sha512: archive.hash };
  }
  throw new Error(`no archive of ${version} for ${platformName} is published`);
}
