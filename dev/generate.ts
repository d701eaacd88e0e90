/**
 * `npm run generate` renders crds/, docs/reference.md and the chart's CRDs from src/kinds/*\/spec.ts, with the
 * reference's examples out of the recipes, deploy/iam/ from src/kinds/*\/calls.ts, and deploy/install.yaml from the
 * chart; with `--check` it writes nothing, and exits 1 naming what is stale.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { ResourceDefinition } from '../src/core/crd/definition.ts';
import { renderReference } from '../src/core/crd/reference.ts';
import { renderCRD } from '../src/core/crd/render.ts';
import { callsOfKinds } from '../src/kinds/calls.ts';
import { definitions } from '../src/kinds/definitions.ts';
import { policyFor } from '../src/kinds/policy.ts';
import { chartFiles, chartFilesFolder } from './chart/chart-files.ts';
import { installManifestPath, renderInstallManifest } from './chart/install-manifest.ts';
import { exampleSpecs } from './docs/example-specs.ts';
import { customizationsPath, renderCustomizations } from './gitops/argocd-customizations.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const folderOf = (kind: string): string =>
  kind.replaceAll(/([a-z])([A-Z])|([A-Z])([A-Z][a-z])/g, '$1$3-$2$4').toLowerCase();

function crdFile(definition: ResourceDefinition<unknown, unknown>): [path: string, content: string] {
  const header = `# rendered from src/kinds/${folderOf(definition.kind)}/spec.ts by "npm run generate"; do not edit\n`;
  const body = stringify(renderCRD(definition), { lineWidth: 110, aliasDuplicateObjects: false });
  return [`crds/${definition.plural}.yaml`, header + body];
}

const policyFile = (kind: string): [path: string, content: string] => [
  `deploy/iam/${folderOf(kind)}.json`,
  `${JSON.stringify(policyFor([kind]), null, 2)}\n`,
];

/** Path from the repository's root → content, of everything that is rendered from the kinds. */
export const generated = (): ReadonlyMap<string, string> =>
  new Map([
    ...definitions.map(crdFile),
    ...Object.keys(callsOfKinds).map(policyFile),
    ['docs/reference.md', `${renderReference(definitions.map(renderCRD), exampleSpecs())}\n`],
    ...chartFiles(definitions, root),
    [customizationsPath, renderCustomizations(definitions, root)],
  ]);

const current = (path: string): string | undefined => {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
};

/** Of kinds that are no more. */
const orphans = (files: ReadonlyMap<string, string>): string[] =>
  [
    { folder: 'crds', extension: '.yaml' },
    { folder: `${chartFilesFolder}/crds`, extension: '.yaml' },
    { folder: 'deploy/iam', extension: '.json' },
  ].flatMap(({ folder, extension }) => {
    const there = existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : [];
    return there
      .filter((name) => name.endsWith(extension) && !files.has(`${folder}/${name}`))
      .map((name) => `${folder}/${name}`);
  });

const staleOf = (files: ReadonlyMap<string, string>): [path: string, content: string][] =>
  [...files].filter(([path, content]) => current(path) !== content);

function write(stale: readonly [path: string, content: string][]): void {
  for (const [path, content] of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    console.log(`wrote ${path}`);
  }
}

/** Names what is stale; from a chart that is stale itself install.yaml is not rendered. */
async function check(): Promise<number> {
  const files = generated();
  const stale = staleOf(files).map(([path]) => path);
  const gone = orphans(files);
  if (stale.length + gone.length === 0) {
    stale.push(
      ...staleOf(new Map([[installManifestPath, await renderInstallManifest(root)]])).map(([path]) => path),
    );
  }
  for (const path of stale) console.error(`${path} is stale: run "npm run generate"`);
  for (const path of gone) console.error(`${path} is of no kind: run "npm run generate"`);
  return stale.length + gone.length ? 1 : 0;
}

async function generate(): Promise<number> {
  const files = generated();
  write(staleOf(files));
  for (const path of orphans(files)) {
    rmSync(join(root, path));
    console.log(`removed ${path}`);
  }
  write(staleOf(new Map([[installManifestPath, await renderInstallManifest(root)]])));
  return 0;
}

if (import.meta.main) process.exitCode = await (process.argv.includes('--check') ? check() : generate());
