import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { group } from '../core/crd/definition.ts';
import type { AnyKind } from '../core/kind.ts';
import { definitions } from '../kinds/definitions.ts';
import type { Manifest } from '../runtime/plan/cluster-view.ts';
import { UsageError } from './usage-error.ts';

const manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});

export interface Reading {
  /** Those that are planned. */
  readonly kinds: readonly AnyKind[];
  /** Of manifests that name none. */
  readonly namespace: string;
  /** Told of each manifest of ours that is left out. */
  readonly note: (text: string) => void;
}

/**
 * The manifests of `kinds` in a file of YAML documents or JSON. What is of another API is left out, as a file may
 * hold Deployments too, and so is what has nothing to be planned, as it may hold the AWSAccount that its objects
 * use. Throws UsageError naming the document and what is wrong with it.
 */
export function manifestsIn(
  file: { readonly name: string; readonly text: string },
  { kinds, namespace, note }: Reading,
): Manifest[] {
  return parseAllDocuments(file.text).flatMap((document, at) => {
    const where = `${file.name}, document ${at + 1}`;
    const [problem] = document.errors;
    if (problem) throw new UsageError(`${where}: ${problem.message.split('\n')[0]}`);
    const body: unknown = document.toJS();
    if (body === null || body === undefined) return [];
    const parsed = manifest.safeParse(body);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new UsageError(`${where}: ${issue?.path.join('.') || 'it'}: ${issue?.message}`);
    }
    const { apiVersion, kind: name, metadata } = parsed.data;
    if (apiVersion.split('/')[0] !== group) return [];
    const kind = kinds.find(({ definition }) => definition.kind === name);
    if (!kind) {
      const other = definitions.find((definition) => definition.kind === name);
      if (other) {
        note(`${where}: ${name} ${metadata.name} is not planned: ${whyNot(other)}`);
        return [];
      }
      const known = kinds.map(({ definition }) => definition.kind).join(', ');
      throw new UsageError(`${where}: kind ${name}: must be one of ${known}`);
    }
    return [{ kind, namespace: metadata.namespace ?? namespace, name: metadata.name, body: parsed.data }];
  });
}

const whyNot = ({ kind, settings, onRequest }: (typeof definitions)[number]): string => {
  if (settings) return `it has nothing in AWS. Objects are planned by the ${kind}s that the cluster has`;
  return onRequest ? 'it has to be asked for: --enable-access-keys' : 'it is not among --kinds';
};
