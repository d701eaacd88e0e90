import type { Blocked } from '../../core/conditions.ts';
import type { Context } from '../../core/context.ts';
import { listOf, type PolicyDocument, type Statement, statementsOf } from '../../core/policy/document.ts';
import { InvalidPolicy } from '../../core/policy/invalid-policy.ts';
import { parsePolicy } from '../../core/policy/parse.ts';
import { deletedPrincipals } from '../../core/policy/principals.ts';
import { keyPolicyTooLong } from '../../core/policy/size.ts';
import { accessPolicy } from './access.ts';
import type { Access } from './access-fields.ts';
import { usageOf } from './key-types.ts';
import { arnOfRole, missingRoles } from './principals.ts';
import type { KMSKey } from './self.ts';

/** The policy a manifest asks for: none, one, or one that cannot be told (yet). */
export type DesiredPolicy =
  | { readonly state: 'unmanaged' }
  | { readonly state: 'known'; readonly document: PolicyDocument; readonly field: string }
  | { readonly state: 'blocked'; readonly blocked: Blocked };

/** `path` is where in the manifest the two stand, such as `spec`. */
export function desiredPolicy(
  from: { readonly policy?: object | undefined; readonly access?: Access | undefined },
  path: string,
  self: KMSKey,
  ctx: Context,
): DesiredPolicy {
  const { policy, access } = from;
  if (policy) return checked(() => parsePolicy(policy), 'policy', path, asWritten);
  if (!access) return { state: 'unmanaged' };
  const missing = missingRoles(access, self, ctx);
  if (missing.length > 0) {
    const message = `waiting for the ARN of IAMRole ${missing.join(', ')}, which ${path}.access names`;
    return { state: 'blocked', blocked: { reason: 'DependencyNotReady', message } };
  }
  const extra = access.extraStatements?.length ?? 0;
  const named: NameStatement = (index, { length }) => `extraStatements[${index - (length - extra)}]`;
  return checked(() => generated(access, self, ctx), 'access', path, named);
}

/** What a statement of the document is in the manifest: what is generated is never wrong. */
type NameStatement = (index: number, all: readonly Statement[]) => string;

const asWritten: NameStatement = (index) => `Statement[${index}]`;

function generated(access: Access, self: KMSKey, ctx: Context): PolicyDocument {
  const { keySpec, keyUsage, origin, multiRegion } = self.spec;
  const key = { spec: keySpec, usage: usageOf(keySpec, keyUsage), origin, multiRegion };
  const { partition, account } = ctx.scope;
  const arnOf = ({ arn, roleRef }: { arn?: string | undefined; roleRef?: { name: string } | undefined }) =>
    arn ?? arnOfRole(roleRef?.name ?? '', self, ctx) ?? '';
  return accessPolicy(access, key, { partition, account, arnOf }, extraStatements(access));
}

/** Throws InvalidPolicy. */
function extraStatements({ extraStatements: extra = [] }: Access): readonly Statement[] {
  if (extra.length === 0) return [];
  try {
    return statementsOf(parsePolicy({ Version: '2012-10-17', Statement: extra }));
  } catch (error) {
    if (!(error instanceof InvalidPolicy)) throw error;
    throw new InvalidPolicy(
      error.problems.map(({ path, text }) => ({ path: path.replace(/^Statement/, 'extraStatements'), text })),
    );
  }
}

function checked(
  make: () => PolicyDocument,
  field: string,
  path: string,
  named: NameStatement,
): DesiredPolicy {
  const refuse = (message: string): DesiredPolicy => ({
    state: 'blocked',
    blocked: { reason: 'InvalidSpec', message: `${path}.${field}: ${message}` },
  });
  try {
    const document = make();
    const problem = policyProblem(document, named);
    return problem === undefined ? { state: 'known', document, field } : refuse(problem);
  } catch (error) {
    if (error instanceof InvalidPolicy) return refuse(error.message);
    throw error;
  }
}

/** What KMS refuses, or would never show back as it was written. */
export function policyProblem(document: PolicyDocument, named = asWritten): string | undefined {
  const deleted = deletedPrincipals(document);
  if (deleted.length > 0) {
    return `${deleted.join(', ')} is the unique id of a user or role: name it by its ARN`;
  }
  const statements = listOf(document.Statement);
  const without = statements.findIndex(
    ({ Principal, NotPrincipal }) => Principal === undefined && NotPrincipal === undefined,
  );
  if (without >= 0)
    return `${named(without, statements)} has no Principal: each statement of a key policy needs one`;
  return keyPolicyTooLong(document);
}
