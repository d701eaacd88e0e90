import type { AccountSpec } from '../../core/account.ts';
import { annotations } from '../../core/identity.ts';
import { matchesLabels } from '../../core/label-selector.ts';
import type { ObjectMeta } from '../../core/resource.ts';
import { ScopeRefused } from '../../core/scope-refused.ts';

/** Which AWSAccount an object uses, and whether it may. Pure. */

/** The AWSAccount of objects for which none is named. */
export const defaultAccount = 'default';

type Namespace = Pick<ObjectMeta, 'name' | 'labels' | 'annotations'>;

/** The names of the AWSAccounts there are. */
export interface Known {
  has(name: string): boolean;
  readonly size: number;
}

/** The AWSAccount that is asked for: by the object, else by its namespace. */
export function namedFor(
  accountRef: { readonly name: string } | undefined,
  namespace: Namespace,
): string | undefined {
  return (accountRef?.name ?? namespace.annotations?.[annotations.account]) || undefined;
}

/**
 * Its own, else its namespace's, else the one named `default`; undefined, for the operator's own credentials,
 * only while there is no AWSAccount at all. Throws ScopeRefused.
 */
export function chooseAccount(
  accountRef: { readonly name: string } | undefined,
  namespace: Namespace,
  accounts: Known,
): string | undefined {
  const named = namedFor(accountRef, namespace);
  if (named !== undefined) return named;
  if (accounts.has(defaultAccount)) return defaultAccount;
  if (accounts.size === 0) return undefined;
  throw new ScopeRefused(
    'AccountNotAllowed',
    `no account: set spec.accountRef.name, annotate namespace ${namespace.name} with ${annotations.account}, or name an AWSAccount ${defaultAccount}; the operator's own credentials are used by nobody once there is an AWSAccount`,
  );
}

export function regionOf(spec: string | undefined, namespace: Namespace): string | undefined {
  return spec ?? (namespace.annotations?.[annotations.region] || undefined);
}

export function isAllowed(
  { allowedNamespaces: { all, names, selector } }: Pick<AccountSpec, 'allowedNamespaces'>,
  namespace: Namespace,
): boolean {
  return (
    all === true ||
    (names?.includes(namespace.name) ?? false) ||
    (selector !== undefined && matchesLabels(selector, namespace.labels ?? {}))
  );
}

/** Throws ScopeRefused. */
export function refuseUnlessAllowed(name: string, account: AccountSpec, namespace: Namespace): void {
  if (isAllowed(account, namespace)) return;
  throw new ScopeRefused(
    'AccountNotAllowed',
    `AWSAccount ${name} is not for namespace ${namespace.name}: its allowedNamespaces do not have it`,
  );
}
