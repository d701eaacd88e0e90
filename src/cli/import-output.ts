import { stringify } from 'yaml';
import { group, version } from '../core/crd/definition.ts';

/** What `mooring import` prints: manifests on standard output, and what they do not say on standard error. */

export interface Manifest {
  readonly kind: string;
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  /** Also above the manifest, for whoever reads only that. */
  readonly notes: readonly string[];
}

export interface LeftOut {
  readonly kind: string;
  readonly id: string;
  readonly title?: string | undefined;
  readonly reason: string;
}

export interface Imported {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  readonly namespace: string;
  /** Whether managementPolicy is Observe. */
  readonly observed: boolean;
  /** Whether it was asked for by name. */
  readonly named: boolean;
  readonly manifests: readonly Manifest[];
  readonly leftOut: readonly LeftOut[];
  /** What could not be read, or was asked for by name and is not there; a line each. */
  readonly failures: readonly string[];
  /** How many were not asked for, by name or by tag. */
  readonly unasked: number;
}

/** 0: all that can be imported is there. 1: something could not be read, or was asked for by name and is not there. */
export const exitCodeOf = ({ failures, leftOut, named }: Imported): 0 | 1 =>
  failures.length > 0 || (named && leftOut.length > 0) ? 1 : 0;

/** What becomes of the manifests once they are applied. */
const consequences = {
  manage: [
    '# Applied, each object takes over its resource, and changes nothing of it but its mooring.dev tags. Deleted, it',
    '# leaves the resource: set deletionPolicy to Delete where it is to go with its object.',
  ],
  observe: [
    '# Applied, each object looks at its resource, and changes nothing. Without managementPolicy it takes it over, and',
    '# changes nothing but its mooring.dev tags.',
  ],
};

export function asYaml({ account, region, namespace, observed, manifests }: Imported): string {
  const header = [
    `# What AWS account ${account} has in ${region}, written by mooring import.`,
    ...consequences[observed ? 'observe' : 'manage'],
  ];
  return [header, ...manifests.map((manifest) => documentOf(manifest, namespace))]
    .map((lines) => `${lines.join('\n')}\n`)
    .join('---\n');
}

const documentOf = ({ kind, name, spec, notes }: Manifest, namespace: string): string[] => [
  ...notes.map((note) => `# ${oneLine(note)}`),
  toYaml({ apiVersion: `${group}/${version}`, kind, metadata: { name, namespace }, spec }),
];

/** In quotes is also what only YAML 1.1 takes for something else: kubectl reads that, as in `Version: 2012-10-17`. */
const toYaml = (manifest: object): string =>
  stringify(manifest, { compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false }).trimEnd();

/** What is to be known beside the manifests, the summary last. */
export function asLines({ manifests, leftOut, failures, unasked }: Imported): string[] {
  const notes = manifests.flatMap(({ kind, name, notes: own }) =>
    own.map((note) => `${kind} ${name}: ${oneLine(note)}`),
  );
  const left = leftOut.map(
    ({ kind, id, title, reason }) => `${kind} ${labelOf(id, title)}: left out: ${oneLine(reason)}`,
  );
  const kinds = [...Map.groupBy(manifests, ({ kind }) => kind)].map(([kind, all]) => `${all.length} ${kind}`);
  const summary = [
    `${manifests.length} manifest${manifests.length === 1 ? '' : 's'}${kinds.length > 0 ? ` (${kinds.join(', ')})` : ''}`,
    `${leftOut.length} left out`,
    ...(unasked > 0 ? [`${unasked} not asked for`] : []),
    ...(failures.length > 0 ? [`${failures.length} failed`] : []),
  ];
  return [...notes, ...left, ...failures.map(oneLine), summary.join(', ')];
}

const labelOf = (id: string, title: string | undefined): string =>
  title === undefined || title === id ? id : `${id} (${oneLine(title)})`;

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');
