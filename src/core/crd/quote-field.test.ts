import { describe, expect, it } from 'vitest';
import { atMostOneOf, immutableFields, setOnceFields } from './cel.ts';
import type { CelRule } from './definition.ts';
import { quotingFields } from './quote-field.ts';

const properties = {
  address: { type: 'string', maxLength: 15 },
  encrypted: { type: 'boolean' },
  size: { type: 'integer' },
  source: { type: 'object' },
} as const;

const messageOf = (rule: CelRule | undefined) =>
  quotingFields({ type: 'object', properties, 'x-kubernetes-validations': rule ? [rule] : [] })[
    'x-kubernetes-validations'
  ]?.[0]?.messageExpression;

describe('a rule on an object quotes the field it speaks of', () => {
  it('text that changed', () => {
    expect(messageOf(immutableFields(['address'])[0])).toBe(
      `"address is immutable: delete and create the object to change it" + ' (from ' + (has(oldSelf.address) ? '"' + oldSelf.address + '"' : 'nothing') + ' to ' + (has(self.address) ? '"' + self.address + '"' : 'nothing') + ')'`,
    );
  });

  it('a switch that changed', () => {
    expect(messageOf(setOnceFields(['encrypted'])[0])).toContain(
      "(has(oldSelf.encrypted) ? (oldSelf.encrypted ? 'true' : 'false') : 'nothing')",
    );
  });

  it('text that is forbidden', () => {
    expect(messageOf({ rule: '!has(self.address)', message: 'no address', fieldPath: '.address' })).toBe(
      `"no address" + ' (given is ' + (has(self.address) ? '"' + self.address + '"' : 'nothing') + ')'`,
    );
  });

  it.each(['size', 'source'])('but no %s', (field) => {
    expect(messageOf(immutableFields([field])[0])).toBeUndefined();
  });

  it('and leaves words of its own', () => {
    const rule = atMostOneOf(['address', 'size']);
    expect(messageOf({ ...rule, fieldPath: '.address' })).toBe(rule.messageExpression);
  });

  it('at any depth', () => {
    const rules = immutableFields(['address']);
    const inner = { type: 'object', properties, 'x-kubernetes-validations': rules } as const;
    const { items } = quotingFields({ type: 'array', items: inner });
    const { additionalProperties } = quotingFields({ type: 'object', additionalProperties: inner });
    expect(items?.['x-kubernetes-validations']?.[0]?.messageExpression).toContain('oldSelf.address');
    expect(additionalProperties).toEqual(items);
  });
});
