import { setTimeout as sleep } from 'node:timers/promises';
import { Accounts } from './accounts.ts';
import type { Call, HttpRequest, Reply } from './call.ts';
import type { CallRecord, Fault } from './control-types.ts';
import { CallLog } from './counts.ts';
import { type AppliedFault, FaultRules } from './faults.ts';
import { Holds } from './holds.ts';
import { through } from './overlay.ts';
import { Overlays } from './overlays/index.ts';
import { AwsError, errorIn, errorReply } from './reply.ts';
import { identify } from './request.ts';
import { Throttle, throttlingError } from './throttle.ts';
import { Upstream } from './upstream.ts';

/** What the client gets: a reply, a destroyed connection, or silence. */
export type Outcome = Reply | 'cut' | 'silence';

/**
 * Guarantees: every AWS call is recorded when it arrives, once, whatever becomes of it. Faults come first, then
 * quotas, then the overlays, last the emulator: so an injected error or a refusal never reaches the emulator, and a
 * reply cut or held `after` always has.
 */
export class Engine {
  readonly log = new CallLog();
  readonly rules = new FaultRules();
  readonly holds = new Holds();
  readonly throttle = new Throttle();
  readonly accounts = new Accounts();
  readonly overlays = new Overlays(Date.now);
  readonly upstream: Upstream;
  #lastId = 0;

  constructor(upstreamUrl: string) {
    this.upstream = new Upstream(upstreamUrl);
  }

  async answer(http: HttpRequest, clientGone: () => boolean): Promise<Outcome> {
    this.#lastId += 1;
    const call = identify(this.#lastId, http, (accessKey) => this.accounts.accountOf(accessKey));
    if (call.service === '') return this.#passThrough(call);
    const record = this.log.start(call, Date.now());
    const outcome = await this.#withFaults(call, record, clientGone);
    if (typeof outcome !== 'string') {
      record.status = outcome.status;
      const code = errorIn(outcome)?.code;
      if (code !== undefined) record.errorCode = code;
    }
    return outcome;
  }

  reset(): void {
    this.rules.clear();
    this.holds.decide('drop');
    this.throttle.setQuotas({});
    this.overlays.reset();
    this.log.reset();
    this.upstream.resetFailures();
  }

  /** Not an AWS call (the emulator's own interface): a reset there forgets the state kept here about it. */
  async #passThrough(call: Call): Promise<Reply> {
    if (call.http.path.startsWith('/moto-api/reset') && call.http.path !== '/moto-api/reset-auth') {
      this.overlays.reset();
      this.accounts.reset();
    }
    return this.upstream.send(call);
  }

  async #withFaults(call: Call, record: CallRecord, clientGone: () => boolean): Promise<Outcome> {
    const faults = this.rules.faultsFor(call);
    for (const applied of faults) {
      const outcome = await this.#before(call, applied, clientGone);
      if (outcome !== undefined) return outcome;
    }
    record.applied = this.throttle.admit(call, Date.now());
    const reply = record.applied ? await this.#apply(call) : errorReply(call, throttlingError(call.service));
    for (const applied of faults) {
      const outcome = await this.#after(call, reply, applied, clientGone);
      if (outcome !== undefined) return outcome;
    }
    return reply;
  }

  async #apply(call: Call): Promise<Reply> {
    const { upstream, overlays } = this;
    try {
      const chain = through(
        overlays.list,
        (next) => upstream.send(next),
        (from) => upstream.ask(from),
      );
      const reply = await chain(call);
      this.accounts.learn(call, reply);
      return reply;
    } catch (error) {
      if (error instanceof AwsError) return errorReply(call, error);
      const message = `The proxy failed: ${error instanceof Error ? error.message : String(error)}`;
      upstream.recordFailure(call, 500, message);
      return errorReply(call, new AwsError('EmulatorUnsupported', message, 501));
    }
  }

  async #before(
    call: Call,
    { ruleId, fault }: AppliedFault,
    clientGone: () => boolean,
  ): Promise<Outcome | undefined> {
    if ('latencyMs' in fault) await sleep(fault.latencyMs, undefined, { ref: false });
    if ('error' in fault) return errorReply(call, errorOf(fault));
    if ('throttle' in fault) return errorReply(call, throttlingError(call.service));
    if ('hang' in fault) return 'silence';
    if ('cut' in fault && fault.cut === 'before') return 'cut';
    if (!('hold' in fault) || fault.hold === 'after') return undefined;
    return (await this.holds.hold(ruleId, call.id, clientGone)) === 'drop' ? 'cut' : undefined;
  }

  async #after(
    call: Call,
    reply: Reply,
    { ruleId, fault }: AppliedFault,
    clientGone: () => boolean,
  ): Promise<Outcome | undefined> {
    if ('delayVisibilityMs' in fault) {
      this.overlays.visibility.hide(call, reply, Date.now() + fault.delayVisibilityMs);
    }
    if ('cut' in fault) return 'cut';
    if (!('hold' in fault) || fault.hold !== 'after') return undefined;
    return (await this.holds.hold(ruleId, call.id, clientGone)) === 'drop' ? 'cut' : undefined;
  }
}

function errorOf(fault: Extract<Fault, { error: unknown }>): AwsError {
  const { code, message, status } = fault.error;
  return new AwsError(code, message, status ?? 400);
}
