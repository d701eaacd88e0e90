import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { ControlPlane } from './control-plane.ts';

const crdDirectory = join(import.meta.dirname, '..', '..', 'crds');
const establishTimeoutMs = 10_000;

const crdSchema = z.looseObject({
  kind: z.literal('CustomResourceDefinition'),
  metadata: z.looseObject({ name: z.string() }),
});
const establishedSchema = z.looseObject({
  status: z.looseObject({ conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })) }),
});

/**
 * Applies the CRDs in `directory` (default: the project's) server-side and waits until the API server serves them.
 * Gives their names; none if the directory is not there.
 */
export async function applyCrds(
  controlPlane: Pick<ControlPlane, 'request'>,
  directory: string = crdDirectory,
): Promise<string[]> {
  const crds = await readCrds(directory);
  for (const crd of crds) {
    const { status, body } = await controlPlane.request({
      method: 'PATCH',
      path: `${pathOf(crd.metadata.name)}?fieldManager=mooring-dev&force=true`,
      contentType: 'application/apply-patch+yaml',
      body: crd,
    });
    if (status >= 300) throw new Error(`CRD ${crd.metadata.name} is refused: ${JSON.stringify(body)}`);
  }
  for (const { metadata } of crds) await established(controlPlane, metadata.name);
  return crds.map(({ metadata }) => metadata.name);
}

const pathOf = (name: string) => `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`;

async function readCrds(directory: string): Promise<z.infer<typeof crdSchema>[]> {
  const files = await readdir(directory).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  const texts = await Promise.all(
    files
      .filter((file) => file.endsWith('.yaml'))
      .sort()
      .map((file) => readFile(join(directory, file), 'utf8')),
  );
  return texts.flatMap((text) => parseAllDocuments(text).map((document) => crdSchema.parse(document.toJS())));
}

async function established(controlPlane: Pick<ControlPlane, 'request'>, name: string): Promise<void> {
  const deadline = performance.now() + establishTimeoutMs;
  while (performance.now() < deadline) {
    const crd = establishedSchema.safeParse(
      (await controlPlane.request({ method: 'GET', path: pathOf(name) })).body,
    );
    const isEstablished = (condition: { type: string; status: string }) =>
      condition.type === 'Established' && condition.status === 'True';
    if (crd.data?.status.conditions.some(isEstablished)) return;
    await sleep(50);
  }
  throw new Error(`CRD ${name} was not served after ${establishTimeoutMs / 1000} s`);
}
