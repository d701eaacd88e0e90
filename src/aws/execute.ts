/**
 * The only way a call leaves this process.
 *
 * Guarantees, for each attempt:
 * - It waits its turn at the account's quota first (limits.ts).
 * - `mayWrite` is asked before a write when everything else is done (turn, credentials, signature), and what
 *   it throws ends the call unsent.
 * - What is creating, or not idempotent, is sent at most once; anything else up to three times, and only
 *   after failures that may pass, with backoff and jitter.
 * - Every failure is an AwsError, and every call is told to `onCall` once.
 */
import { AwsError } from '../core/errors.ts';
import type { Execute } from '../core/kind.ts';
import { type Clock, type Random, sleep } from '../core/ports.ts';
import { requestIdOf } from '../core/request-id.ts';
import type { Scope } from '../core/scope.ts';
import type { Call } from './calls/call.ts';
import { type CallName, calls, type InputOf, isCallName, type OutputOf } from './calls/index.ts';
import type { Clients } from './clients.ts';
import type { Caller } from './credentials/caller.ts';
import { toAwsError } from './errors.ts';
import type { Limiter } from './limits.ts';

/** One call as it ended, for metrics and logs. */
export interface CallRecord {
  readonly call: CallName;
  readonly account: string;
  readonly region: string;
  /** `OK`, or AWS's error code. */
  readonly code: string;
  readonly attempts: number;
  /** Attempts that AWS answered with a throttling error. */
  readonly throttles: number;
  /** From the first attempt's start, with waiting between attempts, without waiting for the first turn. */
  readonly durationMs: number;
  /** For the first turn at the quota. */
  readonly waitedMs: number;
  readonly requestId?: string;
}

/** A read as a certain caller, for those who make callers: everybody else's is the scope's. Throws AwsError. */
export type ReadAs = <Name extends CallName>(
  caller: Caller,
  scope: Scope,
  call: Name,
  input: InputOf<Name>,
) => Promise<OutputOf<Name>>;

/** A read, typed: what `observe` and the readers call. Throws AwsError. */
export type Read = <Name extends CallName>(
  scope: Scope,
  call: Name,
  input: InputOf<Name>,
) => Promise<OutputOf<Name>>;

export interface Executor {
  readonly execute: Execute;
  readonly read: Read;
  readonly readAs: ReadAs;
}

export interface ExecutorOptions {
  readonly clients: Clients;
  /** Whose requests those in a scope are. Throws AwsError. */
  readonly callerOf: (scope: Scope) => Caller;
  /** AWS did not accept what a request in this scope was signed with. */
  readonly onUnauthenticated?: (scope: Scope) => void;
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly random: Random;
  readonly onCall?: (record: CallRecord) => void;
}

const maxAttempts = 3;
/** Before the second attempt, doubled for each further one. */
const firstDelay = { Transient: 200, Throttled: 1_000 };

interface Request<Input extends object, Output> {
  readonly name: CallName;
  readonly call: Call<Input, Output>;
  readonly input: Input;
  readonly scope: Scope;
  readonly caller: Caller;
  readonly creates: boolean;
  readonly mayWrite: () => void;
}

export function createExecutor(options: ExecutorOptions): Executor {
  const { callerOf } = options;
  const readAs: ReadAs = (caller, scope, name, input) => {
    const call: Call<typeof input, OutputOf<typeof name>> = calls[name];
    return perform({ name, call, input, scope, caller, creates: false, mayWrite: () => {} }, options);
  };
  return {
    readAs,
    async execute({ call, ...request }) {
      if (!isCallName(call)) throw unknownCall(call);
      const entry: Call = calls[call];
      return await authenticated(request.scope, options, () =>
        perform({ ...request, name: call, call: entry, caller: callerOf(request.scope) }, options),
      );
    },
    async read(scope, name, input) {
      return await authenticated(scope, options, () => readAs(callerOf(scope), scope, name, input));
    },
  };
}

async function authenticated<Output>(
  scope: Scope,
  { onUnauthenticated }: ExecutorOptions,
  call: () => Promise<Output>,
): Promise<Output> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof AwsError && error.class === 'Unauthenticated') onUnauthenticated?.(scope);
    throw error;
  }
}

async function perform<Input extends object, Output>(
  request: Request<Input, Output>,
  options: ExecutorOptions,
): Promise<Output> {
  const { name, call, scope, caller } = request;
  const { clock, limiter, random } = options;
  const bucket = limiter.for(scope, name, call.writes, caller.limits);
  const limit = request.creates || !call.idempotent ? 1 : maxAttempts;

  let throttles = 0;
  const queuedAt = clock.now();
  await bucket.acquire();
  const startedAt = clock.now();
  const tell = (code: string, attempts: number, requestId?: string) =>
    options.onCall?.({
      call: name,
      account: scope.account,
      region: scope.region,
      code,
      attempts,
      throttles,
      durationMs: clock.now() - startedAt,
      waitedMs: startedAt - queuedAt,
      ...(requestId === undefined ? {} : { requestId }),
    });

  for (let attempt = 1; ; attempt++) {
    const result = await attemptOnce(request, options);
    if ('output' in result) {
      bucket.succeeded();
      tell('OK', attempt, requestIdOf(result.output));
      return result.output;
    }
    const { error } = result;
    if (error.class === 'Throttled') {
      throttles += 1;
      bucket.throttled();
    }
    if (attempt === limit || !passes(error)) {
      tell(error.code, attempt, error.requestId);
      throw error;
    }
    await sleep(clock, backoff(error, attempt, random));
    await bucket.acquire();
  }
}

/** The reply, or why there is none. Throws only what `mayWrite` throws. */
async function attemptOnce<Input extends object, Output>(
  { name, call, input, scope, caller, creates, mayWrite }: Request<Input, Output>,
  { clients }: ExecutorOptions,
): Promise<{ readonly output: Output } | { readonly error: AwsError }> {
  let sent = false;
  let refusal: { readonly reason: unknown } | undefined;
  const beforeSend = () => {
    try {
      if (call.writes) mayWrite();
    } catch (reason) {
      refusal = { reason };
      throw reason;
    }
    sent = true;
  };
  const connection = creates || !call.idempotent ? 'fresh' : 'shared';
  try {
    return { output: await call.send(clients.in(caller, scope.region, connection), input, beforeSend) };
  } catch (error) {
    if (refusal) throw refusal.reason;
    return { error: toAwsError(error, name, sent) };
  }
}

const passes = (error: AwsError): boolean => error.class === 'Transient' || error.class === 'Throttled';

/** Full jitter over the upper half, so that those who failed together do not return together. */
function backoff(error: AwsError, attempt: number, random: Random): number {
  const ceiling =
    (error.class === 'Throttled' ? firstDelay.Throttled : firstDelay.Transient) * 2 ** (attempt - 1);
  return ceiling * (0.5 + random() / 2);
}

const unknownCall = (call: string): AwsError =>
  new AwsError({
    class: 'Invalid',
    code: 'UnknownCall',
    call,
    message: `${call} is not in the table of calls`,
    definite: true,
  });
