import type { Context } from '../../core/context.ts';
import { milliseconds } from '../../core/duration.ts';
import type { PolicyDocument } from '../../core/policy/document.ts';
import { inlinePoliciesTooLong, policyLimits, trustPolicyTooLong } from '../../core/policy/size.ts';
import { readInlinePolicy, readTrustPolicy, Unfit } from './documents.ts';
import { policyNameMessage, policyNamePattern, roleNameMessage, roleNamePattern } from './fields.ts';
import type { Quotas } from './seen.ts';
import { type IAMRole, roleNameOf, sameName, wantedName } from './self.ts';
import { trustDocument } from './trust-document.ts';

/** What a manifest means, in AWS's terms. */
export interface Desired {
  readonly name: string;
  readonly description: string;
  /** Seconds. */
  readonly maxSessionDuration: number;
  readonly permissionsBoundary: string | undefined;
  readonly trust: PolicyDocument;
  /** Which of the two fields it comes from. */
  readonly trustField: 'trust' | 'trustPolicy';
  /** ARNs, none twice. */
  readonly attached: readonly string[];
  readonly inline: Readonly<Record<string, PolicyDocument>>;
}

/** Or, as text, why no role can be what the manifest says. */
export function desiredOf(self: IAMRole, ctx: Context): Desired | string {
  try {
    return read(self, ctx);
  } catch (error) {
    if (error instanceof Unfit) return error.message;
    throw error;
  }
}

/** Throws Unfit. */
function read(self: IAMRole, ctx: Context): Desired {
  const { spec } = self;
  const inline = inlineOf(self);
  return {
    name: nameOf(self),
    description: spec.description ?? '',
    maxSessionDuration: secondsOf(spec.maxSessionDuration),
    permissionsBoundary: spec.permissionsBoundary,
    ...trustOf(self, ctx),
    attached: attachedOf(self, ctx),
    inline,
  };
}

function nameOf(self: IAMRole): string {
  const name = roleNameOf(self);
  if (!roleNamePattern.test(name)) {
    throw new Unfit(
      `metadata.name, where spec.roleName is not given, ${roleNameMessage}: "${name}" cannot be`,
    );
  }
  if (!sameName(name, wantedName(self))) {
    throw new Unfit(
      `spec.adopt: names ${wantedName(self)}, but this object's role is ${name}: delete and create the object to change it`,
    );
  }
  return name;
}

function trustOf(
  { spec: { trust, trustPolicy }, identity }: IAMRole,
  { scope }: Context,
): Pick<Desired, 'trust' | 'trustField'> {
  if (trust && trustPolicy !== undefined)
    throw new Unfit(
      'spec.trustPolicy: exactly one of trust and trustPolicy must be given, and there are both',
    );
  if (trust)
    return {
      trust: readTrustPolicy(trustDocument(trust, { scope, namespace: identity.namespace }), 'spec.trust'),
      trustField: 'trust',
    };
  if (trustPolicy === undefined)
    throw new Unfit('spec.trust: exactly one of trust and trustPolicy must be given, and there is neither');
  return { trust: readTrustPolicy(trustPolicy, 'spec.trustPolicy'), trustField: 'trustPolicy' };
}

function inlineOf({ spec: { inlinePolicies = {} } }: IAMRole): Desired['inline'] {
  const read = Object.entries(inlinePolicies).map(([name, value]) => {
    const field = `spec.inlinePolicies.${name}`;
    if (!policyNamePattern.test(name)) throw new Unfit(`${field}: its name ${policyNameMessage}`);
    return [name, readInlinePolicy(value, field)] as const;
  });
  const inline = Object.fromEntries(read);
  const tooLong = inlinePoliciesTooLong(inline);
  if (tooLong !== undefined) throw new Unfit(`spec.inlinePolicies: ${tooLong}`);
  return inline;
}

const attachedOf = ({ spec: { managedPolicies = [] } }: IAMRole, { scope }: Context): string[] => [
  ...new Set(
    managedPolicies.map((policy) =>
      policy.startsWith('arn:') ? policy : `arn:${scope.partition}:iam::aws:policy/${policy}`,
    ),
  ),
];

const hour = 3_600;

function secondsOf(duration: string | number | undefined): number {
  if (duration === undefined) return hour;
  return typeof duration === 'number' ? duration : milliseconds(duration) / 1_000;
}

/**
 * The quotas every account has at least. What keeps within them fits any account, and the account's own
 * need not be asked for.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const leastQuotas: Quotas = { trustPolicySize: policyLimits.trustDefault, attachedPolicies: 10 };

/** Why AWS would refuse so much, or undefined. */
export function beyond(
  { trust, trustField, attached }: Desired,
  { trustPolicySize, attachedPolicies }: Quotas,
): string | undefined {
  const tooLong = trustPolicyTooLong(trust, trustPolicySize);
  if (tooLong !== undefined) return `spec.${trustField}: ${tooLong}`;
  if (attached.length <= attachedPolicies) return undefined;
  return `spec.managedPolicies: has ${attached.length} policies: the account's quota for one role is ${attachedPolicies} (Service Quotas, IAM, "Managed policies per role")`;
}
