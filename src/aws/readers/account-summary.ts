import { AwsError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';
import { type Scope, scopeKey } from '../../core/scope.ts';
import type { Read } from '../execute.ts';
import { memo } from '../memo.ts';

/**
 * The account's own quotas for roles, which Service Quotas can raise.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
 */
export interface RoleQuotas {
  /** Characters of a trust policy, whitespace not counted (AssumeRolePolicySizeQuota). */
  readonly trustPolicySize: number;
  /** Managed policies attached to one role (AttachedPoliciesPerRoleQuota). */
  readonly attachedPolicies: number;
}

/** A quota that was raised is known an hour later at most. */
const keep = { success: 60 * 60_000, failure: 5_000 };

/** Undefined where the operator may not ask: then AWS itself refuses what is too much. */
export function createRoleQuotasReader(
  read: Read,
  scope: Scope,
  clock: Clock,
): () => Promise<RoleQuotas | undefined> {
  const quotas = memo(clock, keep, async () => {
    try {
      return toQuotas((await read(scope, 'iam:GetAccountSummary', {})).SummaryMap ?? {});
    } catch (error) {
      if (error instanceof AwsError && error.class === 'Denied') return undefined;
      throw error;
    }
  });
  return () => quotas(scopeKey(scope));
}

function toQuotas(summary: Readonly<Record<string, number | undefined>>): RoleQuotas | undefined {
  const { AssumeRolePolicySizeQuota: trustPolicySize, AttachedPoliciesPerRoleQuota: attachedPolicies } =
    summary;
  return trustPolicySize === undefined || attachedPolicies === undefined
    ? undefined
    : { trustPolicySize, attachedPolicies };
}
