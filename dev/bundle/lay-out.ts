/**
 * The bundle's folder as the image has it. Guarantees the same bytes and times for the same source and
 * SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/): nothing in it tells when or where
 * it was made.
 */
import { chmod, copyFile, lutimes, mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildBundle } from './build.ts';
import { type BundledPackage, bundledPackages, renderNotices, renderSbom } from './packages.ts';

export interface Layout {
  readonly directory: string;
  /** Path of Node's binary where the bundle will run; the folder gets a link to it, which the image's entry point takes. */
  readonly node?: string | undefined;
  /** Seconds since 1970: of every file. */
  readonly epoch: number;
}

export interface LaidOut {
  readonly file: string;
  readonly bytes: number;
  readonly packages: readonly BundledPackage[];
}

const root = join(import.meta.dirname, '..', '..');

/** Into an empty or absent directory. */
export async function layOut({ directory, node, epoch }: Layout): Promise<LaidOut> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'mooring.mjs');
  const { version, bytes, inputs } = await buildBundle(file);
  const packages = await bundledPackages(root, inputs);
  await writeFile(join(directory, 'THIRD-PARTY-NOTICES.txt'), renderNotices(packages));
  // The time is among the bytes, too: a builder that compares bytes only would take what it has with an older time.
  await writeFile(join(directory, 'sbom.cdx.json'), renderSbom(version, packages, epoch));
  await copyFile(join(root, 'LICENSE'), join(directory, 'LICENSE'));
  for (const name of await readdir(directory)) await chmod(join(directory, name), 0o644);
  if (node !== undefined) await symlink(node, join(directory, 'node'));
  for (const name of await readdir(directory)) await lutimes(join(directory, name), epoch, epoch);
  await chmod(directory, 0o755);
  await utimes(directory, epoch, epoch);
  return { file, bytes, packages };
}
