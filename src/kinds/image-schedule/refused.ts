import type { Blocked } from '../../core/conditions.ts';
import type { ErrorClass, StepError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import type { Refusal, Seen } from './seen.ts';

/**
 * What the API server does not take: a full ResourceQuota, a rule of admission, a right that is missing. It is noted,
 * and everything else goes on: retention above all, which is what frees a quota.
 */
export const notMade =
  (name: string) =>
  (seen: Seen, error: StepError): Seen =>
    error.code === 'AlreadyExists'
      ? { ...seen, taken: new Set([...seen.taken, name]) }
      : refusedAs(seen, name, 'create', error);

/** One that is gone needs no change any more. */
export const notChanged =
  (name: string) =>
  (seen: Seen, error: StepError): Seen =>
    error.class === 'NotFound'
      ? { ...seen, objects: seen.objects.filter((object) => object.name !== name) }
      : refusedAs(seen, name, 'change', error);

const refusedAs = (
  seen: Seen,
  name: string,
  what: Refusal['what'],
  { class: kind, message }: StepError,
): Seen => ({ ...seen, refused: new Map(seen.refused).set(name, { what, class: kind, message }) });

/** How soon what was refused is tried again: nobody tells when a quota or a rule has been changed. */
const again = 5 * 60_000;

const reasonOf: Readonly<Partial<Record<ErrorClass, Blocked['reason']>>> = {
  Denied: 'AccessDenied',
  Invalid: 'InvalidSpec',
  Conflict: 'Conflict',
};

/** Why the schedule is not as declared, where anything was refused. */
export function refusedIn({ refused }: Seen, now: number): Pick<Plan<Seen>, 'blocked' | 'wakeAt'> {
  const [first] = refused;
  if (!first) return {};
  const [name, { class: kind, message }] = first;
  const more = refused.size > 1 ? ` (and ${refused.size - 1} more)` : '';
  return {
    blocked: {
      reason: reasonOf[kind] ?? 'AccessDenied',
      message: `the API server refuses ${name}${more}: ${message}`,
    },
    wakeAt: now + again,
  };
}
