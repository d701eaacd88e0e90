import type { AccountSessions, AccountSpec, AccountStatus, KindCalls } from '../../core/account.ts';
import type { Reference } from '../../core/context.ts';
import { group, type ResourceDefinition, version } from '../../core/crd/definition.ts';
import type { Clock, Logger, Random } from '../../core/ports.ts';
import type { Resource } from '../../core/resource.ts';
import type { ResolvePlacement } from '../../core/scope.ts';
import type { Recorder } from '../events/events.ts';
import type { CachedKind } from '../informer/cached-kind.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import type { KubernetesTransport } from '../kubernetes/kubernetes.ts';
import type { Lease } from '../lease/lease.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { tellReadiness } from '../metrics/readiness.ts';
import type { AddOptions } from '../queue/queue-options.ts';
import { createObjects } from '../reconcile/objects.ts';
import { createAccess } from './access.ts';
import { createAccountCaches } from './caches.ts';
import type { Known } from './choose.ts';
import { createPermissions } from './permissions.ts';
import { createPlacement } from './placement.ts';
import { createAccountReconcile } from './reconcile-account.ts';
import { createRefresh } from './refresh.ts';
import { createSpecs, inUse } from './specs.ts';
import { type AccountTerm, beginAccountTerm } from './term.ts';
import { createUsers } from './users.ts';

/** The AWSAccounts: where objects live by them, and who looks after them. */
export interface Accounts {
  readonly definition: ResourceDefinition<AccountSpec, AccountStatus>;
  readonly resolvePlacement: ResolvePlacement;
  start(): void;
  stop(): Promise<void>;
  whenSynced(stop: AbortSignal): Promise<unknown>;
  readonly synced: boolean;
  /** One term of leadership: a standby follows the AWSAccounts and writes nothing. */
  lead(kinds: readonly CachedKind[], requeue: (object: Reference, options: AddOptions) => void): AccountTerm;
}

export interface AccountsOptions {
  readonly definition: ResourceDefinition<AccountSpec, AccountStatus>;
  readonly transport: KubernetesTransport;
  readonly client: KubernetesClient;
  /** The operator's own. */
  readonly namespace: string;
  readonly sessions: AccountSessions;
  /** Of the kinds that are managed. */
  readonly calls: readonly KindCalls[];
  /** Where objects live with the operator's own credentials. */
  readonly own: ResolvePlacement;
  readonly region: string | undefined;
  readonly allowEndpoints: boolean;
  readonly lease: Lease;
  readonly recorder: Recorder;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export function createAccounts(options: AccountsOptions): Accounts {
  const { definition, client, sessions, own, region, metrics, clock, random, logger } = options;
  const caches = createAccountCaches({ ...options, onRestart: metrics.watchRestarted });
  const { accounts, namespaces, secrets } = caches;
  const specs = createSpecs(definition.spec);
  const access = createAccess({ ...options, caches });
  const known: Known = {
    has: (name) => accounts.get(name) !== undefined,
    get size() {
      return accounts.size;
    },
  };
  const informers = [accounts, namespaces];
  const secretOf = (account: Resource): string | undefined => {
    try {
      return specs.of(account).credentials.secretRef?.name;
    } catch {
      return undefined;
    }
  };
  accounts.onChange(tellReadiness(metrics.resources, definition.kind));
  accounts.onChange(({ type, key, object }) => {
    if (type !== 'deleted') {
      // A standby keeps them warm, too: whoever takes over must not take what is not listed yet for a change.
      if (secretOf(object) !== undefined) secrets.start();
      return;
    }
    // What it was, its key included, is forgotten with it.
    specs.forget(key);
    sessions.forget(key);
  });

  return {
    definition,
    resolvePlacement: createPlacement({
      accounts: known,
      specOf: (name, begins) => specs.of(inUse(name, accounts.get(name), begins)),
      namespace: (name) => namespaces.get(name),
      refresh: createRefresh(caches, client),
      access,
      sessions,
      own,
      region,
    }),
    start: () => {
      for (const informer of informers) informer.start();
    },
    stop: async () => void (await Promise.all([...informers, secrets].map((informer) => informer.stop()))),
    async whenSynced(stop) {
      await Promise.all(informers.map((informer) => informer.whenSynced(stop)));
      if ([...accounts.list()].some((account) => secretOf(account) !== undefined)) await secretsListed(stop);
    },
    get synced() {
      return informers.every((informer) => informer.synced);
    },
    lead(kinds, requeue) {
      const users = createUsers(kinds, known, (name) => namespaces.get(name));
      const reconcile = createAccountReconcile({
        permissions: createPermissions(sessions, options.calls, clock),
        objects: createObjects(client, accounts, { group, version, plural: definition.plural }),
        cached: (name) => accounts.get(name),
        specOf: specs.of,
        access,
        sessions,
        users,
        region,
        mayWrite: () => options.lease.assertLeading(),
        record: (object, event) => options.recorder.record(object, event),
        clock,
        logger,
      });
      const secretUsers = (secret: string) =>
        [...accounts.list()].filter((account) => secretOf(account) === secret).map(nameOf);
      const { onDoubted } = sessions;
      const shared = { clock, random, logger, metrics };
      return beginAccountTerm({
        caches,
        kinds,
        users,
        reconcile,
        secretUsers,
        requeue,
        onDoubted,
        ...shared,
      });
    },
  };

  /** Not for ever: the right to list them may be missing, and there may be accounts that need none. */
  function secretsListed(stop: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = clock.after(secretsPatience, resolve);
    secrets.whenSynced(stop).then(resolve, reject);
    return promise.finally(() => timer.cancel());
  }
}

/** Milliseconds. */
const secretsPatience = 5_000;

const nameOf = ({ metadata }: Resource): string => metadata.name;
