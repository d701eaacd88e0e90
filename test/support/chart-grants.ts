import { z } from 'zod';
import type { AuditedRequest } from './audit.ts';
import type { Manifest } from './chart.ts';

const strings = z.array(z.string());
const ruleSchema = z.object({
  apiGroups: strings.default([]),
  resources: strings.default([]),
  resourceNames: strings.optional(),
  verbs: strings,
});
/** A PolicyRule of RBAC. */
export type Rule = z.infer<typeof ruleSchema>;

const boundSchema = z.object({
  roleRef: z.object({ kind: z.string(), name: z.string() }),
  subjects: z.array(z.object({ kind: z.string(), name: z.string() })),
});
const roleSchema = z.looseObject({ rules: z.array(ruleSchema) });

/** One verb on one resource, as a role that is bound to the service account grants it. */
export interface Grant {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  readonly names: readonly string[] | undefined;
  /** Undefined: in all. */
  readonly namespace: string | undefined;
}

/** Everything that the manifests grant to the service account. */
export function grantsOf(manifests: readonly Manifest[], serviceAccount: string): Grant[] {
  const bindings = manifests.filter(
    ({ kind, ...rest }) =>
      kind.endsWith('Binding') &&
      boundSchema
        .parse(rest)
        .subjects.some((one) => one.kind === 'ServiceAccount' && one.name === serviceAccount),
  );
  return bindings.flatMap((binding) => {
    const { roleRef } = boundSchema.parse(binding);
    const { namespace } = binding.metadata;
    const role = manifests.find(
      ({ kind, metadata }) =>
        kind === roleRef.kind &&
        metadata.name === roleRef.name &&
        (kind === 'ClusterRole' || metadata.namespace === namespace),
    );
    if (!role) throw new Error(`${binding.metadata.name} binds ${roleRef.name}, which is not there`);
    return roleSchema
      .parse(role)
      .rules.flatMap(({ apiGroups, resources, verbs, resourceNames }) =>
        apiGroups.flatMap((group) =>
          resources.flatMap((resource) =>
            verbs.map((verb) => ({ group, resource, verb, names: resourceNames, namespace })),
          ),
        ),
      );
  });
}

export const covers = (grant: Grant, request: AuditedRequest): boolean =>
  grant.group === request.group &&
  grant.resource === request.resource &&
  grant.verb === request.verb &&
  (grant.namespace === undefined || grant.namespace === request.namespace) &&
  (grant.names === undefined || grant.names.includes(request.name ?? ''));

export const tell = ({ verb, group, resource, names, namespace }: Grant): string =>
  [verb, group ? `${resource}.${group}` : resource, names?.join(), namespace && `in ${namespace}`]
    .filter(Boolean)
    .join(' ');
