import { type IamPolicy, policyOf, statementsFor } from '../aws/policy.ts';
import { callsOfKinds } from './calls.ts';

/** The least privilege with which these kinds work; a statement that two of them need is there twice, by Sid. */
export const policyFor = (kinds: readonly string[]): IamPolicy =>
  policyOf(kinds.flatMap((kind) => statementsFor(kind, callsOfKinds[kind] ?? [])));
