/**
 * A definition as a CustomResourceDefinition. Guarantees: the same definition is always the same object,
 * key order included; whatever the API server could not enforce is refused here, by path.
 */

import { immutableRule } from './cel.ts';
import { group, type ResourceDefinition, version } from './definition.ts';
import { quotingFields } from './quote-field.ts';
import { Unrenderable } from './refuse.ts';
import type { CustomResourceDefinition, StructuralSchema } from './schema.ts';
import { commonStatus, settingsStatus } from './status.ts';
import { structural } from './structural.ts';

/** Throws Unrenderable. */
export function renderCRD(definition: ResourceDefinition<unknown, unknown>): CustomResourceDefinition {
  const { kind, plural, singular, shortNames, scope, printerColumns } = definition;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular,
        ...(shortNames.length ? { shortNames } : {}),
        categories: ['mooring'],
      },
      scope,
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          ...(printerColumns.length ? { additionalPrinterColumns: printerColumns } : {}),
          schema: { openAPIV3Schema: rootSchema(definition) },
        },
      ],
    },
  };
}

const rootSchema = (definition: ResourceDefinition<unknown, unknown>): StructuralSchema => ({
  type: 'object',
  description: definition.description,
  required: ['spec'],
  properties: {
    apiVersion: { type: 'string', description: `${group}/${version}` },
    kind: { type: 'string', description: definition.kind },
    metadata: { type: 'object' },
    spec: specSchema(definition),
    status: statusSchema(definition),
  },
});

function specSchema({ spec, rules, kind }: ResourceDefinition<unknown, unknown>): StructuralSchema {
  const schema = structural(spec, { root: 'spec', bounded: true });
  if (schema.type !== 'object') throw new Unrenderable('spec', 'not an object');
  refuseLeakyImmutables(schema, 'spec');
  const own = schema['x-kubernetes-validations'] ?? [];
  return quotingFields({
    type: 'object',
    description: `What the ${kind} is to be.`,
    ...schema,
    ...(own.length + rules.length ? { 'x-kubernetes-validations': [...own, ...rules] } : {}),
  });
}

/** The fields every kind has, and the kind's own; which may say in its own words what a common one means. */
function statusSchema({ status, settings }: ResourceDefinition<unknown, unknown>): StructuralSchema {
  const common = structural(settings ? settingsStatus : commonStatus, { root: 'status', bounded: false });
  const own = structural(status, { root: 'status', bounded: false });
  if (own.type !== 'object') throw new Unrenderable('status', 'not an object');
  for (const [name, field] of Object.entries(own.properties ?? {})) {
    const shared = common.properties?.[name];
    if (shared && shared.type !== field.type) {
      throw new Unrenderable(`status.${name}`, `every kind's status has it, as ${shared.type}`);
    }
  }
  if (own.required?.length) {
    throw new Unrenderable(
      `status.${own.required[0]}`,
      'required, but status is written before all of it is known',
    );
  }
  return {
    type: 'object',
    description: 'What the operator has seen in AWS.',
    ...own,
    // As Flux does: an object nobody has looked at yet is not taken for current.
    default: { observedGeneration: -1 },
    properties: { ...own.properties, ...common.properties, ...own.properties },
  };
}

/** `self == oldSelf` on an optional field lets it be removed and then set to anything. */
function refuseLeakyImmutables(schema: StructuralSchema, path: string): void {
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const immutable = field['x-kubernetes-validations']?.some(
      ({ message }) => message === immutableRule.message,
    );
    const always = schema.required?.includes(name) || field.default !== undefined;
    if (immutable && !always) {
      throw new Unrenderable(
        `${path}.${name}`,
        `optional, so that immutable() would let it be removed and set anew: write immutableFields(['${name}']) on ${path}`,
      );
    }
    refuseLeakyImmutables(field, `${path}.${name}`);
  }
}
