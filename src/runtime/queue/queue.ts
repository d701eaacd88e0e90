/**
 * Which object is worked on next.
 *
 *             add(after)                 add
 *     (none) ───────────▶ waiting ────────────────▶ ready ──▶ running ──▶ (none)
 *        │                       time is up           ▲          │ add
 *        └────────────────────────────────────────────┤          ▼
 *                          add                        └─── running + dirty
 *                                                       done
 *
 * - waiting          it becomes ready when the shortest of the waits asked for is over, or is added without one;
 *                    while one of them is firm a patient add counts for nothing
 * - ready            in line, once; waits are over and done with
 * - running          a worker has it. It may wait besides: an `add(after)` or `retry` counts from now on
 * - running + dirty  it was added while a worker had it: it is ready again as soon as that one is done
 *
 * Guarantees:
 * - Never two workers for one key, and at most `concurrency` in all.
 * - After an add a worker begins on the key that had not begun before the add (unless stopped): nothing is
 *   lost, however often the same key is added it is worked on once.
 * - First in, first out: a key that comes back goes behind all that are ready. `background` keys go behind
 *   the normal ones, but one of them after eight of those at the latest.
 * - Of several waits the earliest counts, whatever the wall clock does meanwhile.
 * - `stop` drops what is waiting and ready; `run` resolves when the last worker is done.
 */
import { messageOf } from '../../core/errors.ts';
import type { Timer } from '../../core/ports.ts';
import { backoffDelay } from './backoff.ts';
import type { AddOptions, Lane, Queue, QueueOptions, StopOptions, Worker } from './queue-options.ts';
import { ReadyList } from './ready-list.ts';

interface Entry {
  /** Each set for less than those before it, or it would not be the earliest. */
  waits: { readonly after: number; readonly timer: Timer }[];
  /** One of the waits asked for is. */
  firm: boolean;
  retries: number;
  readyAt: number;
  /** Set while a worker has it. */
  startedAt: number | undefined;
  /** The lane to come back in, when it was added while running. */
  dirty: Lane | undefined;
}

const BACKOFF = { base: 500, cap: 300_000 };

export const createQueue = (options: QueueOptions): Queue => new KeyedQueue(options);

