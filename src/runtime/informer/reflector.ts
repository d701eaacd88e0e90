/**
 * Keeps a store as the API server has one resource in one scope: lists it in pages, then watches, for ever.
 *
 * Guarantees:
 * - Whatever fails (no connection, any status, an ERROR event, a garbled or cut stream), it goes on from
 *   where it was, after an exponential backoff with jitter that only told events reset; `Retry-After` is
 *   waited out. It ends when it is told to and never otherwise.
 * - 410, the resourceVersion is too old: a new list, the first time at once.
 * - A watch that tells nothing, no bookmark either, for 150 s is taken for dead and renewed. Bookmarks come
 *   about every minute, though no API server promises them. Before, one small request asks how far the server
 *   is: one that is behind us (etcd was restored from a backup) would keep silent for ever, and is listed.
 */
import { messageOf } from '../../core/errors.ts';
import { type Clock, type Logger, type Random, sleep } from '../../core/ports.ts';
import { createClient } from '../kubernetes/client.ts';
import { isRecord } from '../kubernetes/json.ts';
import { isGone, KubernetesError, type KubernetesTransport } from '../kubernetes/kubernetes.ts';
import { errorOfStatus } from '../kubernetes/status-error.ts';
import { backoffDelay } from '../queue/backoff.ts';
import { compareResourceVersions } from './store.ts';

/** What the reflector tells, in order. Versions are resourceVersions. */
export interface ReflectorTarget {
  /** Begins a list that shows the state at `version`; its pages follow, then `end`. */
  listed(version: string): { page(items: readonly unknown[]): void; end(): void };
  changed(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: unknown): void;
  reached(version: string): void;
  /** How far all of the above has told. */
  readonly version: string;
}

/**
 * Why a watch was begun anew: `ended` by the server in its time, `silent` for too long, its version
 * `expired`, held off (`throttled`), or anything else that `failed`.
 */
export type RestartReason = 'ended' | 'silent' | 'expired' | 'throttled' | 'failed';

export interface ReflectorOptions {
  readonly transport: KubernetesTransport;
  readonly path: string;
  readonly labelSelector?: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly onRestart?: ((reason: RestartReason) => void) | undefined;
}

const PAGE = 500;
const BACKOFF = { base: 500, cap: 30_000 };
const SILENCE = 150_000;
/** A watch that the server ends sooner counts as failed: what closes each at once must not be asked hot. */
const SHORTEST_WATCH = 1_000;

class Silent extends Error {}

export async function reflect(
  target: ReflectorTarget,
  options: ReflectorOptions,
  stop: AbortSignal,
): Promise<void> {
  const { clock, random, logger, onRestart, path } = options;
  let known: 'nothing' | 'doubtful' | 'listed' = 'nothing';
  let failures = 0;
  const told = () => {
    failures = 0;
  };
  while (!stop.aborted) {
    try {
      if (known === 'doubtful' && (await isBehind(target.version, options, stop))) known = 'nothing';
      if (known === 'nothing') await list(target, options, stop);
      known = 'listed';
      await watch(target, options, stop, told);
      onRestart?.('ended');
    } catch (error) {
      if (stop.aborted) return;
      const reason = reasonOf(error);
      const delay = delayAfter(error, failures, random);
      failures += 1;
      if (reason === 'expired') known = 'nothing';
      if (reason === 'silent') known = 'doubtful';
      onRestart?.(reason);
      logger.warn({ path, reason, error: messageOf(error), delayMs: Math.round(delay) }, 'watch interrupted');
      if (delay > 0) await sleep(clock, delay, stop).catch(() => undefined);
    }
  }
}

async function list(target: ReflectorTarget, options: ReflectorOptions, signal: AbortSignal): Promise<void> {
  const client = createClient(options.transport);
  const { path, labelSelector } = options;
  let page = await client.list<unknown>(path, { limit: PAGE, labelSelector, signal });
  const pass = target.listed(page.resourceVersion);
  pass.page(page.items);
  while (page.continue !== undefined) {
    page = await client.list<unknown>(path, { limit: PAGE, labelSelector, continue: page.continue, signal });
    pass.page(page.items);
  }
  pass.end();
}

/** Whether the server's newest state is older than `version`. */
async function isBehind(version: string, options: ReflectorOptions, signal: AbortSignal): Promise<boolean> {
  const newest = await createClient(options.transport).list<unknown>(options.path, { limit: 1, signal });
  return compareResourceVersions(newest.resourceVersion, version) < 0;
}

/** Returns when the server ended the watch as asked, throws otherwise. */
async function watch(
  target: ReflectorTarget,
  { transport, path, labelSelector, clock, random }: ReflectorOptions,
  stop: AbortSignal,
  told: () => void,
): Promise<void> {
  const abort = new AbortController();
  const follow = () => abort.abort(stop.reason);
  stop.addEventListener('abort', follow, { once: true });
  const giveUp = () => abort.abort(new Silent(`nothing was told for ${SILENCE / 1000} s`));
  let silence = clock.after(SILENCE, giveUp);
  let tooShort = true;
  const shortest = clock.after(SHORTEST_WATCH, () => {
    tooShort = false;
  });
  const query = {
    labelSelector,
    resourceVersion: target.version,
    allowWatchBookmarks: true,
    // Spread, so that all watches of all replicas do not come back in the same second.
    timeoutSeconds: Math.round(300 * (1 + random())),
  };
  try {
    for await (const event of transport.watch({ path, query, signal: abort.signal })) {
      silence.cancel();
      silence = clock.after(SILENCE, giveUp);
      tell(target, event);
      told();
    }
    if (tooShort) throw new Error('the API server ended the watch as soon as it had begun');
  } finally {
    silence.cancel();
    shortest.cancel();
    stop.removeEventListener('abort', follow);
  }
}

function tell(target: ReflectorTarget, event: unknown): void {
  const { type, object } = isRecord(event) ? event : {};
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      target.changed(type, object);
      break;
    case 'BOOKMARK':
      target.reached(versionOf(object));
      break;
    case 'ERROR':
      throw errorOfStatus(object, { status: 500 });
    default:
      throw new Error(`a watch event of unknown type ${JSON.stringify(type)}`);
  }
}

function versionOf(object: unknown): string {
  const metadata = isRecord(object) && isRecord(object.metadata) ? object.metadata : {};
  if (typeof metadata.resourceVersion !== 'string') throw new Error('a bookmark without a resourceVersion');
  return metadata.resourceVersion;
}

function reasonOf(error: unknown): RestartReason {
  if (error instanceof Silent) return 'silent';
  if (isGone(error)) return 'expired';
  return error instanceof KubernetesError && error.status === 429 ? 'throttled' : 'failed';
}

/** `failures` before this one. */
function delayAfter(error: unknown, failures: number, random: Random): number {
  const atOnce = failures === 0 && (error instanceof Silent || isGone(error));
  const retryAfter = error instanceof KubernetesError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
  // Never sooner than the server asked for, and not all in the same moment.
  return Math.max(
    atOnce ? 0 : backoffDelay(failures + 1, BACKOFF, random),
    retryAfter * (1 + 0.2 * random()),
  );
}
