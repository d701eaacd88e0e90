/**
 * `npm run release:check [-- v0.1.0]`: whether package.json, the chart, deploy/install.yaml, the CRDs and the
 * changelog agree; with a tag, also whether they are ready for its release. Exits 1 naming what is not.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { releaseProblems } from './release/check.ts';

const root = join(import.meta.dirname, '..');
const text = (path: string) => readFile(join(root, path), 'utf8');
const textIfThere = (path: string) =>
  text(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });

const crdFiles = (await readdir(join(root, 'crds'))).filter((name) => name.endsWith('.yaml')).sort();
const [tag] = process.argv.slice(2);
const problems = releaseProblems(
  {
    packageJson: await text('package.json'),
    packageLock: await text('package-lock.json'),
    changelog: await text('CHANGELOG.md'),
    chart: await textIfThere('deploy/chart/Chart.yaml'),
    install: await textIfThere('deploy/install.yaml'),
    crds: new Map(
      await Promise.all(crdFiles.map(async (name) => [name, await text(`crds/${name}`)] as const)),
    ),
  },
  tag,
);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(`everything agrees${tag === undefined ? '' : `, and is ready for ${tag}`}`);
