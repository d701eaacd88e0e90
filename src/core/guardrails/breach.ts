import type { Context } from '../context.ts';
import { blocked, type Plan } from '../plan.ts';

/** What a rule is judged by beside the object. */
export type Ruled = Pick<Context, 'guardrails' | 'restricted'>;

/**
 * A rule that an object would break, as its condition tells it. It begins with the rule's name as it stands
 * in the AWSAccount, goes on with the field and its value, and ends with what would be allowed.
 */
export const breach = (rule: string, field: string, words: string): string =>
  `guardrails.${rule}: ${field}: ${words}`;

/** Breaches told of one object; the rest is a number. */
const told = 3;

/** The plan of an object that breaks a rule: no step at all. Undefined where it breaks none, or there are none. */
export function forbidden(
  { guardrails, restricted }: Ruled,
  judge: () => readonly string[],
): Plan<never> | undefined {
  if (!guardrails && !restricted) return undefined;
  const breaches = judge();
  if (breaches.length === 0) return undefined;
  const more = breaches.length > told ? `; and ${breaches.length - told} more` : '';
  return blocked('Forbidden', breaches.slice(0, told).join('; ') + more);
}

/** Values told of one rule. */
const most = 10;

/** What a rule allows, in words. */
export function listed(values: readonly string[]): string {
  if (values.length === 0) return 'none';
  const more = values.length > most ? ` and ${values.length - most} more` : '';
  return values.slice(0, most).join(', ') + more;
}
