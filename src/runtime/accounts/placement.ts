/**
 * Which account and region an object's resource lives in.
 *
 * Guarantees: nothing is asked of AWS for an object whose account is not for its namespace; where nothing is
 * decided for an object yet, it is decided by Kubernetes' newest word; which account credentials belong to is
 * AWS's own answer (core's AccountSessions).
 */
import type { AccountSessions, AccountSpec } from '../../core/account.ts';
import type { Reason } from '../../core/conditions.ts';
import { callAndMessage, type ErrorClass, StepError } from '../../core/errors.ts';
import type { KubernetesObject } from '../../core/resource.ts';
import type { ResolvePlacement } from '../../core/scope.ts';
import { ScopeRefused } from '../../core/scope-refused.ts';
import { InvalidSpec } from '../reconcile/self.ts';
import type { AccessOf } from './access.ts';
import { chooseAccount, type Known, refuseUnlessAllowed, regionOf } from './choose.ts';

export interface PlacementOptions {
  readonly accounts: Known;
  /** The AWSAccount of this name, if an object may go on with it, or begin. Throws ScopeRefused. */
  readonly specOf: (name: string, begins: boolean) => AccountSpec;
  readonly namespace: (name: string) => KubernetesObject | undefined;
  /** Brings the caches up to now. */
  readonly refresh: (namespace: string) => Promise<void>;
  readonly access: AccessOf;
  readonly sessions: Pick<AccountSessions, 'identify'>;
  /** With the operator's own credentials. */
  readonly own: ResolvePlacement;
  readonly region: string | undefined;
}

export function createPlacement(options: PlacementOptions): ResolvePlacement {
  const { accounts, own, specOf, access, sessions, refresh } = options;
  return async ({ namespace, spec, global = false, placed = false, deleting = false }) => {
    if (!placed) await refresh(namespace);
    const place = options.namespace(namespace)?.metadata ?? { name: namespace };
    const name = chooseAccount(spec.accountRef, place, accounts);
    const named = regionOf(spec.region, place);
    if (name === undefined) return await own({ namespace, spec: { ...spec, region: named }, global, placed });

    const account = readable(name, !placed && !deleting);
    refuseUnlessAllowed(name, account, place);
    const region = named ?? account.region ?? options.region;
    if (region === undefined) throw noRegion(name);
    const { partition, account: id, globalRegion } = await identify(name, account);
    const { defaultTags, guardrails, allowedNamespaces } = account;
    return {
      scope: { partition, account: id, region: global ? globalRegion : region, credentials: name },
      ...(defaultTags ? { defaultTags } : {}),
      ...(guardrails ? { guardrails } : {}),
      ...(allowedNamespaces.all ? {} : { restricted: true }),
    };
  };

  function readable(name: string, begins: boolean): AccountSpec {
    try {
      return specOf(name, begins);
    } catch (error) {
      throw error instanceof InvalidSpec ? asObjectsError(name, error) : error;
    }
  }

  async function identify(name: string, account: AccountSpec) {
    try {
      return await sessions.identify(access(name, account));
    } catch (error) {
      throw asObjectsError(name, error);
    }
  }
}

/** What is wrong with the account, in the words of an object that uses it: it is not the object that is at fault. */
function asObjectsError(name: string, error: unknown): unknown {
  if (error instanceof ScopeRefused) {
    const reason = error.reason === 'InvalidSpec' ? 'DependencyNotReady' : error.reason;
    return new ScopeRefused(reason, `AWSAccount ${name}: ${error.message}`);
  }
  if (error instanceof InvalidSpec) {
    return new ScopeRefused('DependencyNotReady', `AWSAccount ${name}: ${error.message}`);
  }
  const reason = error instanceof StepError ? ofAccount[error.class] : undefined;
  if (!(error instanceof StepError) || reason === undefined) return error;
  return new ScopeRefused(reason, `AWSAccount ${name}: ${callAndMessage(error)}`);
}

/** What passes by itself is told as it is told everywhere. */
const ofAccount: Readonly<Record<ErrorClass, Reason | undefined>> = {
  Throttled: undefined,
  Transient: undefined,
  Denied: 'AccessDenied',
  Unauthenticated: 'InvalidCredentials',
  Quota: 'DependencyNotReady',
  Conflict: 'DependencyNotReady',
  NotFound: 'DependencyNotReady',
  Invalid: 'DependencyNotReady',
};

const noRegion = (name: string): ScopeRefused =>
  new ScopeRefused(
    'InvalidSpec',
    `no region: set spec.region, annotate the namespace with mooring.dev/region, or give AWSAccount ${name} or the operator one`,
  );
