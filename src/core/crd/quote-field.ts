import { celString, member } from './cel.ts';
import type { CelRule } from './definition.ts';
import type { StructuralSchema } from './schema.ts';

/**
 * `schema` with rules that quote the field they speak of, and of a forbidden change what it was and would be:
 * a rule stands on the object around the field, which the API server does not show. Only rendering can add
 * that, for what CEL may quote depends on the field's type. Text and switches are quoted: an object or a
 * list could be too long for a message, and the API server takes `string(number)` for too costly.
 */
export function quotingFields(schema: StructuralSchema): StructuralSchema {
  const { properties, items, additionalProperties, 'x-kubernetes-validations': rules } = schema;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, field]) => [name, quotingFields(field)]),
      ),
    }),
    ...(items && { items: quotingFields(items) }),
    ...(additionalProperties && { additionalProperties: quotingFields(additionalProperties) }),
    ...(rules && { 'x-kubernetes-validations': rules.map((rule) => quotingField(rule, properties ?? {})) }),
  };
}

function quotingField(rule: CelRule, properties: NonNullable<StructuralSchema['properties']>): CelRule {
  const field = rule.fieldPath?.slice(1) ?? '';
  const type = properties[field]?.type;
  if (rule.messageExpression !== undefined || (type !== 'string' && type !== 'boolean')) return rule;
  const quote = (object: string) => quoted(`${object}.${member(field)}`, type);
  const what = rule.rule.includes('oldSelf')
    ? `' (from ' + ${quote('oldSelf')} + ' to ' + ${quote('self')} + ')'`
    : `' (given is ' + ${quote('self')} + ')'`;
  const { fieldPath, reason, ...words } = rule;
  return {
    ...words,
    messageExpression: `${celString(rule.message)} + ${what}`,
    ...(fieldPath !== undefined && { fieldPath }),
    ...(reason !== undefined && { reason }),
  };
}

function quoted(value: string, type: 'string' | 'boolean'): string {
  const words = type === 'string' ? `'"' + ${value} + '"'` : `(${value} ? 'true' : 'false')`;
  return `(has(${value}) ? ${words} : 'nothing')`;
}
