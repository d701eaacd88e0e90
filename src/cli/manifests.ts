import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { group } from '../core/crd/definition.ts';
import type { AnyKind } from '../core/kind.ts';
import type { Manifest } from '../runtime/plan/cluster-view.ts';
import { UsageError } from './usage-error.ts';

const manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});

/**
 * The manifests of `kinds` in a file of YAML documents or JSON; what is of another API is left out, as a file
 * may hold Deployments too. Throws UsageError naming the document and what is wrong with it.
 */
export function manifestsIn(
  file: { readonly name: string; readonly text: string },
  kinds: readonly AnyKind[],
  namespace: string,
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
      const known = kinds.map(({ definition }) => definition.kind).join(', ');
      throw new UsageError(`${where}: kind ${name}: must be one of ${known}`);
    }
    return [{ kind, namespace: metadata.namespace ?? namespace, name: metadata.name, body: parsed.data }];
  });
}
