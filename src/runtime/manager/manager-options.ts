import type { AnyKind, Execute } from '../../core/kind.ts';
import type { Clock, Logger, NewToken, Random } from '../../core/ports.ts';
import type { Tags } from '../../core/tags.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Recorder } from '../events/events.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import type { KubernetesTransport } from '../kubernetes/kubernetes.ts';
import type { Lease } from '../lease/lease.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** All that an operator is made of, from the composition root. */
export interface ManagerOptions {
  readonly kinds: readonly AnyKind[];
  readonly cluster: string;
  readonly transport: KubernetesTransport;
  readonly client: KubernetesClient;
  readonly lease: Lease;
  readonly recorder: Recorder;
  readonly metrics: Metrics;
  readonly execute: Execute;
  readonly accounts: Accounts;
  /** Undefined: all. */
  readonly namespaces: readonly string[] | undefined;
  readonly labelSelector: string | undefined;
  readonly defaultTags: Tags;
  /** Workers a kind. */
  readonly concurrency: number;
  /** Between two sweeps, in milliseconds. */
  readonly resync: number;
  readonly maxDeletions: number;
  readonly readOnly: boolean;
  readonly graceMs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly newToken: NewToken;
  readonly logger: Logger;
}
