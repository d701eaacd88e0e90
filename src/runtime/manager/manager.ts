import { sleep } from '../../core/ports.ts';
import { keyOf } from '../../core/resource.ts';
import { createDeletions } from '../guards/deletions.ts';
import { createExclusions } from '../guards/exclusions.ts';
import { createFights } from '../guards/fights.ts';
import { createRecreations } from '../guards/recreations.ts';
import type { Checks } from '../http/health.ts';
import type { CachedKind } from '../informer/cached-kind.ts';
import { resourcePath } from '../kubernetes/client.ts';
import { isNotFound } from '../kubernetes/kubernetes.ts';
import { type ChildIndex, createChildIndex } from '../reconcile/children.ts';
import { createObjectWrites } from '../reconcile/object-writes.ts';
import type { Guards } from '../reconcile/options.ts';
import { createReferenceIndex, type ReferenceIndex } from '../reconcile/references.ts';
import { createSiblingIndex, type SiblingIndex } from '../reconcile/siblings.ts';
import { beginTerm, manageKind, type Term } from './managed-kind.ts';
import type { ManagerOptions } from './manager-options.ts';

/**
 * The operator as a whole: caches, leadership, one controller and one sweeper a kind.
 * Guarantees:
 * - nothing is written before the caches are whole and the lease is held;
 * - a standby keeps its caches warm and does nothing else;
 * - on a stop, or when leadership is lost, nothing new is begun and what runs has `graceMs` to end; only
 *   then is the lease given up, and every write asks for it once more immediately before it is sent.
 */
export interface Manager {
  /** For `/readyz`. */
  readonly checks: Checks;
  /** Runs until `stop` is aborted and everything has ended. */
  run(stop: AbortSignal): Promise<void>;
}

export function createManager(options: ManagerOptions): Manager {
  const { accounts } = options;
  const managed = options.kinds.map((kind) => manageKind(options, kind));
  const caches = [
    { plural: accounts.definition.plural, of: accounts },
    ...managed.map(({ kind, informer }) => ({ plural: kind.definition.plural, of: informer })),
  ];
  return {
    checks: Object.fromEntries(
      caches.map(({ plural, of }) => [
        `informer-${plural}`,
        () => (of.synced ? undefined : `${plural} are not listed yet`),
      ]),
    ),
    async run(stop) {
      await definitionsInstalled(options, stop);
      for (const { of } of caches) of.start();
      try {
        await Promise.all(caches.map(({ of }) => of.whenSynced(stop)));
        await options.lease.run(stop, (leading) => lead(options, managed, AbortSignal.any([leading, stop])));
      } catch (error) {
        if (!stop.aborted) throw error;
      } finally {
        await options.recorder.flush();
        await Promise.all(caches.map(({ of }) => of.stop()));
      }
    },
  };
}

/** Children change many at a time: their parent looks at them once, in milliseconds. */
const childrenWindow = 250;

/** One term of leadership. */
async function lead(
  options: ManagerOptions,
  managed: readonly CachedKind[],
  end: AbortSignal,
): Promise<void> {
  const { clock, logger, graceMs } = options;
  logger.info({ kinds: managed.map(({ kind }) => kind.definition.kind) }, 'leading');
  const guards: Guards = {
    deletions: createDeletions(options.maxDeletions, clock),
    recreations: createRecreations(),
    fights: createFights(clock),
    exclusions: createExclusions(),
  };
  const terms = new Map<string, Term>();
  const references: ReferenceIndex = createReferenceIndex(managed, (referrer) =>
    terms.get(referrer.kind)?.queue.add(keyOf(referrer)),
  );
  const children: ChildIndex = createChildIndex(managed, (parent) =>
    terms.get(parent.kind)?.queue.add(keyOf(parent), { after: childrenWindow }),
  );
  const siblings: SiblingIndex = createSiblingIndex(managed, (one) =>
    terms.get(one.kind)?.queue.add(keyOf(one)),
  );
  const write = createObjectWrites(options.client, managed, options.labelSelector);
  const shared = {
    guards,
    references: () => references,
    children: () => children,
    siblings: () => siblings,
    write,
  };
  for (const kind of managed) terms.set(kind.kind.definition.kind, beginTerm(options, kind, shared));
  const accounts = options.accounts.lead(managed, (object, when) =>
    terms.get(object.kind)?.queue.add(keyOf(object), when),
  );
  await aborted(end);
  logger.info({ graceMs }, 'draining');
  const drained = await Promise.all([accounts, ...terms.values()].map((term) => term.stop(graceMs)));
  references.close();
  children.close();
  siblings.close();
  if (drained.includes(false))
    logger.warn({ graceMs }, 'work was still running at the end of the grace period');
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Waits for the CRDs, so that whoever installs in another order is told what is missing instead of errors. */
async function definitionsInstalled(
  { client, accounts, kinds, clock, logger }: ManagerOptions,
  stop: AbortSignal,
): Promise<void> {
  for (const { definition } of [accounts, ...kinds]) {
    const name = `${definition.plural}.mooring.dev`;
    const crds = { group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions', name };
    while (!stop.aborted) {
      try {
        await client.get(resourcePath(crds), stop);
        break;
      } catch (error) {
        if (stop.aborted) return;
        const missing = isNotFound(error);
        logger.warn(
          { crd: name, ...(missing ? {} : { error }) },
          missing ? 'the CRD is not installed: kubectl apply -f crds/' : 'the API server does not answer',
        );
        await sleep(clock, 5_000, stop).catch(() => {});
      }
    }
  }
}
