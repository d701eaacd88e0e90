import { messageOf } from '../../core/errors.ts';
import type { Clock, Logger, Timer } from '../../core/ports.ts';
import type { KubernetesObject } from '../../core/resource.ts';
import { type KubernetesClient, resourcePath } from '../kubernetes/client.ts';
import { isAlreadyExists, isNotFound, KubernetesError } from '../kubernetes/kubernetes.ts';
import { within } from '../within.ts';
import { Backlog, type Entry } from './backlog.ts';
import { eventName, eventNamespace, eventObject, type Notice, type Occurrences, seriesOf } from './event.ts';
import { SpamFilter } from './spam-filter.ts';

/**
 * Kubernetes Events (events.k8s.io/v1) about our objects.
 *
 * Guarantees
 * - `record` never waits, throws or fails: an Event that cannot be written delays no reconcile.
 * - The same notice about the same object is one Event, whose series counts the repeats; one that the API
 *   server has let expire (an hour, by default) is begun anew.
 * - Bounded: one write at a time, at most {@link maxWaiting} waiting, at most 25 at once and one in five
 *   minutes about one object. Repeats that come faster are counted, not lost; what is lost is logged.
 * - A write that fails is tried again while it may succeed, five times at most. A lost reply never makes a
 *   second Event.
 */
export interface Recorder {
  record(object: KubernetesObject, notice: Notice): void;
  /** Tries once to write all that waits, for five seconds at most. Never rejects. For the end. */
  flush(): Promise<void>;
}

export interface RecorderOptions {
  readonly client: Pick<KubernetesClient, 'create' | 'mergePatch'>;
  readonly clock: Clock;
  /** This process: `reportingInstance`. */
  readonly instance: string;
  readonly logger: Logger;
}

export const createRecorder = (options: RecorderOptions): Recorder => new EventWriter(options);

const maxWaiting = 1_000;
const maxKnown = 4_096;
const maxFailures = 5;
/** Between two writes of one series. */
const seriesMs = 10_000;
/** After a failure nothing is written for so long, doubled with each further one. */
const pauseMs = 1_000;
const maxPauseMs = 60_000;
const flushMs = 5_000;

const events = { group: 'events.k8s.io', version: 'v1', plural: 'events' };

class EventWriter implements Recorder {
  readonly #options: RecorderOptions;
  readonly #backlog = new Backlog(maxWaiting, maxKnown);
  readonly #filter = new SpamFilter();
  #busy = false;
  #writing = Promise.resolve();
  #wake: Timer | undefined;
  #failuresInARow = 0;
  #pausedUntil = 0;
  #flushing = false;
  #dropped = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  record(object: KubernetesObject, notice: Notice): void {
    const now = this.#options.clock.now();
    const name = eventName(object, notice, this.#options.instance);
    const fresh = { name, object, notice, first: now, count: 0, told: 0, toldAt: 0, dueAt: now, failures: 0 };
    const entry: Entry = this.#backlog.known(name) ?? { ...fresh, last: now };
    entry.count += 1;
    entry.last = now;
    if (!this.#backlog.isWaiting(entry)) this.#wait(entry, now);
    this.#start();
  }

  async flush(): Promise<void> {
    const { clock, logger } = this.#options;
    this.#flushing = true;
    await within(clock, flushMs, undefined, async (signal) => {
      do {
        this.#start();
        await this.#writing;
      } while (this.#backlog.size > 0 && !signal.aborted);
    }).catch(() => logger.warn({ lost: this.#backlog.size }, 'events not written in time'));
    this.#flushing = false;
  }

  #wait(entry: Entry, now: number): void {
    entry.dueAt = entry.told === 0 ? now : Math.max(now, entry.toldAt + seriesMs);
    const lost = this.#backlog.add(entry);
    if (lost && this.#dropped++ % maxWaiting === 0) {
      this.#options.logger.warn({ dropped: this.#dropped }, 'too many events: the most frequent are dropped');
    }
  }

  #start(): void {
    if (this.#busy) return;
    this.#busy = true;
    this.#wake?.cancel();
    this.#writing = this.#writeDue();
  }

  async #writeDue(): Promise<void> {
    for (let entry = this.#next(); entry; entry = this.#next()) {
      this.#backlog.settle(entry);
      await this.#write(entry);
    }
    this.#busy = false;
    this.#sleep();
  }

  /** The first that is due and that its object's bucket lets through. */
  #next(): Entry | undefined {
    const now = this.#options.clock.now();
    if (this.#flushing) return [...this.#backlog.waiting()].at(0);
    if (now < this.#pausedUntil) return undefined;
    for (const entry of this.#backlog.waiting()) {
      if (entry.dueAt > now) continue;
      const later = this.#filter.take(entry.object.metadata.uid, now);
      if (later === undefined) return entry;
      entry.dueAt = later;
    }
    return undefined;
  }

  #sleep(): void {
    const { clock } = this.#options;
    if (this.#backlog.size === 0) return;
    const due = Math.min(...[...this.#backlog.waiting()].map(({ dueAt }) => dueAt));
    const wait = Math.max(due, this.#pausedUntil) - clock.now();
    this.#wake = clock.after(Math.max(1, wait), () => this.#start());
  }

  async #write(entry: Entry): Promise<void> {
    const { clock } = this.#options;
    try {
      entry.told = entry.told === 0 ? await this.#create(entry) : await this.#continue(entry);
      entry.toldAt = clock.now();
      entry.failures = 0;
      this.#failuresInARow = 0;
      if (entry.count > entry.told) this.#wait(entry, clock.now());
    } catch (error) {
      this.#failed(entry, error);
    }
  }

  /** How many occurrences the API server now knows of. */
  async #create(entry: Entry): Promise<number> {
    const { object, notice, first, count, last } = entry;
    const body = eventObject(object, notice, this.#options.instance, first, { count, last });
    const path = resourcePath({ ...events, namespace: eventNamespace(object) });
    try {
      await this.#options.client.create(path, body);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      // Written by us, in a request whose reply was lost.
      if (count > 1) await this.#patch(entry, { count, last });
    }
    return count;
  }

  /** The series goes on, or begins anew where its Event has expired. */
  async #continue(entry: Entry): Promise<number> {
    const { count, last } = entry;
    try {
      await this.#patch(entry, { count, last });
      return count;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      entry.count -= entry.told;
      entry.told = 0;
      entry.first = last;
      return this.#create(entry);
    }
  }

  async #patch({ name, object }: Entry, occurrences: Occurrences): Promise<void> {
    const path = resourcePath({ ...events, namespace: eventNamespace(object), name });
    await this.#options.client.mergePatch(path, seriesOf(occurrences));
  }

  #failed(entry: Entry, error: unknown): void {
    const { clock, logger } = this.#options;
    entry.failures += 1;
    if (!maySucceedLater(error) || entry.failures >= maxFailures || this.#flushing) {
      this.#backlog.drop(entry);
      const { kind, metadata } = entry.object;
      const about = { kind, namespace: metadata.namespace, name: metadata.name, reason: entry.notice.reason };
      logger.warn({ ...about, error: messageOf(error) }, 'event not written');
      return;
    }
    const now = clock.now();
    this.#pausedUntil = now + Math.min(maxPauseMs, pauseMs * 2 ** this.#failuresInARow);
    this.#failuresInARow += 1;
    this.#wait(entry, now);
  }
}

/** No reply, too many requests, or the API server's own failure. A refusal stays one. */
const maySucceedLater = (error: unknown): boolean =>
  error instanceof KubernetesError && (error.status === 0 || error.status === 429 || error.status >= 500);
