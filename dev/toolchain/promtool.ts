/**
 * Where promtool comes from, and the Prometheus that is always shipped with it, in this order:
 * 1. the promtool that MOORING_PROMTOOL names;
 * 2. PATH;
 * 3. the cache;
 * 4. the archive that the Prometheus project publishes, verified by the checksums published beside it;
 * 5. where there is apt-get, the distribution's package, which is unpacked and not installed.
 * Prometheus is the one beside that promtool, or comes from where it would otherwise.
 */
import { rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { cached } from '../cache.ts';
import { unpackDebianPackage } from './debian-package.ts';
import { checkedArchive, download } from './download.ts';
import { givenExecutable, isExecutable } from './executable.ts';
import { platform } from './platform.ts';
import { say, withProgress } from './progress.ts';
import { run } from './run.ts';
import { ToolError } from './tool-error.ts';
import { versions } from './versions.ts';

const names = ['promtool', 'prometheus'] as const;
type Name = (typeof names)[number];

/** Short: where there is no internet, nobody should wait long to learn it. */
const checksumTimeoutMs = 3_000;
const archiveTimeoutMs = 300_000;

/** The path of promtool. Its first use on a machine may download it, and says so. */
export async function promtoolBinary(): Promise<string> {
  const given = givenExecutable(
    'MOORING_PROMTOOL',
    'a promtool',
    'promtool is then taken from elsewhere, or downloaded',
  );
  if (given) return given;
  return onPath('promtool') ?? (await fromCache('promtool'));
}

/** The path of the Prometheus server, likewise. */
export async function prometheusBinary(): Promise<string> {
  const beside = join(await promtoolBinary(), '..', 'prometheus');
  if (isExecutable(beside)) return beside;
  return onPath('prometheus') ?? (await fromCache('prometheus'));
}

const onPath = (name: Name): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .filter((directory) => directory !== '')
    .map((directory) => join(directory, name))
    .find(isExecutable);

async function fromCache(name: Name): Promise<string> {
  const directory = await cached({
    key: `prometheus-${versions.prometheus}-${platform()}`,
    usable: (entry) => names.every((one) => isExecutable(join(entry, one))),
    make: downloadOrUnpack,
  });
  return join(directory, name);
}

async function downloadOrUnpack(staging: string): Promise<void> {
  try {
    await withProgress(`downloading Prometheus ${versions.prometheus}`, 30, () =>
      downloadPrometheus(staging),
    );
  } catch (error) {
    const why = `cannot be downloaded (${messageOf(error)})`;
    say(`it ${why}; trying the distribution's package instead`);
    await packagedPrometheus(staging, why);
  }
}

/** https://prometheus.io/download/. Needs `tar`. */
async function downloadPrometheus(directory: string): Promise<void> {
  const version = versions.prometheus;
  const folder = `prometheus-${version}.${platform()}`;
  const name = `${folder}.tar.gz`;
  const release = `https://github.com/prometheus/prometheus/releases/download/v${version}`;
  const sums = await download(`${release}/sha256sums.txt`, checksumTimeoutMs);
  const archive = checkedArchive(
    name,
    await download(`${release}/${name}`, archiveTimeoutMs),
    sums.toString(),
  );
  const file = join(directory, name);
  await writeFile(file, archive);
  const wanted = names.map((binary) => `${folder}/${binary}`);
  await run('tar', ['-xzf', file, '-C', directory, '--strip-components=1', ...wanted]);
  await rm(file);
}

/** Whatever its version is: what is asked of it here, Prometheus has done for years. */
async function packagedPrometheus(directory: string, why: string): Promise<void> {
  try {
    await withProgress('unpacking the package prometheus', 15, () =>
      unpackDebianPackage('prometheus', names, directory),
    );
  } catch (error) {
    throw new ToolError(
      `promtool, which tests the alerts, ${why}, and apt-get does not have it (${messageOf(error)}).`,
      [
        "install Prometheus: https://prometheus.io/download/, or your system's package (prometheus); or",
        'set MOORING_PROMTOOL to the path of a promtool that has prometheus beside it.',
      ],
    );
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
