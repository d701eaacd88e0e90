/**
 * The AWS SDK describes every operation of a service by a constant whose keys are computed from other constants:
 * `{ [_hQ]: "Action" }`. What a computed key may do no bundler can know, so it keeps them all: half a megabyte for EC2,
 * of which Mooring calls thirty operations. Written out (`{ "httpQuery": "Action" }`), what nobody uses can go.
 */
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

const constant = /^const (_\w+) = ("[^"\\]*");$/gm;
const computedKey = /\[(_\w+)\](?=:)/g;

/** `source` with each computed key that is one of its own string constants replaced by the string. */
export function writeOutKeys(source: string): string {
  const strings = new Map([...source.matchAll(constant)].map(([, name, text]) => [name, text]));
  return source.replaceAll(computedKey, (key: string, name: string) => strings.get(name) ?? key);
}

export const schemaKeys: Plugin = {
  name: 'schema-keys',
  setup(build) {
    build.onLoad({ filter: /[\\/](@aws-sdk|@smithy)[\\/].*[\\/]schemas_\d+\.js$/ }, async ({ path }) => ({
      contents: writeOutKeys(await readFile(path, 'utf8')),
      loader: 'js',
    }));
  },
};
