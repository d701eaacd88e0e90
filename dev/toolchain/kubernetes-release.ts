/**
 * The single binaries that the Kubernetes project publishes: all of them for Linux, kubectl for every system.
 * https://kubernetes.io/releases/download/#binaries
 */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { download } from './download.ts';
import { buildWithGo, type GoModule, type GoProgram } from './go.ts';
import { platform } from './platform.ts';
import { say, withProgress } from './progress.ts';

/** Short: where there is no internet, nobody should wait long to learn it. */
const checksumTimeoutMs = 3_000;
const binaryTimeoutMs = 300_000;

export interface KubernetesRelease {
  readonly version: string;
  /** What builds it where it cannot be downloaded. */
  readonly module: GoModule;
}

/** Puts `program` of that release into `directory`, under its name. */
export async function downloadOrBuild(
  program: GoProgram,
  { version, module }: KubernetesRelease,
  directory: string,
): Promise<void> {
  try {
    await withProgress(`downloading ${program.name} ${version}`, 15, async () => {
      const binary = await downloadBinary(program.name, version);
      await writeFile(join(directory, program.name), binary, { mode: 0o755 });
    });
  } catch (error) {
    say(`it cannot be downloaded (${error instanceof Error ? error.message : error}); building it instead`);
    await buildWithGo(module, [program], directory);
  }
}

async function downloadBinary(name: string, version: string): Promise<Buffer> {
  const url = `https://dl.k8s.io/release/${version}/bin/${platform().replace('-', '/')}/${name}`;
  const sum = await download(`${url}.sha256`, checksumTimeoutMs);
  return checkedBinary(url, await download(url, binaryTimeoutMs), sum.toString());
}

/** `binary` itself. `sum` is its SHA-256 in hexadecimal, and nothing else. */
export function checkedBinary(url: string, binary: Buffer, sum: string): Buffer {
  const sha256 = createHash('sha256').update(binary).digest('hex');
  if (sum.trim() !== sha256) throw new Error(`${url} has the wrong checksum`);
  return binary;
}
