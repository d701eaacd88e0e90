import type { CallName, InputOf, OutputOf } from '../../src/aws/calls/index.ts';
import type { Read } from '../../src/aws/execute.ts';
import type { Scope } from '../../src/core/scope.ts';

/** For tests: answers calls from functions, and refuses any other. */
export type FakeAnswers = {
  readonly [Name in CallName]?: (input: InputOf<Name>, scope: Scope) => OutputOf<Name>;
};

export function fakeRead(answers: FakeAnswers): Read {
  return async (scope, call, input) => {
    const answer = answers[call];
    if (!answer) throw new Error(`unexpected call: ${call}`);
    return answer(input, scope);
  };
}
