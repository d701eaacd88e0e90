import type { Blocked } from '../../core/conditions.ts';
import { StepError } from '../../core/errors.ts';
import type { Plan, Step } from '../../core/plan.ts';

/**
 * Executes what `decide` plans, folding each answer into what was seen, and asks again until nothing is
 * left to do. Guarantees:
 * - steps run in order, and a failed one keeps what those before it achieved;
 * - a definite refusal that the step has an answer for (`refused`) changes what was seen, and the plan is
 *   made anew, at once or, where nothing after it rests on the step (`independent`), once the rest is done;
 *   every other failure ends the loop and is returned;
 * - it ends: a plan that is still not empty after `maxRounds` is a bug and is returned as `NotConverging`.
 */
export async function act<Seen>(
  decide: (seen: Seen) => Plan<Seen>,
  before: Seen,
  hands: Hands<Seen>,
): Promise<Acted<Seen>> {
  let seen = before;
  const skipped = new Map<string, Blocked>();
  for (let round = 0; round < maxRounds; round++) {
    const plan = decide(seen);
    const steps = plan.steps.filter((step) => !skipped.has(nameOf(step)));
    if (steps.length === 0) return { seen, plan: withHold(plan, [...skipped.values()].at(0)) };
    for (const step of steps) {
      const asked = await ask(step, hands);
      if ('error' in asked) return { seen, plan, error: asked.error };
      const { hold } = asked;
      if (hold?.extent === 'step') {
        skipped.set(nameOf(step), hold.blocked);
        continue;
      }
      if (hold) return { seen, plan: withHold(plan, hold.blocked, hold.wakeAt) };
      const answer = await attempt(step, seen, hands);
      if ('error' in answer) return { seen, plan, error: answer.error };
      seen = answer.seen;
      if (answer.replan && !step.independent) break;
    }
  }
  return { seen, plan: withHold(decide(seen), { reason: 'NotConverging', message: endless }) };
}

const maxRounds = 12;
const endless = `the plan is still not empty after ${maxRounds} rounds: this is a bug in mooring`;

/** What the loop may do, and what stops it: implemented by the reconcile, replaced by tables in tests. */
export interface Hands<Seen> {
  /** A reason not to execute this step now; asked immediately before it. May write the intent first. */
  hold(step: Step<Seen>): Promise<Hold | undefined>;
  execute(step: Step<Seen>): Promise<unknown>;
}

/** `plan`: nothing further is executed. `step`: this one is left out, the others go on. */
export interface Hold {
  readonly extent: 'plan' | 'step';
  readonly blocked: Blocked;
  readonly wakeAt?: number;
}

export interface Acted<Seen> {
  readonly seen: Seen;
  /** The last plan: its `blocked` tells why the object is not as declared. */
  readonly plan: Plan<Seen>;
  /** What ended the loop early. */
  readonly error?: unknown;
}

/** What a hold writes first may fail like a step, and then takes nothing from those before it. */
async function ask<Seen>(
  step: Step<Seen>,
  hands: Hands<Seen>,
): Promise<{ hold: Hold | undefined } | { error: unknown }> {
  try {
    return { hold: await hands.hold(step) };
  } catch (error) {
    return { error };
  }
}

type Answer<Seen> = { seen: Seen; replan?: true } | { error: unknown };

async function attempt<Seen>(step: Step<Seen>, seen: Seen, hands: Hands<Seen>): Promise<Answer<Seen>> {
  try {
    return { seen: step.fold(seen, await hands.execute(step)) };
  } catch (error) {
    const learned = error instanceof StepError && error.definite ? step.refused?.(seen, error) : undefined;
    return learned === undefined ? { error } : { seen: learned, replan: true };
  }
}

const nameOf = (step: Pick<Step<unknown>, 'call' | 'field'>): string => `${step.call} ${step.field ?? ''}`;

/** What the plan itself waits for is not held up. */
function withHold<Seen>(plan: Plan<Seen>, blocked: Blocked | undefined, until?: number): Plan<Seen> {
  if (!blocked) return plan;
  const times = [plan.wakeAt, until].filter((time) => time !== undefined);
  return { steps: plan.steps, blocked, ...(times.length === 0 ? {} : { wakeAt: Math.min(...times) }) };
}
