import type { Lane } from './queue-options.ts';

/** So many normal keys go before one of the background at most: a busy day must not end all resyncs. */
const NORMAL_BEFORE_BACKGROUND = 8;

/**
 * The keys that are ready, each at most once, first in first out within their lane.
 *
 * Guarantee: whatever is added, a key in the background is taken after at most
 * NORMAL_BEFORE_BACKGROUND × (the keys before it + 1) others.
 */
export class ReadyList {
  readonly #lanes: Record<Lane, Fifo> = { normal: new Fifo(), background: new Fifo() };
  #normalInARow = 0;

  get size(): number {
    return this.#lanes.normal.size + this.#lanes.background.size;
  }

  has(key: string): boolean {
    return this.#lanes.normal.has(key) || this.#lanes.background.has(key);
  }

  /** False when it was there already; a normal add then takes a key out of the background. */
  push(key: string, lane: Lane): boolean {
    if (this.#lanes.normal.has(key)) return false;
    const known = this.#lanes.background.has(key);
    if (known && lane === 'background') return false;
    if (known) this.#lanes.background.delete(key);
    this.#lanes[lane].push(key);
    return !known;
  }

  shift(): string | undefined {
    const { normal, background } = this.#lanes;
    const backgroundsTurn = background.size > 0 && this.#normalInARow >= NORMAL_BEFORE_BACKGROUND;
    if (normal.size === 0 || backgroundsTurn) {
      this.#normalInARow = 0;
      return background.shift();
    }
    this.#normalInARow += 1;
    return normal.shift();
  }

  clear(): void {
    this.#lanes.normal = new Fifo();
    this.#lanes.background = new Fifo();
  }
}

/** A set that is taken from at its front in constant time, where a Map would step over all it has deleted. */
class Fifo {
  /** Where each member stands, counted from the first that ever was. */
  readonly #places = new Map<string, number>();
  #order: (string | undefined)[] = [];
  #head = 0;
  /** How many places have been cut off. */
  #cut = 0;

  get size(): number {
    return this.#places.size;
  }

  has(key: string): boolean {
    return this.#places.has(key);
  }

  push(key: string): void {
    this.#places.set(key, this.#cut + this.#order.push(key) - 1);
  }

  delete(key: string): void {
    const place = this.#places.get(key);
    if (place === undefined) return;
    this.#places.delete(key);
    this.#order[place - this.#cut] = undefined;
  }

  shift(): string | undefined {
    while (this.#head < this.#order.length) {
      const key = this.#order[this.#head];
      this.#head += 1;
      if (this.#head > 1024 && this.#head * 2 > this.#order.length) this.#trim();
      if (key === undefined) continue;
      this.#places.delete(key);
      return key;
    }
    return undefined;
  }

  #trim(): void {
    this.#order = this.#order.slice(this.#head);
    this.#cut += this.#head;
    this.#head = 0;
  }
}
