import type { AccountSpec } from '../../core/account.ts';
import { group, version } from '../../core/crd/definition.ts';
import { type KubernetesObject, nameIn, type Resource } from '../../core/resource.ts';
import { ScopeRefused } from '../../core/scope-refused.ts';
import type { Secret } from '../accounts/caches.ts';
import { defaultAccount, type Known, namedFor } from '../accounts/choose.ts';
import { type KubernetesClient, type ResourceLocation, resourcePath } from '../kubernetes/client.ts';
import { KubernetesError } from '../kubernetes/kubernetes.ts';

/**
 * The AWSAccounts, Namespaces and Secrets that objects go by, each read once, when the first object needs it.
 *
 * Guarantees: where all AWSAccounts may not be listed, only those are read that an object means; a Secret is read
 * only if the account that is meant names it. What may not be read throws ScopeRefused where it is asked for, with
 * the right that is missing.
 */
export interface AccountView {
  readonly known: Known;
  account(name: string): Resource | undefined;
  namespace(name: string): KubernetesObject | undefined;
  /** By `namespace/name`. */
  secret(key: string): Secret | undefined;
  /** Reads what an object of this namespace goes by. Throws KubernetesError. */
  load(namespace: string, accountRef: { readonly name: string } | undefined): Promise<void>;
}

export interface AccountViewOptions {
  readonly client: Pick<KubernetesClient, 'get' | 'list'>;
  /** Of AWSAccount. */
  readonly plural: string;
  /** The operator's namespace. */
  readonly secretsIn: string;
  /** Throws where it is wrong. */
  readonly specOf: (account: Resource) => AccountSpec;
}

export function createAccountView(options: AccountViewOptions): AccountView {
  const { client, secretsIn } = options;
  const core = { group: '', version: 'v1' };
  const accounts = createShelf<Resource>(client, { group, version, plural: options.plural });
  const namespaces = createShelf<KubernetesObject>(client, { ...core, plural: 'namespaces' });
  const secrets = createShelf<Secret>(client, { ...core, plural: 'secrets', namespace: secretsIn });

  return {
    known: {
      has: (name) => accounts.get(name) !== undefined,
      get size() {
        return accounts.size;
      },
    },
    account: accounts.get,
    namespace: namespaces.get,
    secret: (key) => secrets.get(nameIn(key).name),
    async load(namespace, accountRef) {
      await Promise.all([accounts.list(), namespaces.read(namespace)]);
      const place = namespaces.get(namespace)?.metadata ?? { name: namespace };
      const name = namedFor(accountRef, place) ?? defaultAccount;
      await accounts.read(name);
      const secret = secretOf(accounts.get(name), options);
      if (secret !== undefined) await secrets.read(secret);
    },
  };
}

/** Of an account that is wrong nothing is known; whoever uses it says so. */
function secretOf(account: Resource | undefined, { specOf }: AccountViewOptions): string | undefined {
  try {
    return account && specOf(account).credentials.secretRef?.name;
  } catch {
    return undefined;
  }
}

/** Objects of one sort by name, as far as they were read. */
interface Shelf<T> {
  /** Throws ScopeRefused where they may not be listed. */
  readonly size: number;
  /** Throws ScopeRefused for one that may not be read. */
  get(name: string): T | undefined;
  /** All of them, where that is allowed. */
  list(): Promise<void>;
  /** One that is not there by the list. */
  read(name: string): Promise<void>;
}

function createShelf<T extends KubernetesObject>(
  client: AccountViewOptions['client'],
  location: ResourceLocation,
): Shelf<T> {
  const found = new Map<string, T>();
  const refused = new Map<string, ScopeRefused>();
  let listing: Promise<ScopeRefused | undefined> | undefined;
  const reads = new Map<string, Promise<void>>();
  let unlisted: ScopeRefused | undefined;

  const list = () =>
    allowed(async () => {
      const { items } = await client.list<T>(resourcePath(location));
      for (const object of items) found.set(object.metadata.name, object);
    });
  const read = async (name: string): Promise<void> => {
    if (listing && !(await listing)) return;
    const refusal = await allowed(async () => {
      found.set(name, await client.get<T>(resourcePath({ ...location, name })));
    });
    if (refusal) refused.set(name, refusal);
  };
  return {
    get size() {
      if (unlisted) throw unlisted;
      return found.size;
    },
    get(name) {
      const refusal = refused.get(name);
      if (refusal) throw refusal;
      return found.get(name);
    },
    async list() {
      listing ??= list();
      unlisted = await listing;
    },
    read(name) {
      const reading = reads.get(name) ?? read(name);
      reads.set(name, reading);
      return reading;
    },
  };
}

/** Why it may not be read, in the API server's words, which name the right that is missing. */
async function allowed(look: () => Promise<void>): Promise<ScopeRefused | undefined> {
  try {
    await look();
  } catch (error) {
    if (!(error instanceof KubernetesError) || ![403, 404].includes(error.status)) throw error;
    if (error.status === 403)
      return new ScopeRefused('AccessDenied', `a plan has to look at it: ${error.message}`);
  }
  return undefined;
}
