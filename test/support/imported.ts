import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { isWrite } from '../../dev/proxy/counts.ts';
import type { Resource } from '../../src/core/resource.ts';
import { definitions } from '../../src/kinds/definitions.ts';
import { resourcePath } from '../../src/runtime/kubernetes/client.ts';
import { kstatus } from './kstatus.ts';
import { mooring } from './mooring-command.ts';
import { patience } from './patience.ts';
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

const pathOf = ({ kind, metadata }: Manifest): string => {
  const plural = definitions.find((definition) => definition.kind === kind)?.plural ?? '';
  return resourcePath({ group: 'mooring.dev', version: 'v1alpha1', plural, ...metadata });
};

/** `kubectl apply --server-side`. */
export async function applyAll({ kube }: TestBed, manifests: readonly Manifest[]): Promise<void> {
  for (const manifest of manifests)
    await kube.client.apply(pathOf(manifest), manifest, { fieldManager: 'kubectl', force: true });
}

/** Until each is Ready; the failure tells what the last one was instead. */
export async function waitAllReady({ kube }: TestBed, manifests: readonly Manifest[]): Promise<void> {
  const deadline = performance.now() + patience;
  for (const manifest of manifests) {
    for (;;) {
      const object = await kube.client.get<Resource>(pathOf(manifest));
      if (object.status?.observedGeneration === object.metadata.generation && kstatus(object) === 'Current')
        break;
      if (performance.now() > deadline)
        throw new Error(
          `${manifest.kind} is not Ready: ${JSON.stringify([object.spec, object.status], null, 1)}`,
        );
      await sleep(50);
    }
  }
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
