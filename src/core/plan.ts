import type { Blocked } from './conditions.ts';
import type { StepError } from './errors.ts';
import type { Sealed } from './sealed.ts';

/**
 * What a kind's `diff` decided: the calls that lead from what was seen to what is declared, each with its
 * reason. The operator executes this list, `mooring plan` prints it, Events and metrics tell of it.
 */
export interface Plan<Seen> {
  /** In order. Empty when nothing is to be called. */
  readonly steps: readonly Step<Seen>[];
  /** Why the object is not as declared once the steps are done; absent when it is. */
  readonly blocked?: Blocked;
  /** When to look again though nothing has told us to, in milliseconds since the epoch. */
  readonly wakeAt?: number;
}

export interface Step<Seen> {
  /**
   * `aws`: a call. `k8s`: a write to another object of ours (object-step.ts), or to a Secret (secret-step.ts).
   * `status`: a note in the object's own status, written before the steps after it: see {@link note}.
   */
  readonly effect: 'aws' | 'k8s' | 'status';
  /**
   * `service:Operation`, as IAM policies spell it; `k8s:Create`, `k8s:Patch`, `k8s:Delete`, `k8s:WriteSecret`,
   * `k8s:DeleteSecret`; `status` for a note.
   */
  readonly call: string;
  /** Where to call, if not in the object's own region. */
  readonly region?: string;
  readonly input: object;
  /** One line for a person: what differs, and so what this call mends. */
  readonly why: string;
  /** The part of the object that is mended, as in its spec: names drift, and a fight over it. */
  readonly field?: string;
  /** The world changed as it may (a failover): this call is no repair of drift, and repeated no fight. */
  readonly expected?: true;
  /**
   * Makes the object's primary resource. The controller writes the creation intent before it, and the
   * executor sends it once: a lost reply may hide a success, and only the look-up by tags can tell.
   */
  readonly creates?: true;
  /**
   * Of a creating step whose resource carries no tags: what else is written to status with the intent, in the same
   * patch. It stays there until AWS has refused the call, or the kind's `status` says otherwise after it succeeded.
   */
  readonly intent?: object;
  /**
   * Splits what of the answer is a secret off, before anything else sees the answer. It never enters what is seen, an
   * event, a plan, a log or an error: it is handed to the very next step that is executed in this reconcile, which
   * writes it where it belongs (`k8s:WriteSecret`), and is dropped with it. Whoever fails to write it has lost it.
   */
  secret?(output: unknown): { readonly sealed: Sealed; readonly rest: unknown };
  /** Nothing after it rests on it: refused with an answer ({@link refused}), it lets the steps after it go on. */
  readonly independent?: true;
  /** Deletes a resource or its data: held by the rules against accidents. */
  readonly destroys?: true;
  /** Of what `destroys`: its kind keeps to a pace of its own, so that `--max-deletions` does not count it; 0 holds it. */
  readonly paced?: true;
  /**
   * Names something outside this object that only one may hold (`eni-1/10.0.0.4`). The controller runs the
   * step only if nobody else's step under the same name began since this object was observed: otherwise
   * what was seen of the holder may be stale, and the object is observed again first.
   */
  readonly exclusive?: string;
  /** A Warning Event is recorded instead of a Normal one. */
  readonly warns?: true;
  /** The Event's reason, where the operation's name does not say what happened (`FailedOver`). */
  readonly event?: string;
  /**
   * What will be seen once the call has succeeded: a claim about AWS, tested against `observe`. (It is not
   * called `then`, which would make a step a thenable.)
   * `output` is what AWS answered to `call`, without its secret.
   */
  fold(seen: Seen, output: unknown): Seen;
  /** What a definite refusal tells about AWS, where the plan goes on differently after it. */
  refused?(seen: Seen, error: StepError): Seen | undefined;
}

/**
 * A note in status, before a call that AWS cannot tell from its repetition and that creates nothing: the
 * next reconcile knows by it that the call may have been made. `status` is a merge patch, written under the
 * object's resourceVersion; what the kind's `status` says of the folded state must contain it.
 */
export const note = <Seen>(status: object, why: string, fold: (seen: Seen) => Seen): Step<Seen> => ({
  effect: 'status',
  call: 'status',
  input: status,
  why,
  fold,
});

export const inSync: Plan<never> = { steps: [] };

export function plan<Seen>(...steps: readonly (Step<Seen> | undefined)[]): Plan<Seen> {
  return { steps: steps.filter((step) => step !== undefined) };
}

export function blocked(reason: Blocked['reason'], message: string, wakeAt?: number): Plan<never> {
  return { steps: [], blocked: { reason, message }, ...(wakeAt === undefined ? {} : { wakeAt }) };
}

/** Steps in order; the first reason to be blocked; the earliest time to wake. */
export function mergePlans<Seen>(...plans: readonly Plan<Seen>[]): Plan<Seen> {
  const reason = plans.find((plan) => plan.blocked)?.blocked;
  const times = plans.flatMap(({ wakeAt }) => (wakeAt === undefined ? [] : [wakeAt]));
  return {
    steps: plans.flatMap(({ steps }) => steps),
    ...(reason ? { blocked: reason } : {}),
    ...(times.length > 0 ? { wakeAt: Math.min(...times) } : {}),
  };
}
