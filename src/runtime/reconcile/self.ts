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
    spec: parsed(kind.definition.spec, object.spec ?? {}, 'spec'),
    status: parsed(kind.definition.status, object.status ?? {}, 'status'),
    deleting: metadata.deletionTimestamp !== undefined,
    ...(creation ? { creation } : {}),
  };
}

/** Throws InvalidSpec naming each field that is wrong. */
export function parsed<Value>(schema: z.ZodType<Value>, value: unknown, root: string): Value {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${[root, ...issue.path].join('.')}: ${issue.message}`);
  throw new InvalidSpec(problems.join('; '));
}
