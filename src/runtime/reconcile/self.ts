import type { z } from 'zod';
import type { AnyKind, Self } from '../../core/kind.ts';
import type { Resource } from '../../core/resource.ts';

/** A manifest the schema accepts but the kind does not: waits for a change of the spec. */
export class InvalidSpec extends Error {
  override readonly name = 'InvalidSpec';
}

/** An object from the informer as its kind sees it. Throws InvalidSpec naming each field that is wrong. */
export function selfOf(kind: AnyKind, cluster: string, object: Resource): Self<unknown, unknown> {
  const { metadata } = object;
  const creation = object.status?.creation;
  return {
    identity: {
      cluster,
      kind: kind.definition.kind,
      namespace: metadata.namespace ?? '',
      name: metadata.name,
    },
    uid: metadata.uid,
    generation: metadata.generation ?? 0,
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    spec: parse(kind.definition.spec, object.spec ?? {}, 'spec'),
    status: parse(kind.definition.status, object.status ?? {}, 'status'),
    deleting: metadata.deletionTimestamp !== undefined,
    ...(creation ? { creation } : {}),
  };
}

function parse(schema: z.ZodType, value: unknown, root: string): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${[root, ...issue.path].join('.')}: ${issue.message}`);
  throw new InvalidSpec(problems.join('; '));
}
