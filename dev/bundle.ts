/**
 * `npm run bundle`: the operator in one file, dist/mooring.mjs, with the licenses and a list of what is in it.
 * The Dockerfile calls it with `--out` and `--node`, the path of Node's binary in the image.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { layOut } from './bundle/lay-out.ts';

const { values } = parseArgs({ options: { out: { type: 'string' }, node: { type: 'string' } } });
const directory = values.out ?? join(import.meta.dirname, '..', 'dist');
await rm(directory, { recursive: true, force: true });
const { file, bytes, packages } = await layOut({
  directory,
  node: values.node,
  epoch: Number(process.env.SOURCE_DATE_EPOCH || 0),
});
const kilobytes = (size: number) => `${Math.round(size / 1_000).toLocaleString('en')} kB`;
const ours = bytes - packages.reduce((sum, one) => sum + one.bytes, 0);
console.log(
  `${file}: ${kilobytes(bytes)}, of which ${kilobytes(ours)} are Mooring's own. The largest packages:`,
);
for (const one of [...packages].sort((a, b) => b.bytes - a.bytes).slice(0, 8))
  console.log(`  ${kilobytes(one.bytes).padStart(9)}  ${one.name} ${one.version}`);
console.log(`  ${packages.length} packages in all: see sbom.cdx.json beside it`);
