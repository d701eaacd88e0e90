import type { Reference } from '../../core/context.ts';
import { annotations } from '../../core/identity.ts';
import type { Clock, Logger, Random } from '../../core/ports.ts';
import { type KubernetesObject, keyOf, type Resource, readyOf } from '../../core/resource.ts';
import type { CachedKind } from '../informer/cached-kind.ts';
import type { Change } from '../informer/store.ts';
import { runController } from '../manager/controller.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { resultOf } from '../metrics/reconciles.ts';
import { createQueue } from '../queue/queue.ts';
import type { AddOptions } from '../queue/queue-options.ts';
import type { Requeue } from '../reconcile/outcome.ts';
import type { AccountCaches, Secret } from './caches.ts';
import type { Users } from './users.ts';

/**
 * Looks after the AWSAccounts while this process leads.
 * Guarantees: an account is looked at again when its Secret changes, together with the objects that AWS refused
 * by it, and when AWS refused its credentials; whoever uses an account is reconciled when the account begins or
 * ceases to be usable or says something else, and the objects of a namespace when the namespace does; an account
 * that is being deleted is looked at again when any object changes.
 */
export interface AccountTermOptions {
  readonly caches: AccountCaches;
  readonly kinds: readonly CachedKind[];
  readonly users: Users;
  readonly reconcile: (name: string) => Promise<Requeue>;
  /** The names of the AWSAccounts that a Secret is for. */
  readonly secretUsers: (secret: string) => readonly string[];
  /** Calls back with the name of an AWSAccount whose credentials AWS refused. */
  readonly onDoubted: (listener: (name: string) => void) => () => void;
  readonly requeue: (object: Reference, options: AddOptions) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'queues' | 'reconciles'>;
}

export interface AccountTerm {
  /** Takes nothing new, waits for what runs. True when nothing was left running. */
  stop(graceMs: number): Promise<boolean>;
}

const concurrency = 5;
/** Many objects change at once: what concerns an account is looked at once, in milliseconds. */
const settle = 250;

export function beginAccountTerm(options: AccountTermOptions): AccountTerm {
  const { caches, kinds, users, requeue, clock, random, logger, metrics } = options;
  const queue = createQueue({ clock, random, logger, metrics: metrics.queues.metrics('awsaccount') });
  metrics.queues.watch('awsaccount', queue);
  metrics.reconciles.controller('awsaccount', concurrency);
  const again = (objects: readonly Reference[]) => {
    for (const object of objects) requeue(object, { after: random() * settle });
  };

  const subscriptions = [
    caches.accounts.onChange((change) => {
      if (change.type !== 'modified') again(users.in());
      else if (mattersToUsers(change)) again(users.of(change.key));
    }),
    caches.namespaces.onChange((change) => {
      if (mattersToObjects(change)) again(users.in(change.object.metadata.name));
    }),
    caches.secrets.onChange((change: Change<Secret>) => {
      for (const name of options.secretUsers(change.object.metadata.name)) {
        queue.add(name);
        // The account may have been Ready all the time: nothing else would tell them.
        again(users.refused(name));
      }
    }),
    options.onDoubted((name) => queue.add(name)),
    ...kinds.map(({ informer }) =>
      informer.onChange(() => {
        for (const { metadata } of caches.accounts.list()) {
          if (metadata.deletionTimestamp !== undefined) queue.add(metadata.name, { after: settle });
        }
      }),
    ),
  ];
  // Whether AWS still takes the credentials is not known from before.
  for (const { metadata } of caches.accounts.list()) queue.add(keyOf(metadata));
  const done = runController({
    informer: caches.accounts,
    queue,
    reconcile: (name) => {
      metrics.reconciles.started('awsaccount');
      return options.reconcile(name);
    },
    concurrency,
    clock,
    onReconciled: (requeue, seconds) => metrics.reconciles.ended('awsaccount', resultOf(requeue), seconds),
  });
  return {
    async stop(graceMs) {
      for (const end of subscriptions) end();
      const drained = await queue.stop({ drain: true, graceMs });
      if (drained) await done;
      return drained;
    },
  };
}

/** What it lets its users do, or whether it lets them do anything. */
function mattersToUsers({ object, previous }: Change<Resource>): boolean {
  if (!previous) return true;
  return (
    object.metadata.generation !== previous.metadata.generation ||
    object.metadata.finalizers?.length !== previous.metadata.finalizers?.length ||
    readiness(object) !== readiness(previous)
  );
}

function readiness(object: Resource): string {
  const ready = readyOf(object);
  return `${ready?.status} ${ready?.reason} ${object.status?.accountId}`;
}

function mattersToObjects({ object, previous }: Change<KubernetesObject>): boolean {
  const said = ({ metadata }: KubernetesObject) =>
    JSON.stringify([
      metadata.annotations?.[annotations.account],
      metadata.annotations?.[annotations.region],
      Object.entries(metadata.labels ?? {}).sort(),
    ]);
  return previous !== undefined && said(object) !== said(previous);
}
