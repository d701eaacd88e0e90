/** Whether everything that tells the version tells the same, and what is shipped is what is here. */
import { isDeepStrictEqual } from 'node:util';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';

/** Texts of files; undefined where there is none. */
export interface ReleaseFiles {
  readonly packageJson: string;
  readonly packageLock: string;
  readonly changelog: string;
  /** deploy/chart/Chart.yaml */
  readonly chart: string | undefined;
  /** deploy/install.yaml, rendered from the chart. */
  readonly install: string | undefined;
  /** crds/*.yaml by file name. */
  readonly crds: ReadonlyMap<string, string>;
}

const versioned = z.object({ version: z.string() });
const chartSchema = z.object({ version: z.string(), appVersion: z.string() });
const crdSchema = z.object({
  kind: z.literal('CustomResourceDefinition'),
  metadata: z.object({ name: z.string() }),
  spec: z.unknown(),
});
const deploymentSchema = z.object({
  kind: z.literal('Deployment'),
  spec: z.object({
    template: z.object({ spec: z.object({ containers: z.array(z.object({ image: z.string() })) }) }),
  }),
});

const semver = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

/** A line for each problem. `tag`, such as "v0.1.0": what is to be released, whose changes must then be told. */
export function releaseProblems(files: ReleaseFiles, tag?: string): string[] {
  const { version } = versioned.parse(JSON.parse(files.packageJson));
  return [
    ...(semver.test(version)
      ? []
      : [`package.json: version ${version} is not a semantic version such as 0.1.0`]),
    ...differs(
      'package-lock.json',
      'version',
      versioned.parse(JSON.parse(files.packageLock)).version,
      version,
    ),
    ...(tag === undefined || tag === `v${version}`
      ? []
      : [`the tag is ${tag}, but package.json says ${version}: it must be v${version}`]),
    ...changelogProblems(files.changelog, version, tag),
    ...chartProblems(files.chart, version),
    ...installProblems(files.install, files.crds, version),
  ];
}

const differs = (file: string, field: string, found: string, version: string): string[] =>
  found === version ? [] : [`${file}: ${field} is ${found}, but package.json says ${version}`];

/** https://keepachangelog.com/en/1.1.0/ */
function changelogProblems(changelog: string, version: string, tag: string | undefined): string[] {
  const [newest, ...older] = [...changelog.matchAll(/^## \[(.+?)\](.*)$/gm)].map(
    ([, name = '', date = '']) => ({ name, date }),
  );
  if (newest?.name !== 'Unreleased') return ['CHANGELOG.md: its first section must be ## [Unreleased]'];
  if (tag === undefined) return [];
  const [released] = older;
  if (released?.name !== version)
    return [`CHANGELOG.md: below Unreleased there must be a section ## [${version}] - <date> for ${tag}`];
  return / - \d{4}-\d{2}-\d{2}$/.test(released.date)
    ? []
    : [`CHANGELOG.md: the section ${version} needs its date, as in ## [${version}] - 2026-01-31`];
}

function chartProblems(chart: string | undefined, version: string): string[] {
  const file = 'deploy/chart/Chart.yaml';
  if (chart === undefined) return [`${file} is missing`];
  const found = chartSchema.parse(parse(chart));
  return [
    ...differs(file, 'version', found.version, version),
    ...differs(file, 'appVersion', found.appVersion, version),
  ];
}

function installProblems(
  install: string | undefined,
  crds: ReadonlyMap<string, string>,
  version: string,
): string[] {
  const file = 'deploy/install.yaml';
  if (install === undefined) return [`${file} is missing: run "npm run generate"`];
  const documents = parseAllDocuments(install).map((document): unknown => document.toJS());
  const images = documents.flatMap((document) => {
    const { success, data } = deploymentSchema.safeParse(document);
    return success ? data.spec.template.spec.containers.map(({ image }) => image) : [];
  });
  const shipped = new Map(
    documents.flatMap((document) => {
      const { success, data } = crdSchema.safeParse(document);
      return success ? [[data.metadata.name, data.spec] as const] : [];
    }),
  );
  return [
    ...(images.length === 0 ? [`${file}: there is no Deployment in it`] : []),
    ...images.flatMap((image) => differs(file, 'the image’s tag', image.split(':').at(-1) ?? '', version)),
    ...[...crds].flatMap(([name, text]) => {
      const { metadata, spec } = crdSchema.parse(parse(text));
      return isDeepStrictEqual(shipped.get(metadata.name), spec)
        ? []
        : [`${file}: its CRD ${metadata.name} is not that of crds/${name}: run "npm run generate"`];
    }),
  ];
}
