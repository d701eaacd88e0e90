import type { Call } from './call.ts';
import type { ActiveRule, Fault, FaultRule } from './control-types.ts';
import { matchesCall } from './counts.ts';

export interface AppliedFault {
  readonly ruleId: string;
  readonly fault: Fault;
}

/** A fault after which nothing more can happen to the call: at most one of these is applied. */
function isFinal(fault: Fault): boolean {
  return 'error' in fault || 'throttle' in fault || 'hang' in fault || 'cut' in fault;
}

/**
 * The rules in force. In order of injection; delays, holds and hidden results add up, the first final fault
 * (error, throttle, cut, hang) wins, and only rules that were applied use up their `times`.
 */
export class FaultRules {
  #rules: ActiveRule[] = [];
  #lastId = 0;

  add(rule: FaultRule): string {
    this.#lastId += 1;
    const id = `rule-${this.#lastId}`;
    this.#rules.push({ ...rule, id, seen: 0, applied: 0 });
    return id;
  }

  list(): ActiveRule[] {
    return this.#rules.map((rule) => ({ ...rule }));
  }

  remove(id: string): void {
    this.#rules = this.#rules.filter((rule) => rule.id !== id);
  }

  clear(): void {
    this.#rules = [];
  }

  faultsFor(call: Call): AppliedFault[] {
    const applied: AppliedFault[] = [];
    for (const rule of this.#rules) {
      if (!matchesCall(rule.match, call)) continue;
      rule.seen += 1;
      if (rule.seen <= (rule.match.after ?? 0) || rule.applied >= (rule.match.times ?? Infinity)) continue;
      rule.applied += 1;
      applied.push({ ruleId: rule.id, fault: rule.fault });
      if (isFinal(rule.fault)) break;
    }
    return applied;
  }
}
