import type { PolicyDocument } from './document.ts';
import { normalizePolicy } from './normalize.ts';

/** Whether two documents mean the same to AWS, by the rules of `normalizePolicy`. Symmetric and transitive. */
export const policiesEqual = (a: PolicyDocument, b: PolicyDocument): boolean =>
  JSON.stringify(normalizePolicy(a)) === JSON.stringify(normalizePolicy(b));
