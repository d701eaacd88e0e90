import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { documents, examples, read } from './documents.ts';
import { codeBlocksOf } from './markdown.ts';

/** A Kubernetes object that a document shows, or an example holds. */
export interface Shown {
  /** File and line. */
  readonly place: string;
  readonly document: string;
  readonly manifest: Manifest;
}

const manifestSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
  spec: z.record(z.string(), z.unknown()).optional(),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** YAML of another sort: a chart's values, say. */
const isFragment = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !('apiVersion' in value) && !('kind' in value);

function manifestsIn(document: string, text: string, line: number): Shown[] {
  return parseAllDocuments(text).flatMap((parsed) => {
    const place = `${document}:${line + text.slice(0, parsed.range[0]).split('\n').length - 1}`;
    const [problem] = [...parsed.errors, ...parsed.warnings];
    if (problem) throw new Error(`${place}: ${problem.message}`);
    const value: unknown = parsed.toJS();
    if (value === null || isFragment(value)) return [];
    const { data, error } = manifestSchema.safeParse(value);
    if (!data) throw new Error(`${place} is no Kubernetes object: ${error.message}`);
    return [{ place, document, manifest: data }];
  });
}

/** Throws, with its place, at what is no valid YAML. */
export const shownManifests = (): Shown[] => [
  ...documents.flatMap((document) =>
    codeBlocksOf(read(document))
      .filter(({ language }) => language === 'yaml')
      .flatMap(({ text, line }) => manifestsIn(document, text, line)),
  ),
  ...examples.flatMap((example) => manifestsIn(example, read(example), 1)),
];
