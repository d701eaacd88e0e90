import type { Clock, Timer } from '../../src/core/ports.ts';

/**
 * Time that passes only when told to.
 *
 * Guarantees:
 * - Timers fire in the order of their due times, those due alike in the order they were set.
 * - Before the first and after every timer all promises that can settle have settled, so that what one
 *   timer sets off (a timer of its own, too) has happened before the next one fires.
 * - `rewind` moves `now()` back as NTP or a resumed machine does, while timers, like those of an operating
 *   system, run on a clock that never goes back.
 */
export class VirtualClock implements Clock {
  /** Time as timers have it: it only grows. */
  #elapsed = 0;
  /** What `now()` is ahead of it. */
  #offset: number;
  #timers: { readonly due: number; readonly callback: () => void }[] = [];

  constructor(start: number = Date.UTC(2026, 0, 1)) {
    this.#offset = start;
  }

  now(): number {
    return this.#offset + this.#elapsed;
  }

  after(milliseconds: number, callback: () => void): Timer {
    const timer = { due: this.#elapsed + Math.max(0, milliseconds), callback };
    const later = this.#timers.findIndex(({ due }) => due > timer.due);
    this.#timers.splice(later < 0 ? this.#timers.length : later, 0, timer);
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      },
    };
  }

  /** Timers set and neither fired nor cancelled. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Lets `milliseconds` pass; `advance(0)` fires what is due now and lets promises settle. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.#elapsed + milliseconds;
    for (;;) {
      await settled();
      const next = this.#timers[0];
      if (next === undefined || next.due > until) break;
      this.#timers.shift();
      this.#elapsed = Math.max(this.#elapsed, next.due);
      next.callback();
    }
    this.#elapsed = until;
  }

  rewind(milliseconds: number): void {
    this.#offset -= milliseconds;
  }
}

/** A turn of the event loop comes only after every promise that can settle has; two, for streams that need one. */
async function settled(): Promise<void> {
  await new Promise(setImmediate);
  await new Promise(setImmediate);
}
