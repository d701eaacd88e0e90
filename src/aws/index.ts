/**
 * AWS for the rest of Mooring: calls by name, batched reads, and where objects live. Nobody else imports the
 * SDK's clients, so nothing reaches AWS past the limits and the leadership check.
 */
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import type { AccountSessions } from '../core/account.ts';
import type { Execute } from '../core/kind.ts';
import type { Clock, Random } from '../core/ports.ts';
import { type ResolvePlacement, type Scope, scopeKey } from '../core/scope.ts';
import { createAwsTime } from './aws-time.ts';
import { type ClientOptions, createClients } from './clients.ts';
import { createAccounts } from './credentials/accounts.ts';
import type { Caller } from './credentials/caller.ts';
import { type CallRecord, createExecutor, type Read, type ReadAs } from './execute.ts';
import { createLimiter, type LimitOptions } from './limits.ts';
import { createResolvePlacement } from './placement.ts';
import { createReaders, type Readers } from './readers/index.ts';

export interface AwsOptions extends ClientOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** For objects that name none. */
  readonly region?: string;
  readonly limits?: LimitOptions;
  /** The operator's own, instead of the SDK's default chain. */
  readonly credentials?: Caller['credentials'];
  /** Of sessions that an AWSAccount names no name for. */
  readonly sessionName?: string;
  /** Where an AWSAccount's token files may be; without it there are none. */
  readonly tokenDirectory?: string;
  /** How long a batch of reads waits for company, in milliseconds. */
  readonly readWindow?: number;
  readonly onCall?: (record: CallRecord) => void;
}

export interface Aws {
  readonly execute: Execute;
  readonly read: Read;
  /** With the operator's own credentials. */
  readonly resolvePlacement: ResolvePlacement;
  readonly accounts: AccountSessions;
  /** The readers of an account and region, the same for everyone. */
  in(scope: Scope): Readers;
  /** How far this machine's clock is ahead of AWS's, in milliseconds; undefined until AWS has replied. */
  clockAhead(): number | undefined;
  /** Closes all connections. */
  close(): void;
}

export function createAws(options: AwsOptions): Aws {
  const { clock, random, region, onCall, readWindow } = options;
  const time = createAwsTime(clock);
  const clients = createClients({ ...options, onDate: time.heard });
  const own: Caller = { credentials: options.credentials ?? fromNodeProviderChain() };
  // Each needs the other: sessions are made by calls, and calls are signed with sessions.
  const readAs: ReadAs = (...request) => executor.readAs(...request);
  const accounts = createAccounts({
    own,
    ownCredentials: own.credentials,
    readAs,
    clock,
    sessionName: options.sessionName ?? 'mooring',
    tokenDirectory: options.tokenDirectory,
  });
  const executor = createExecutor({
    clients,
    callerOf: accounts.callerOf,
    limiter: createLimiter(clock, options.limits),
    clock,
    random,
    onUnauthenticated: ({ credentials }) => {
      if (credentials !== undefined) accounts.doubt(credentials);
    },
    ...(onCall ? { onCall } : {}),
  });
  const { execute, read } = executor;
  const readers = new Map<string, Readers>();
  return {
    execute,
    read,
    accounts,
    resolvePlacement: createResolvePlacement({ read, clock, ...(region === undefined ? {} : { region }) }),
    in(scope) {
      const key = scopeKey(scope);
      const known =
        readers.get(key) ??
        createReaders(scope, { read, clock, ...(readWindow === undefined ? {} : { window: readWindow }) });
      readers.set(key, known);
      return known;
    },
    clockAhead: time.ahead,
    close: clients.close,
  };
}

export { actionsOf, type CallName, calls, type InputOf, isCallName, type OutputOf } from './calls/index.ts';
export { visibleAfter } from './consistency.ts';
export { toAwsError } from './errors.ts';
export type { CallRecord, Read } from './execute.ts';
export type { LimitOptions } from './limits.ts';
export type { Address } from './readers/addresses.ts';
export type { Health, StatusCheck } from './readers/health.ts';
export type { Readers } from './readers/index.ts';
export type { Instance } from './readers/instances.ts';
export type { NetworkInterface, PrivateIpAddress, PublicAssociation } from './readers/interfaces.ts';
export type { ReverseDns } from './readers/reverse-dns.ts';
export { type AwsStep, step } from './step.ts';
