/** The manifests of examples/ that the demo applies. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const directory = join(import.meta.dirname, '..', '..', 'examples');

const manifestSchema = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ namespace: z.string(), name: z.string() }),
});
export type Manifest = z.infer<typeof manifestSchema>;

export interface Example {
  /** As a reader in the checkout would name it. */
  readonly file: string;
  /** In the file's order. */
  readonly manifests: readonly Manifest[];
}

/** `fill` puts what exists here in the place of what the example stands in for it; all of it has to be there. */
export async function readExample(name: string, fill: Record<string, string> = {}): Promise<Example> {
  let text = await readFile(join(directory, name), 'utf8');
  for (const [placeholder, value] of Object.entries(fill)) {
    if (!text.includes(placeholder)) throw new Error(`examples/${name} no longer holds ${placeholder}`);
    text = text.replaceAll(placeholder, value);
  }
  const manifests = parseAllDocuments(text).map((document) => manifestSchema.parse(document.toJS()));
  return { file: `examples/${name}`, manifests };
}
