import { inject } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { isWrite } from '../../dev/proxy/counts.ts';
import { definitions } from '../../src/kinds/definitions.ts';
import { mooring } from './mooring-command.ts';
import { objectsOf } from './objects.ts';
import type { TestBed } from './test-bed.ts';

/** What `mooring import` prints, and what becomes of it. */

const manifestSchema = z.object({
  apiVersion: z.literal('mooring.dev/v1alpha1'),
  kind: z.string(),
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.record(z.string(), z.unknown()),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** The real command, as a person calls it. */
export const runImport = ({ namespace, region }: TestBed, ...more: string[]) =>
  mooring(
    'import',
    ...['--region', region, '--aws-endpoint-url', inject('awsUrl'), '--namespace', namespace, ...more],
  );

/** As kubectl reads a file: each document that is not empty. */
export const manifestsIn = (text: string): Manifest[] =>
  parseAllDocuments(text).flatMap((document) => {
    const body: unknown = document.toJS();
    return body === null ? [] : [manifestSchema.parse(body)];
  });

const objectsAs = ({ kube }: TestBed, { kind, metadata: { namespace } }: Manifest) => {
  const plural = definitions.find((definition) => definition.kind === kind)?.plural ?? '';
  return objectsOf({ client: kube.client, namespace, kind, plural });
};

/** `kubectl apply --server-side`, and until each is Ready. */
export async function applyAll(bed: TestBed, manifests: readonly Manifest[]): Promise<void> {
  for (const manifest of manifests)
    await objectsAs(bed, manifest).apply(manifest.metadata.name, manifest.spec);
  for (const manifest of manifests) await objectsAs(bed, manifest).waitReady(manifest.metadata.name);
}

/** What the operators wrote since then, in every Region and in IAM, each operation once. */
export async function writesSince({ proxy }: TestBed, from: number): Promise<string[]> {
  const calls = (await proxy.calls({})).filter(
    ({ id, accessKey }) => id > from && accessKey === operatorKey(),
  );
  return [...new Set(calls.map(({ operation }) => operation).filter(isWrite))].sort();
}

/** With which this file's operators and commands sign. */
const operatorKey = (): string | undefined => process.env.AWS_ACCESS_KEY_ID;

export const lastCall = async ({ proxy }: TestBed): Promise<number> =>
  (await proxy.calls({})).at(-1)?.id ?? 0;
