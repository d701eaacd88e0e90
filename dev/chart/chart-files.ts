/** The files of deploy/chart that are rendered from the kinds, or copied from elsewhere in the repository. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { group, type ResourceDefinition } from '../../src/core/crd/definition.ts';
import { renderCRD } from '../../src/core/crd/render.ts';

type Definition = ResourceDefinition<unknown, unknown>;
/** Path from the repository's root, and content. */
export type GeneratedFile = readonly [path: string, content: string];

/** Where the files are that the chart's templates read. */
export const chartFilesFolder = 'deploy/chart/files';

/**
 * Kinds by which whoever may write them could become an administrator of AWS: the chart does not put them into
 * Kubernetes' own role `edit`.
 */
const administrative: ReadonlySet<string> = new Set(['AWSAccount', 'IAMAccessKey', 'IAMRole']);

const header = '# rendered by "npm run generate"; do not edit\n';

/** What deploy/monitoring has for Prometheus and Grafana: a chart can read no file outside of its own folder. */
const monitoring = ['alerts.yaml', 'dashboard.json'];

export const chartFiles = (definitions: readonly Definition[], root: string): GeneratedFile[] => [
  ...definitions.map(crdFile),
  [`${chartFilesFolder}/kinds.yaml`, kindsFile(definitions)],
  ...monitoring
    .map((name) => [join(root, 'deploy', 'monitoring', name), `${chartFilesFolder}/${name}`] as const)
    .filter(([source]) => existsSync(source))
    .map(([source, path]): GeneratedFile => [path, readFileSync(source, 'utf8')]),
];

/** As in crds/, with the annotation by which Helm leaves it, and so all objects, when the release is uninstalled. */
function crdFile(definition: Definition): GeneratedFile {
  const { metadata, ...crd } = renderCRD(definition);
  const kept = {
    apiVersion: crd.apiVersion,
    kind: crd.kind,
    metadata: { name: metadata.name, annotations: { 'helm.sh/resource-policy': 'keep' } },
    spec: crd.spec,
  };
  const body = stringify(kept, { lineWidth: 110, aliasDuplicateObjects: false });
  return [`${chartFilesFolder}/crds/${definition.plural}.yaml`, header + body];
}

/** What the templates of RBAC rules know of a kind. */
function kindsFile(definitions: readonly Definition[]): string {
  const kinds = definitions.map(({ kind, plural, scope }) => ({
    kind,
    plural,
    scope,
    administrative: administrative.has(kind),
  }));
  return `${header}# The kinds of ${group}.\n${stringify(kinds)}`;
}
