import type { z } from 'zod';
import type { AccountSpec } from '../../core/account.ts';
import { finalizer } from '../../core/identity.ts';
import type { Resource } from '../../core/resource.ts';
import { ScopeRefused } from '../../core/scope-refused.ts';
import { parsed } from '../reconcile/self.ts';

/** The AWSAccounts' specs, each parsed once for a generation: the same one until it changes. */
export interface Specs {
  /** Throws InvalidSpec. */
  of(account: Resource): AccountSpec;
  forget(name: string): void;
}

export function createSpecs(schema: z.ZodType<AccountSpec>): Specs {
  const known = new Map<
    string,
    { readonly uid: string; readonly generation: number; readonly spec: AccountSpec }
  >();
  return {
    of({ metadata: { name, uid, generation = 0 }, spec }) {
      const last = known.get(name);
      if (last?.uid === uid && last.generation === generation) return last.spec;
      const read = parsed(schema, spec ?? {}, 'spec');
      known.set(name, { uid, generation, spec: read });
      return read;
    },
    forget: (name) => void known.delete(name),
  };
}

/**
 * The AWSAccount, as long as it is there. One that is being deleted serves what has begun with it until that has
 * ended; what `begins` only now would keep it for ever. Throws ScopeRefused.
 */
export function existing(name: string, account: Resource | undefined, begins: boolean): Resource {
  if (!account) throw new ScopeRefused('DependencyNotReady', `AWSAccount ${name} does not exist`);
  if (!begins || account.metadata.deletionTimestamp === undefined) return account;
  throw new ScopeRefused(
    'DependencyNotReady',
    `AWSAccount ${name} is being deleted: nothing begins to use it`,
  );
}

/**
 * The same, as the operator uses it. One without the finalizer could be gone before what is made with it, so
 * nothing is made before the operator has put it on. Throws ScopeRefused.
 */
export function inUse(name: string, found: Resource | undefined, begins: boolean): Resource {
  const account = existing(name, found, begins);
  if (account.metadata.finalizers?.includes(finalizer)) return account;
  throw new ScopeRefused('DependencyNotReady', `AWSAccount ${name} has not been looked at yet`);
}
