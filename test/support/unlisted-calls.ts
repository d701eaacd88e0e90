import type { CallRecord } from '../../dev/proxy/control-types.ts';
import { chosenKinds } from '../../src/cli/chosen-kinds.ts';
import { callsOfKinds, operatorCalls } from '../../src/kinds/calls.ts';
import { definitions } from '../../src/kinds/definitions.ts';

/** Where the proxy's name of a service is not that of its actions. */
const prefixes: Readonly<Record<string, string>> = { tagging: 'tag' };

/**
 * Of the operators' calls, those that are in no list of the kinds they were started with: their IAM policy,
 * which is rendered from the lists, would deny them.
 */
export function unlistedCalls(
  calls: readonly Pick<CallRecord, 'service' | 'operation'>[],
  kinds: readonly string[],
): string[] {
  const chosen = chosenKinds(
    definitions.map((definition) => ({ definition })),
    kinds,
  );
  const listed = new Set<string>([
    ...operatorCalls,
    // Whatever the kinds, their objects may use an account.
    ...(callsOfKinds.AWSAccount ?? []),
    ...chosen.flatMap(({ definition }) => callsOfKinds[definition.kind] ?? []),
  ]);
  const made = calls.map(({ service, operation }) => `${prefixes[service] ?? service}:${operation}`);
  return [...new Set(made.filter((call) => !listed.has(call)))].sort();
}
