import type { Clock, Logger, Random } from '../../core/ports.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import { candidateJitter, Election } from './election.ts';
import { newLease } from './record.ts';
import { leaseStore } from './store.ts';

/**
 * Leader election on a Lease, as client-go does it
 * (https://pkg.go.dev/k8s.io/client-go/tools/leaderelection), so that its candidates and ours mix.
 *
 * Guarantees
 * - Two never lead at once, even if one is frozen. A leader may act until `renewDeadline` after it sent the
 *   last renewal that succeeded. That renewal reached the API server later than that, and was seen by a
 *   candidate later still; from then on the candidate waits for `leaseDuration`, and its own write carries
 *   the resourceVersion that it has watched, so that a renewal in between makes it fail. As `leaseDuration`
 *   is longer than `renewDeadline`, the one's time is over before the other's begins, whatever clocks tell:
 *   only their rates have to agree, within a third. The difference (5 s) is what a write already on its way
 *   to AWS has left to arrive in.
 * - No work after loss. `assertLeading` compares the time with the deadline, so that a process that was
 *   frozen and wakes up is refused before any timer has run; the signal given to `lead` is aborted at the
 *   deadline, or at once when another holder is seen; and this process stands again only when its work
 *   has settled.
 * - The lease is given up only when the work has settled, and then a candidate takes over at its next try, within
 *   2.2 retry periods. Where giving up fails, it runs out by itself.
 * - No failure of the API server ends `run`.
 *
 * Beyond it: a machine whose every clock stood still (a resumed virtual machine) cannot know that it is
 * late, and a Lease deleted or edited by hand is believed by a candidate that has not seen it before. What
 * slips through there is held by the preconditions on status and the tags on what was made.
 */
export interface Lease {
  /**
   * Stands for election until `stop`, and calls `lead` whenever it is won. After a loss it waits for `lead`
   * and stands again. On `stop` a leader goes on renewing until `lead` settles, gives the lease up, and
   * resolves; so it does when `lead` resolves by itself. Rejects only with what `lead` rejects with.
   */
  run(stop: AbortSignal, lead: (leading: AbortSignal) => Promise<void>): Promise<void>;
  /** Until when this process may act, in milliseconds since the epoch; 0 while it does not lead. */
  deadline(): number;
  /** To be asked immediately before every write to AWS. Throws LeadershipLost past the deadline. */
  assertLeading(): void;
  /** Gives up at once. Only for when nothing is on its way any more; `run` does it by itself. Never rejects. */
  release(): Promise<void>;
  readonly isLeader: boolean;
}

export interface LeaseOptions {
  readonly client: Pick<KubernetesClient, 'get' | 'create' | 'update'>;
  readonly namespace: string;
  readonly name: string;
  /** Of this process and no other, not even the one before it in the same pod. */
  readonly identity: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** How long a candidate waits for a silent holder. Default 15 s. */
  readonly leaseDurationMs?: number;
  /** How long a leader acts without a renewal. Default 10 s. */
  readonly renewDeadlineMs?: number;
  /** Between two attempts. Default 2 s. */
  readonly retryPeriodMs?: number;
}

/** Throws RangeError where the three times do not keep two leaders apart. */
export function createLease({ client, namespace, name, ...options }: LeaseOptions): Lease {
  const settings = {
    leaseDurationMs: 15_000,
    renewDeadlineMs: 10_000,
    retryPeriodMs: 2_000,
    ...options,
  };
  const { leaseDurationMs, renewDeadlineMs, retryPeriodMs } = settings;
  if (!(leaseDurationMs > renewDeadlineMs && renewDeadlineMs > candidateJitter * retryPeriodMs)) {
    throw new RangeError(
      `lease duration ${leaseDurationMs} ms > renew deadline ${renewDeadlineMs} ms > ${candidateJitter} × retry period ${retryPeriodMs} ms does not hold`,
    );
  }
  return new Election(leaseStore(client, namespace, name), newLease(namespace, name), settings);
}

/** Without election: a process that is told to lead always does. */
export function alwaysLeading(): Lease {
  return {
    run: (_stop, lead) => lead(new AbortController().signal),
    deadline: () => Number.POSITIVE_INFINITY,
    assertLeading: () => {},
    release: () => Promise.resolve(),
    isLeader: true,
  };
}
