import { annotations } from '../../core/identity.ts';
import type { ResolvePlacement } from '../../core/scope.ts';
import { ScopeRefused } from '../../core/scope-refused.ts';
import { defaultAccount } from './choose.ts';

/**
 * In place of the operator's own credentials: nobody uses them, whether there is no AWSAccount yet, as in a cluster
 * that is being rebuilt, or none any more.
 */
export const requireAccount: ResolvePlacement = async ({ namespace }) => {
  throw new ScopeRefused(
    'AccountNotAllowed',
    `no account: there is no AWSAccount, and the operator was started with --require-account. Apply one named ${defaultAccount}, or set spec.accountRef.name or the annotation ${annotations.account} of namespace ${namespace} to the name of one`,
  );
};
