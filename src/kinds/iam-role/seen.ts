import type { PolicyDocument } from '../../core/policy/document.ts';
import type { Tags } from '../../core/tags.ts';

/** What AWS has for one IAMRole. */
export interface Seen {
  readonly role: SeenRole | undefined;
  /** Those that hold the role, and the one that the manifest or status names, if it exists. */
  readonly profiles: readonly SeenProfile[];
  /** The account's; undefined where they need not or cannot be known. */
  readonly quotas: Quotas | undefined;
  /** A refusal showed that AWS has more, or shows less, than the look before: in words, why to look again. */
  readonly lookAgain?: string;
  /** AWS's words on a principal of the trust policy that it does not see (yet). */
  readonly unseenPrincipal?: string;
}

export interface Quotas {
  readonly trustPolicySize: number;
  readonly attachedPolicies: number;
}

export interface SeenRole {
  readonly name: string;
  readonly roleId: string;
  readonly arn: string;
  readonly path: string;
  readonly description: string;
  /** Seconds. */
  readonly maxSessionDuration: number;
  readonly trust: SeenPolicy;
  readonly permissionsBoundary: string | undefined;
  readonly tags: Tags;
  /** ARNs. */
  readonly attached: readonly string[];
  readonly inline: Readonly<Record<string, SeenPolicy>>;
  readonly lastUsed: { readonly date: string; readonly region: string | undefined } | undefined;
}

/** A document as it was read, or why it could not be: AWS may hold what our grammar does not know. */
export type SeenPolicy =
  | { readonly document: PolicyDocument }
  | { readonly document?: undefined; readonly unreadable: string };

export interface SeenProfile {
  readonly name: string;
  readonly arn: string;
  readonly roles: readonly string[];
  /** Undefined where the listing tells none. */
  readonly tags: Tags | undefined;
}

/** `seen` with the role changed; as it is where there is none. */
export const withRole = (seen: Seen, change: (role: SeenRole) => Partial<SeenRole>): Seen =>
  seen.role ? { ...seen, role: { ...seen.role, ...change(seen.role) } } : seen;

export const withProfile = (
  seen: Seen,
  name: string,
  change: (profile: SeenProfile) => Partial<SeenProfile>,
): Seen => ({
  ...seen,
  profiles: seen.profiles.map((profile) =>
    profile.name === name ? { ...profile, ...change(profile) } : profile,
  ),
});
