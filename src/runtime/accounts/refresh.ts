import { group, version } from '../../core/crd/definition.ts';
import type { KubernetesObject, Resource } from '../../core/resource.ts';
import { type KubernetesClient, resourcePath } from '../kubernetes/client.ts';
import type { AccountCaches } from './caches.ts';

/**
 * The caches as new as whoever asks. All AWSAccounts, for which one is used depends on which there are. Two watches are not in step: a manifest may be seen before the Namespace or
 * the AWSAccount that was applied before it, and what is decided for an object the first time stays.
 */
export function createRefresh(
  { accounts, namespaces }: Pick<AccountCaches, 'accounts' | 'namespaces'>,
  client: Pick<KubernetesClient, 'get' | 'list'>,
): (namespace: string) => Promise<void> {
  const listAccounts = begunAfterwards(async () => {
    const { items } = await client.list<Resource>(resourcePath({ group, version, plural: 'awsaccounts' }));
    for (const account of items) accounts.observeWrite(account);
  });
  const refreshes = new Map<string, () => Promise<void>>();
  const refreshOf = (name: string) =>
    begunAfterwards(
      async () => {
        const core = { group: '', version: 'v1' };
        const [namespace] = await Promise.all([
          client.get<KubernetesObject>(resourcePath({ ...core, plural: 'namespaces', name })),
          listAccounts(),
        ]);
        namespaces.observeWrite(namespace);
      },
      () => void refreshes.delete(name),
    );
  return (name) => {
    const refresh = refreshes.get(name) ?? refreshOf(name);
    refreshes.set(name, refresh);
    return refresh();
  };
}

/**
 * One `work` at a time; whoever asks while it runs waits for the next one, which begins after they asked. So those
 * who asked at about the same time go on at the same time, and what they read in AWS next is one call. `idle` is
 * told when nobody waits any more.
 */
function begunAfterwards(work: () => Promise<void>, idle: () => void = () => {}): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const begin = (): Promise<void> => {
    running = work().finally(() => {
      running = undefined;
      if (next === undefined) idle();
    });
    return running;
  };
  return () => {
    if (running === undefined) return begin();
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return begin();
      });
    return next;
  };
}
