/**
 * The accounts whose credentials this process uses, by AWSAccount.
 *
 * Guarantees:
 * - What is called in a scope is signed with the credentials of its AWSAccount as last told, and only if AWS
 *   has said that they belong to the scope's account: a changed key never acts in another account.
 * - Who credentials are is AWS's own answer, asked again every five minutes and when they changed or were
 *   refused; never a guess.
 */
import { createHash } from 'node:crypto';
import type { AccountAccess, AccountIdentity, AccountSessions } from '../../core/account.ts';
import { AwsError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import { memo } from '../memo.ts';
import type { Caller } from './caller.ts';
import { type ChainOptions, createCaller } from './chain.ts';
import { identityOf } from './identity.ts';
import { permissionsOf } from './permissions.ts';

export interface Accounts extends AccountSessions {
  /** Whose requests those in this scope are. Throws AwsError. */
  callerOf(scope: Scope): Caller;
}

const keep = { success: 5 * 60_000, failure: 5_000 };
/** Many are refused at once: AWS is asked once because of them. */
const leastAge = 5_000;

interface Entry {
  readonly fingerprint: string;
  readonly caller: Caller;
  readonly ask: () => Promise<AccountIdentity>;
  readonly madeAt: number;
  access: AccountAccess;
  /** As AWS last said. */
  account: string | undefined;
}

export function createAccounts(options: ChainOptions & { readonly own: Caller }): Accounts {
  const entries = new Map<string, Entry>();
  const listeners = new Set<(name: string) => void>();

  const entryOf = (access: AccountAccess): Entry => {
    const known = entries.get(access.name);
    if (known?.access === access) return known;
    const fingerprint = fingerprintOf(access);
    const same = known?.fingerprint === fingerprint ? known : undefined;
    const entry = same ?? newEntry(access, fingerprint, options);
    entry.access = access;
    entries.set(access.name, entry);
    return entry;
  };

  return {
    async identify(access) {
      const entry = entryOf(access);
      const identity = await entry.ask();
      entry.account = identity.account;
      return identity;
    },
    async permissions(access, kinds) {
      const { caller, ask } = entryOf(access);
      const { readAs } = options;
      return await permissionsOf(kinds, { caller, readAs, identity: await ask(), region: access.region });
    },
    doubt(name) {
      const known = entries.get(name);
      if (!known || options.clock.now() - known.madeAt < leastAge) return;
      const { access, fingerprint, account } = known;
      entries.set(name, { ...newEntry(access, fingerprint, options), account });
      for (const listener of listeners) listener(name);
    },
    onDoubted(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    forget: (name) => void entries.delete(name),
    callerOf({ account, credentials }) {
      if (credentials === undefined) return options.own;
      const entry = entries.get(credentials);
      if (entry?.account === account) return entry.caller;
      throw changedMeanwhile(credentials);
    },
  };
}

function newEntry(access: AccountAccess, fingerprint: string, options: ChainOptions): Entry {
  const caller = createCaller(access, options);
  const { clock, readAs } = options;
  const scope = { partition: 'aws', account: 'unknown', region: access.region };
  const ask = memo(clock, keep, async () =>
    identityOf(await readAs(caller, scope, 'sts:GetCallerIdentity', {})),
  );
  return {
    access,
    fingerprint,
    caller,
    ask: () => ask(''),
    madeAt: clock.now(),
    account: undefined,
  };
}

/** Equal for what is the same access, though it was read anew; a digest, for there are secrets in it. */
const fingerprintOf = (access: AccountAccess): string =>
  createHash('sha256').update(JSON.stringify(access)).digest('hex');

const changedMeanwhile = (name: string): AwsError =>
  new AwsError({
    class: 'Transient',
    code: 'CredentialsChanged',
    call: 'sts:GetCallerIdentity',
    message: `the credentials of AWSAccount ${name} have just changed: looking again`,
    definite: true,
  });
