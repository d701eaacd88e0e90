import type { KubernetesObject } from '../../core/resource.ts';
import type { Notice } from './event.ts';

/** One notice about one object, however often it was given. */
export interface Entry {
  readonly name: string;
  readonly object: KubernetesObject;
  readonly notice: Notice;
  first: number;
  last: number;
  count: number;
  /** How many of `count` the API server has been told; 0: there is no Event yet. */
  told: number;
  toldAt: number;
  /** Not written before. */
  dueAt: number;
  failures: number;
}

/** What waits to be written, and what was: neither grows past its limit. */
export class Backlog {
  readonly #maxWaiting: number;
  readonly #maxKnown: number;
  readonly #waiting = new Map<string, Entry>();
  /** Least recently given first. */
  readonly #known = new Map<string, Entry>();

  constructor(maxWaiting: number, maxKnown: number) {
    this.#maxWaiting = maxWaiting;
    this.#maxKnown = maxKnown;
  }

  get size(): number {
    return this.#waiting.size;
  }

  known(name: string): Entry | undefined {
    return this.#known.get(name);
  }

  /**
   * Lets `entry` wait. Returns what had to go for it, if anything: of all, that which would have waited
   * longest, so that a noisy object's events make room for a quiet one's.
   */
  add(entry: Entry): Entry | undefined {
    this.#known.delete(entry.name);
    this.#known.set(entry.name, entry);
    if (this.#known.size > this.#maxKnown) this.#forgetOldest();
    this.#waiting.set(entry.name, entry);
    if (this.#waiting.size <= this.#maxWaiting) return undefined;
    const latest = [...this.#waiting.values()].reduce((a, b) => (b.dueAt >= a.dueAt ? b : a));
    this.drop(latest);
    return latest;
  }

  isWaiting(entry: Entry): boolean {
    return this.#waiting.has(entry.name);
  }

  /** In the order in which they began to wait. */
  waiting(): Iterable<Entry> {
    return this.#waiting.values();
  }

  settle(entry: Entry): void {
    this.#waiting.delete(entry.name);
  }

  drop(entry: Entry): void {
    this.#waiting.delete(entry.name);
    this.#known.delete(entry.name);
  }

  #forgetOldest(): void {
    for (const [name] of this.#known) {
      if (this.#waiting.has(name)) continue;
      this.#known.delete(name);
      return;
    }
  }
}
