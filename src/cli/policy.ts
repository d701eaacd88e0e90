import { definitions } from '../kinds/definitions.ts';
import { policyFor } from '../kinds/policy.ts';
import { offered } from './chosen-kinds.ts';
import type { Values } from './config.ts';
import { texts } from './option-types.ts';
import { runOptions } from './run-options.ts';

/** Everything `mooring policy` can be told. */
export const policyOptions = {
  kinds: texts({
    takes: '<kind>',
    help: 'a kind that the operator manages, such as ElasticIP; without it all',
  }),
  'enable-access-keys': runOptions['enable-access-keys'],
} as const;

/** The IAM policy of least privilege for the operator's credentials, as JSON. Throws UsageError. */
export function policy(config: Values<typeof policyOptions>): string {
  const all = definitions.map((definition) => ({ definition }));
  const names = offered(all, config.kinds, config['enable-access-keys']).map(
    ({ definition }) => definition.kind,
  );
  return JSON.stringify(policyFor([...new Set(names)]), null, 2);
}
