import { guardrails } from '../../src/core/guardrails.ts';
import type { InProcess } from './operator.ts';

/** An operator whose account has these guardrails, as an administrator would write them. */
export const withGuardrails = (rules: object): InProcess => ({
  account: { guardrails: guardrails.parse(rules) },
});

/** An operator whose account is not for all namespaces, and has no guardrails. */
export const restricted: InProcess = { account: { restricted: true } };
