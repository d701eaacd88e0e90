import type { AccountSessions, AccountSpec, AccountStatus } from '../../core/account.ts';
import { group, type ResourceDefinition, version } from '../../core/crd/definition.ts';
import type { ResolvePlacement } from '../../core/kind.ts';
import { type KubernetesObject, keyOf, type Resource } from '../../core/resource.ts';
import { ScopeRefused } from '../../core/scope-refused.ts';
import { createAccess } from '../accounts/access.ts';
import type { Secret } from '../accounts/caches.ts';
import { createPlacement } from '../accounts/placement.ts';
import { createSpecs } from '../accounts/specs.ts';
import { type KubernetesClient, resourcePath } from '../kubernetes/client.ts';
import { KubernetesError } from '../kubernetes/kubernetes.ts';

export interface AccountPlacementOptions {
  readonly definition: ResourceDefinition<AccountSpec, AccountStatus>;
  readonly client: KubernetesClient;
  /** The operator's. */
  readonly namespace: string;
  readonly sessions: AccountSessions;
  /** With one's own credentials. */
  readonly own: ResolvePlacement;
  readonly region: string | undefined;
  readonly allowEndpoints: boolean;
}

/**
 * Where the objects of a cluster live by its AWSAccounts as they are at this moment, in the way the operator
 * decides it. Guarantees: nothing is written; of Secrets only those are read that an AWSAccount names, and one
 * that may not be read is as one that is not there. Throws KubernetesError.
 */
export async function accountPlacement(options: AccountPlacementOptions): Promise<ResolvePlacement> {
  const { client, definition, namespace } = options;
  const core = { group: '', version: 'v1' };
  const [accounts, namespaces] = await Promise.all([
    listed<Resource>(client, resourcePath({ group, version, plural: definition.plural })),
    listed<KubernetesObject>(client, resourcePath({ ...core, plural: 'namespaces' })),
  ]);
  const specs = createSpecs(definition.spec);
  const specOf = (name: string): AccountSpec => {
    const account = accounts.get(name);
    if (account) return specs.of(account);
    throw new ScopeRefused('DependencyNotReady', `AWSAccount ${name} does not exist`);
  };
  const secrets = await secretsOf([...accounts.values()].map(specs.of), (name) =>
    client.get<Secret>(resourcePath({ ...core, plural: 'secrets', namespace, name })),
  );
  return createPlacement({
    ...options,
    accounts,
    specOf,
    namespace: (name) => namespaces.get(name),
    refresh: async () => {},
    access: createAccess({
      ...options,
      caches: { secrets: { get: (key) => secrets.get(key), start: () => {}, synced: true } },
    }),
  });
}

async function listed<T extends KubernetesObject>(
  client: KubernetesClient,
  path: string,
): Promise<Map<string, T>> {
  const { items } = await client.list<T>(path);
  return new Map(items.map((object) => [object.metadata.name, object]));
}

async function secretsOf(
  specs: readonly AccountSpec[],
  get: (name: string) => Promise<Secret>,
): Promise<ReadonlyMap<string, Secret>> {
  const names = new Set(specs.flatMap(({ credentials }) => credentials.secretRef?.name ?? []));
  const found = [...names].map(async (name) => {
    try {
      return [await get(name)];
    } catch (error) {
      if (error instanceof KubernetesError && [403, 404].includes(error.status)) return [];
      throw error;
    }
  });
  return new Map((await Promise.all(found)).flat().map((secret) => [keyOf(secret.metadata), secret]));
}
