import type { AwsError } from '../core/errors.ts';
import type { Step } from '../core/plan.ts';
import type { Sealed } from '../core/sealed.ts';
import type { CallName, InputOf, OutputOf } from './calls/index.ts';

/** A step whose input and output are those of its call. */
export interface AwsStep<Seen, Name extends CallName>
  extends Omit<Step<Seen>, 'effect' | 'call' | 'input' | 'fold' | 'refused' | 'secret'> {
  readonly input: InputOf<Name>;
  secret?(output: OutputOf<Name>): { readonly sealed: Sealed; readonly rest: OutputOf<Name> };
  fold(seen: Seen, output: OutputOf<Name>): Seen;
  refused?(seen: Seen, error: AwsError): Seen | undefined;
}

/**
 * Makes the steps of a kind's plan: `step<Seen>()('ec2:AssociateAddress', { input, why, fold })`.
 *
 * Core knows a step's output as `unknown`. Handing such a step to the executor claims that AWS answers a
 * call with that call's output, as the SDK's model says it; the suites hold every `fold` against it.
 */
export function step<Seen>() {
  return <Name extends CallName>(call: Name, rest: AwsStep<Seen, Name>): Step<Seen> => ({
    effect: 'aws',
    call,
    ...rest,
  });
}
