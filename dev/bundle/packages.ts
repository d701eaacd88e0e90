/** Which npm packages went into a bundle: a scanner of the image cannot see them any more, so the bundle brings a list. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** As its package.json has it: an SPDX expression. */
  readonly license: string;
  /** The text of its license and notice files. */
  readonly notices: string;
  /** Of the bundle. */
  readonly bytes: number;
}

const packageSchema = z.object({ name: z.string(), version: z.string(), license: z.string() });
/** The innermost package's folder of a path such as `node_modules/a/node_modules/@b/c/index.js`. */
const packageFolder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;
const noticeFile = /^(licen[cs]e|notice|copying)/i;

/** `inputs` as {@link Bundle} has them; sorted by name. */
export async function bundledPackages(
  root: string,
  inputs: ReadonlyMap<string, number>,
): Promise<readonly BundledPackage[]> {
  const bytes = new Map<string, number>();
  for (const [path, size] of inputs) {
    const [folder] = packageFolder.exec(path) ?? [];
    if (folder !== undefined) bytes.set(folder, (bytes.get(folder) ?? 0) + size);
  }
  const packages = await Promise.all(
    [...bytes].map(async ([folder, size]) => ({ ...(await readPackage(join(root, folder))), bytes: size })),
  );
  return packages.sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

async function readPackage(folder: string): Promise<Omit<BundledPackage, 'bytes'>> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const files = (await readdir(folder)).filter((name) => noticeFile.test(name)).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  return { ...packageSchema.parse(manifest), notices: texts.map((text) => text.trim()).join('\n\n') };
}

/** What the licenses ask for: their texts go with every copy. */
export const renderNotices = (packages: readonly BundledPackage[]): string =>
  packages
    .map(({ name, version, license, notices }) => {
      const head = `${name} ${version} (${license})`;
      return `${head}\n${'='.repeat(head.length)}\n\n${notices || 'It has no license file.'}\n`;
    })
    .join('\n\n');

/**
 * CycloneDX 1.6, https://cyclonedx.org/docs/1.6/json/. `epoch` in seconds, and no serial number: the same bundle and
 * time, the same text.
 */
export function renderSbom(version: string, packages: readonly BundledPackage[], epoch: number): string {
  const component = (name: string, of: string, type: 'application' | 'library', license: string) => {
    const purl = `pkg:npm/${name.replace('@', '%40')}@${of}`;
    return { type, 'bom-ref': purl, name, version: of, purl, licenses: [{ expression: license }] };
  };
  return JSON.stringify(
    {
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      version: 1,
      metadata: {
        timestamp: new Date(epoch * 1_000).toISOString(),
        component: component('mooring', version, 'application', 'Apache-2.0'),
      },
      components: packages.map((one) => component(one.name, one.version, 'library', one.license)),
    },
    null,
    1,
  );
}
