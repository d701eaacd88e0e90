import { type Call, field } from '../call.ts';
import type { Ask, Overlay } from '../overlay.ts';
import { AwsError, errorIn } from '../reply.ts';
import { textAt } from '../xml.ts';

/** By account: the ARN of a role → the names of the roles whose trust policies name it. */
export class TrustedRoles {
  readonly #trusting = new Map<string, Map<string, Set<string>>>();

  trust(accountId: string, arn: string, roleName: string): void {
    const trusted = this.#of(accountId);
    trusted.set(arn, (trusted.get(arn) ?? new Set()).add(roleName));
  }

  trusting(accountId: string, arn: string): readonly string[] {
    return [...(this.#of(accountId).get(arn) ?? [])];
  }

  reset(): void {
    this.#trusting.clear();
  }

  #of(accountId: string): Map<string, Set<string>> {
    const trusted = this.#trusting.get(accountId) ?? new Map<string, Set<string>>();
    this.#trusting.set(accountId, trusted);
    return trusted;
  }
}

const written: Readonly<Record<string, string>> = {
  CreateRole: 'AssumeRolePolicyDocument',
  UpdateAssumeRolePolicy: 'PolicyDocument',
};

/**
 * What IAM does to roles as principals, and the emulator does not: a trust policy that names a role of the same
 * account which does not exist is refused, and in one that names a role which is deleted its unique id is left.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
 */
export const iamPrincipals = (roles: TrustedRoles): Overlay => ({
  match: ({ service, operation }) =>
    service === 'iam' && (operation in written || operation === 'DeleteRole'),
  async handle(call, next, ask) {
    if (call.operation === 'DeleteRole') {
      const gone = await roleNamed(field(call, 'RoleName') ?? '', ask);
      const reply = await next(call);
      if (gone && errorIn(reply) === undefined) await leaveIds(call, gone, roles, ask);
      return reply;
    }
    const document = field(call, written[call.operation] ?? '') ?? '';
    const principals = rolesIn(document, call.accountId);
    for (const { arn, name } of principals) {
      if (!(await roleNamed(name, ask)))
        throw new AwsError('MalformedPolicyDocument', `Invalid principal in policy: "AWS":"${arn}"`);
    }
    const reply = await next(call);
    if (errorIn(reply) === undefined) {
      for (const { arn } of principals) roles.trust(call.accountId, arn, field(call, 'RoleName') ?? '');
    }
    return reply;
  },
});

function rolesIn(document: string, accountId: string): { arn: string; name: string }[] {
  const found = document.matchAll(/"(arn:aws[a-z-]*:iam::(\d{12}):role\/(?:[^"]*\/)?([^"/]+))"/g);
  return [...found].flatMap(([, arn = '', account, name = '']) =>
    account === accountId ? [{ arn, name }] : [],
  );
}

async function roleNamed(name: string, ask: Ask): Promise<{ arn: string; id: string } | undefined> {
  try {
    const role = await ask('GetRole', { RoleName: name });
    const path = ['GetRoleResult', 'Role'];
    return { arn: textAt(role, ...path, 'Arn') ?? '', id: textAt(role, ...path, 'RoleId') ?? '' };
  } catch {
    return undefined;
  }
}

async function leaveIds(
  { accountId }: Call,
  gone: { arn: string; id: string },
  roles: TrustedRoles,
  ask: Ask,
): Promise<void> {
  for (const RoleName of roles.trusting(accountId, gone.arn)) {
    if (!(await roleNamed(RoleName, ask))) continue;
    const role = await ask('GetRole', { RoleName });
    const text = decodeURIComponent(textAt(role, 'GetRoleResult', 'Role', 'AssumeRolePolicyDocument') ?? '');
    await ask('UpdateAssumeRolePolicy', {
      RoleName,
      PolicyDocument: text.replaceAll(`"${gone.arn}"`, `"${gone.id}"`),
    });
  }
}
