import { type PolicyDocument, statementsOf } from '../../core/policy/document.ts';
import { InvalidPolicy } from '../../core/policy/invalid-policy.ts';
import { parsePolicy } from '../../core/policy/parse.ts';
import { deletedPrincipals } from '../../core/policy/principals.ts';
import type { SeenPolicy } from './seen.ts';

/** A manifest that says what no role can be; the message names the field. */
export class Unfit extends Error {
  override readonly name = 'Unfit';
}

/** A document a manifest gives under `field`, as YAML or JSON text. Throws Unfit. */
function readDocument(value: unknown, field: string): PolicyDocument {
  const isDocument = typeof value === 'string' || (typeof value === 'object' && value !== null);
  if (!isDocument) throw new Unfit(`${field}: must be a policy document, as YAML or as JSON text`);
  try {
    return parsePolicy(value);
  } catch (error) {
    if (error instanceof InvalidPolicy) throw new Unfit(`${field}: ${error.message}`);
    throw error;
  }
}

/**
 * Throws Unfit where it is not what AWS takes for a trust policy: every statement says who, and on nothing,
 * for the role itself is what it is about; and no ids of deleted principals, which AWS would not take.
 */
export function readTrustPolicy(value: unknown, field: string): PolicyDocument {
  const document = readDocument(value, field);
  for (const [index, statement] of statementsOf(document).entries()) {
    const at = `${field}: Statement[${index}]`;
    if (!statement.Principal) throw new Unfit(`${at} needs Principal: a trust policy says who`);
    if (statement.Resource ?? statement.NotResource)
      throw new Unfit(`${at} has Resource: a trust policy is about its role only, take it out`);
  }
  const [gone] = deletedPrincipals(document);
  if (gone !== undefined) {
    throw new Unfit(
      `${field}: ${gone} is the id of a deleted user or role: name it by its ARN, or take it out`,
    );
  }
  return document;
}

/** Throws Unfit where it is not a policy of an identity: every statement says on what, and none says who. */
export function readInlinePolicy(value: unknown, field: string): PolicyDocument {
  const document = readDocument(value, field);
  for (const [index, statement] of statementsOf(document).entries()) {
    const at = `${field}: Statement[${index}]`;
    if (statement.Principal ?? statement.NotPrincipal)
      throw new Unfit(`${at} has Principal: a role's own policy speaks of the role, take it out`);
    if (!statement.Resource && !statement.NotResource)
      throw new Unfit(`${at} needs Resource: a role's own policy says on what`);
  }
  return document;
}

/** A document as AWS has it. */
export function seenPolicy(text: string): SeenPolicy {
  try {
    return { document: parsePolicy(text) };
  } catch (error) {
    if (error instanceof InvalidPolicy) return { unreadable: error.message };
    throw error;
  }
}
