import type { AccountSessions, AccountSpec, AccountStatus } from '../../core/account.ts';
import type { ResourceDefinition } from '../../core/crd/definition.ts';
import type { ResolvePlacement } from '../../core/scope.ts';
import { createAccess } from '../accounts/access.ts';
import { createPlacement } from '../accounts/placement.ts';
import { createSpecs, existing } from '../accounts/specs.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import { createAccountView } from './account-view.ts';

export interface AccountPlacementOptions {
  readonly definition: Pick<ResourceDefinition<AccountSpec, AccountStatus>, 'plural' | 'spec'>;
  readonly client: Pick<KubernetesClient, 'get' | 'list' | 'create'>;
  /** The operator's. */
  readonly namespace: string;
  readonly sessions: Pick<AccountSessions, 'identify'>;
  /** With one's own credentials. */
  readonly own: ResolvePlacement;
  readonly region: string | undefined;
  readonly allowEndpoints: boolean;
}

/**
 * Where the objects of a cluster live by its AWSAccounts as they are at this moment, in the way the operator
 * decides it. Guarantees: nothing is written; an object is judged by what it goes by and nothing else, so that
 * neither another account that is wrong nor a right that is not needed keeps it from being planned; what may not
 * be read is told as that, and never taken for absent. What is decided throws KubernetesError, ScopeRefused,
 * AwsError.
 */
export function accountPlacement(options: AccountPlacementOptions): ResolvePlacement {
  const { client, definition, namespace } = options;
  const specs = createSpecs(definition.spec);
  const view = createAccountView({
    client,
    plural: definition.plural,
    secretsIn: namespace,
    specOf: specs.of,
  });
  const resolve = createPlacement({
    ...options,
    accounts: view.known,
    specOf: (name, begins) => specs.of(existing(name, view.account(name), begins)),
    namespace: view.namespace,
    refresh: async () => {},
    access: createAccess({
      ...options,
      caches: { secrets: { get: view.secret, start: () => {}, synced: true } },
    }),
  });
  return async (object) => {
    await view.load(object.namespace, object.spec.accountRef);
    return await resolve(object);
  };
}
