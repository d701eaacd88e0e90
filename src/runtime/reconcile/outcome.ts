import type { Blocked } from '../../core/conditions.ts';
import { callAndMessage, type ErrorClass, LeadershipLost, messageOf, StepError } from '../../core/errors.ts';
import { ScopeRefused } from '../../core/scope-refused.ts';
import { KubernetesError } from '../kubernetes/kubernetes.ts';
import { InvalidSpec } from './self.ts';

/** When an object is looked at again. The sweep comes in any case. */
export type Requeue = {
  /**
   * It ended in a failure, which metrics count: AWS could not be looked at, or what was to be done there was
   * refused, and to look again before the time would only have it refused again.
   */
  readonly failed?: 'looking' | 'acting';
} & (
  | { readonly when: 'changed' }
  | { readonly when: 'after'; readonly milliseconds: number }
  | { readonly when: 'backoff' }
);

export interface Failure {
  /** What the conditions say; absent where the object is not at fault and nobody needs to be told. */
  readonly blocked?: Blocked;
  readonly requeue: Requeue;
  /** Worth a stack trace in the log: nothing in the world causes it, only a bug does. */
  readonly unexpected?: true;
}

/** A cause outside the manifest that a person has to mend: looked at again, but slowly. */
const slowly = { when: 'after', milliseconds: 5 * 60_000 } as const satisfies Requeue;
const backoff: Requeue = { when: 'backoff' };
const changed: Requeue = { when: 'changed' };

const ofStep: Readonly<Record<ErrorClass, { reason: Blocked['reason']; requeue: Requeue }>> = {
  Throttled: { reason: 'Throttled', requeue: backoff },
  Transient: { reason: 'AwsUnavailable', requeue: backoff },
  Denied: { reason: 'AccessDenied', requeue: slowly },
  Unauthenticated: { reason: 'InvalidCredentials', requeue: slowly },
  Quota: { reason: 'QuotaExceeded', requeue: slowly },
  Conflict: { reason: 'Conflict', requeue: backoff },
  NotFound: { reason: 'NotFound', requeue: backoff },
  Invalid: { reason: 'InvalidSpec', requeue: changed },
};

/**
 * For an object that is being deleted: nobody changes its manifest any more, and no sweep comes by. What holds it
 * up is mended in AWS, and only a look tells.
 */
export const untilGone = ({ failed, ...requeue }: Requeue): Requeue => ({
  ...(requeue.when === 'changed' ? slowly : requeue),
  ...(failed ? { failed } : {}),
});

/** The one place where an error becomes a condition and a requeue. */
export function failureOf(error: unknown): Failure {
  if (error instanceof StepError) {
    const { reason, requeue } = ofStep[error.class];
    return { blocked: { reason, message: callAndMessage(error) }, requeue };
  }
  if (error instanceof InvalidSpec) {
    return { blocked: { reason: 'InvalidSpec', message: error.message }, requeue: changed };
  }
  if (error instanceof ScopeRefused) {
    return { blocked: { reason: error.reason, message: error.message }, requeue: slowly };
  }
  // Nothing happened in AWS; the leader goes on, or this object's newer state is on its way to us.
  if (error instanceof LeadershipLost) return { requeue: changed };
  if (error instanceof KubernetesError) return { requeue: backoff };
  return {
    blocked: { reason: 'InternalError', message: messageOf(error) },
    requeue: backoff,
    unexpected: true,
  };
}
