/**
 * The operator and every package it uses in one file, for the image: it starts faster than from node_modules, and in
 * less memory.
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { z } from 'zod';
import { schemaKeys } from './schema-keys.ts';
import { zodLocales } from './zod-locales.ts';

export interface Bundle {
  readonly version: string;
  readonly bytes: number;
  /** Paths of the files that went into it, from the repository's root → bytes of the bundle they make up. */
  readonly inputs: ReadonlyMap<string, number>;
}

const root = join(import.meta.dirname, '..', '..');
const packageSchema = z.object({ version: z.string() });

/** Some packages are CommonJS, and call `require` of Node's own modules: an ES module has to make it first. */
const requireForCommonJs =
  "import { createRequire as mooringCreateRequire } from 'node:module';\n" +
  'const require = mooringCreateRequire(import.meta.url);';

export async function buildBundle(outfile: string): Promise<Bundle> {
  const { version } = packageSchema.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    // A package's ES modules where it has both kinds: only of those can parts be left out.
    mainFields: ['module', 'main'],
    minifySyntax: true,
    minifyWhitespace: true,
    // Not the identifiers: the stack in a user's bug report names functions. It costs a megabyte on disk, none in memory.
    minifyIdentifiers: false,
    legalComments: 'none',
    define: { MOORING_VERSION: JSON.stringify(version) },
    banner: { js: requireForCommonJs },
    plugins: [schemaKeys, zodLocales],
    metafile: true,
    logLevel: 'warning',
  });
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  return {
    version,
    bytes: (await stat(outfile)).size,
    inputs: new Map(inputs.map(([path, { bytesInOutput }]) => [path, bytesInOutput])),
  };
}
