import type { Tags } from '../tags.ts';
import { breach, listed, type Ruled } from './breach.ts';

/** Whether the account lets an instance with these tags be imaged or given an address; unknown tags are none. */
export const isInstanceAllowed = (
  { guardrails }: Pick<Ruled, 'guardrails'>,
  tags: Tags | undefined,
): boolean =>
  Object.entries(guardrails?.allowedInstances ?? {}).every(([key, value]) => tags?.[key] === value);

/** `allowedInstances`, of instances (or what is in place of one) that do not have its tags. */
export const instanceBreach = ({ guardrails }: Ruled, field: string, ids: readonly string[]): string =>
  breach(
    'allowedInstances',
    field,
    `${listed(ids)} ${ids.length === 1 ? 'is no instance' : 'are no instances'} with the tags ${listed(
      Object.entries(guardrails?.allowedInstances ?? {}).map(([key, value]) => `${key}=${value}`),
    )}, which this account asks for`,
  );
