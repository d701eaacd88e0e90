import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { ControlPlane } from './control-plane.ts';

const crdDirectory = join(import.meta.dirname, '..', '..', 'crds');
const servedTimeoutMs = 10_000;

const crdSchema = z.looseObject({
  kind: z.literal('CustomResourceDefinition'),
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    group: z.string(),
    names: z.looseObject({ plural: z.string() }),
    versions: z.array(z.looseObject({ name: z.string() })),
  }),
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
  await Promise.all(crds.map((crd) => served(controlPlane, crd)));
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

/** Established comes a moment before the first list is answered: until then the API server says 429 or 404. */
async function served(
  controlPlane: Pick<ControlPlane, 'request'>,
  crd: z.infer<typeof crdSchema>,
): Promise<void> {
  const { group, names, versions } = crd.spec;
  const lists = versions.map(({ name }) => `/apis/${group}/${name}/${names.plural}?limit=1`);
  const deadline = performance.now() + servedTimeoutMs;
  for (;;) {
    const replies = await Promise.all(lists.map((path) => controlPlane.request({ method: 'GET', path })));
    if (replies.every(({ status }) => status === 200)) return;
    if (performance.now() > deadline) {
      throw new Error(`CRD ${crd.metadata.name} was not served after ${servedTimeoutMs / 1000} s`);
    }
    await sleep(50);
  }
}
