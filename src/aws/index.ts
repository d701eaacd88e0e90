/**
 * AWS for the rest of Mooring: calls by name, batched reads, and where objects live. Nobody else imports the
 * SDK's clients, so nothing reaches AWS past the limits and the leadership check.
 */
import { type Execute, type ResolvePlacement, type Scope, scopeKey } from '../core/kind.ts';
import type { Clock, Random } from '../core/ports.ts';
import { createAwsTime } from './aws-time.ts';
import { type ClientOptions, createClients } from './clients.ts';
import { type CallRecord, createExecutor, type Read } from './execute.ts';
import { createLimiter, type LimitOptions } from './limits.ts';
import { createResolvePlacement } from './placement.ts';
import { createReaders, type Readers } from './readers/index.ts';

export interface AwsOptions extends ClientOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** For objects that name none. */
  readonly region?: string;
  readonly limits?: LimitOptions;
  /** How long a batch of reads waits for company, in milliseconds. */
  readonly readWindow?: number;
  readonly onCall?: (record: CallRecord) => void;
}

export interface Aws {
  readonly execute: Execute;
  readonly read: Read;
  readonly resolvePlacement: ResolvePlacement;
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
  const { execute, read } = createExecutor({
    clients,
    limiter: createLimiter(clock, options.limits),
    clock,
    random,
    ...(onCall ? { onCall } : {}),
  });
  const readers = new Map<string, Readers>();
  return {
    execute,
    read,
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