class KeyedQueue implements Queue {
  readonly #options: QueueOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #ready = new ReadyList();
  readonly #done = Promise.withResolvers<void>();
  #running = 0;
  #concurrency = 0;
  #worker: Worker | undefined;
  #stopped = false;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  add(key: string, { after = 0, lane = 'normal', firm = false, patient = false }: AddOptions = {}): void {
    if (this.#stopped) return;
    if (patient && this.#entries.get(key)?.firm) return;
    if (after > 0) this.#wait(key, after, lane, firm);
    else this.#makeReady(key, lane);
  }

  retry(key: string, { firm = false }: Pick<AddOptions, 'firm'> = {}): number {
    const { random, backoff = BACKOFF, metrics } = this.#options;
    if (this.#stopped) return 0;
    const entry = this.#entry(key);
    entry.retries += 1;
    metrics?.retries();
    const delay = backoffDelay(entry.retries, backoff, random);
    this.add(key, { after: delay, firm });
    return delay;
  }

  forget(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    entry.retries = 0;
    this.#release(key, entry);
  }

  retriesOf(key: string): number {
    return this.#entries.get(key)?.retries ?? 0;
  }

  run(concurrency: number, worker: Worker): Promise<void> {
    if (this.#worker) throw new Error('the queue is running already');
    this.#concurrency = concurrency;
    this.#worker = worker;
    this.#fill();
    return this.#done.promise;
  }

  async stop({ drain, graceMs }: StopOptions): Promise<boolean> {
    this.#stopped = true;
    this.#ready.clear();
    this.#options.metrics?.depth(0);
    for (const entry of this.#entries.values()) cancelWaits(entry);
    if (this.#running === 0) this.#done.resolve();
    if (this.#running === 0 || !drain) return this.#running === 0;
    const grace = Promise.withResolvers<void>();
    const timer = this.#options.clock.after(graceMs, grace.resolve);
    await Promise.race([this.#done.promise, grace.promise]);
    timer.cancel();
    return this.#running === 0;
  }

  get depth(): number {
    return this.#ready.size;
  }

  get running(): number {
    return this.#running;
  }

  get unfinishedWorkSeconds(): number {
    return this.#runningSeconds().reduce((sum, seconds) => sum + seconds, 0);
  }

  get longestRunningSeconds(): number {
    return Math.max(0, ...this.#runningSeconds());
  }

  #wait(key: string, after: number, lane: Lane, firm: boolean): void {
    const entry = this.#entry(key);
    if (entry.dirty !== undefined || this.#ready.has(key)) return;
    entry.firm ||= firm;
    // Set earlier and for no longer: it is over first.
    if (entry.waits.some((wait) => wait.after <= after)) return;
    const timer = this.#options.clock.after(after, () => this.#makeReady(key, lane));
    entry.waits.push({ after, timer });
  }

  #makeReady(key: string, lane: Lane): void {
    const { clock, metrics } = this.#options;
    const entry = this.#entry(key);
    cancelWaits(entry);
    if (entry.startedAt !== undefined) {
      if (entry.dirty !== 'normal') entry.dirty = lane;
      return;
    }
    if (!this.#ready.push(key, lane)) return;
    entry.readyAt = clock.now();
    metrics?.adds();
    metrics?.depth(this.depth);
    this.#fill();
  }

  #fill(): void {
    while (this.#worker && !this.#stopped && this.#running < this.#concurrency) {
      const key = this.#ready.shift();
      if (key === undefined) return;
      this.#options.metrics?.depth(this.depth);
      void this.#work(key, this.#worker);
    }
  }

  async #work(key: string, worker: Worker): Promise<void> {
    const { clock, logger, metrics } = this.#options;
    const entry = this.#entry(key);
    const startedAt = clock.now();
    entry.startedAt = startedAt;
    this.#running += 1;
    metrics?.queueDuration(secondsBetween(entry.readyAt, startedAt));
    try {
      // Whoever added the key is done first: a worker never runs inside an informer's handler.
      await Promise.resolve();
      await worker(key);
    } catch (error) {
      logger.error({ key, error: messageOf(error) }, 'a worker threw');
      this.retry(key);
    }
    metrics?.workDuration(secondsBetween(startedAt, clock.now()));
    this.#running -= 1;
    this.#finish(key, entry);
  }

  #finish(key: string, entry: Entry): void {
    const lane = entry.dirty;
    entry.startedAt = undefined;
    entry.dirty = undefined;
    if (this.#stopped) {
      if (this.#running === 0) this.#done.resolve();
      return;
    }
    if (lane !== undefined) this.#makeReady(key, lane);
    this.#release(key, entry);
    this.#fill();
  }

  #entry(key: string): Entry {
    const known = this.#entries.get(key);
    if (known) return known;
    const idle = { waits: [], firm: false, retries: 0, readyAt: 0 };
    const entry: Entry = { ...idle, startedAt: undefined, dirty: undefined };
    this.#entries.set(key, entry);
    return entry;
  }

  /** Forgets a key of which there is nothing to remember. */
  #release(key: string, { waits, retries, startedAt }: Entry): void {
    const idle = waits.length === 0 && retries === 0 && startedAt === undefined && !this.#ready.has(key);
    if (idle) this.#entries.delete(key);
  }

  #runningSeconds(): number[] {
    const now = this.#options.clock.now();
    return [...this.#entries.values()].flatMap(({ startedAt }) =>
      startedAt === undefined ? [] : [secondsBetween(startedAt, now)],
    );
  }
}

function cancelWaits(entry: Entry): void {
  for (const { timer } of entry.waits) timer.cancel();
  entry.waits = [];
  entry.firm = false;
}

/** The wall clock may have gone back. */
const secondsBetween = (from: number, to: number): number => Math.max(0, to - from) / 1000;
