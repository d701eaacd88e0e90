import type { HeldCall } from './control-types.ts';

export type Verdict = 'go' | 'drop';

interface Held extends Omit<HeldCall, 'clientGone'> {
  readonly clientGone: () => boolean;
  readonly decide: (verdict: Verdict) => void;
}

/** Calls stopped in mid-flight by a `hold` rule, until a test releases or drops them. */
export class Holds {
  #held = new Set<Held>();
  #watchers = new Set<() => void>();

  async hold(ruleId: string, callId: number, clientGone: () => boolean): Promise<Verdict> {
    const { promise, resolve } = Promise.withResolvers<Verdict>();
    const held: Held = { ruleId, callId, clientGone, decide: resolve };
    this.#held.add(held);
    for (const notify of this.#watchers) notify();
    return promise.finally(() => this.#held.delete(held));
  }

  list(ruleId?: string): HeldCall[] {
    return this.#of(ruleId).map((held) => ({
      ruleId: held.ruleId,
      callId: held.callId,
      clientGone: held.clientGone(),
    }));
  }

  /** Resolves as soon as the rule holds a call; with an empty list when it does not within the time. */
  async waitFor(ruleId: string, timeoutMs: number): Promise<HeldCall[]> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const notify = () => {
      if (this.#of(ruleId).length > 0) resolve();
    };
    const timer = setTimeout(resolve, timeoutMs);
    this.#watchers.add(notify);
    notify();
    await promise;
    clearTimeout(timer);
    this.#watchers.delete(notify);
    return this.list(ruleId);
  }

  /** Decides for every call the rule (all rules, without one) holds now; returns how many. */
  decide(verdict: Verdict, ruleId?: string): number {
    const held = this.#of(ruleId);
    for (const one of held) one.decide(verdict);
    return held.length;
  }

  #of(ruleId: string | undefined): Held[] {
    return [...this.#held].filter((held) => ruleId === undefined || held.ruleId === ruleId);
  }
}
