/**
 * A token bucket that callers queue at.
 *
 * Guarantees:
 * - Callers are let through in the order they came, never more than `burst` at once and `perSecond` after.
 * - `throttled` halves the rate for everyone who shares the bucket, once for a volley of refusals;
 *   each `succeeded` gives a little of it back, up to the published rate. It never falls below a twentieth.
 */
import type { Clock, Timer } from '../core/ports.ts';

export interface Limit {
  readonly burst: number;
  readonly perSecond: number;
}

export interface TokenBucket {
  /** Resolves when it is the caller's turn. Immediate, without yielding a timer, while tokens last. */
  acquire(): Promise<void>;
  throttled(): void;
  succeeded(): void;
}

const decrease = 0.5;
/** Of the published rate, regained by each call that succeeds. */
const increase = 0.02;
const lowest = 0.05;
/** Calls under way when the first is refused are refused too, and say nothing new. */
const volley = 1_000;

export function createTokenBucket({ burst, perSecond }: Limit, clock: Clock): TokenBucket {
  let tokens = burst;
  let rate = perSecond;
  let refilledAt = clock.now();
  let throttledAt = Number.NEGATIVE_INFINITY;
  let timer: Timer | undefined;
  const queue: (() => void)[] = [];

  function refill() {
    const now = clock.now();
    tokens = Math.min(burst, tokens + (Math.max(0, now - refilledAt) / 1_000) * rate);
    refilledAt = now;
  }

  /** Lets through whoever may go now, and comes back when the next one may. */
  function serve() {
    refill();
    while (tokens >= 1 - rounding && queue.length > 0) {
      tokens -= 1;
      queue.shift()?.();
    }
    if (queue.length === 0 || timer) return;
    timer = clock.after(Math.ceil(((1 - rounding - tokens) / rate) * 1_000), () => {
      timer = undefined;
      serve();
    });
  }

  return {
    acquire() {
      return new Promise((resolve) => {
        queue.push(resolve);
        serve();
      });
    },
    throttled() {
      refill();
      tokens = Math.min(tokens, 0);
      const now = clock.now();
      if (Math.abs(now - throttledAt) < volley) return;
      throttledAt = now;
      rate = Math.max(perSecond * lowest, rate * decrease);
    },
    succeeded() {
      if (rate === perSecond) return;
      refill();
      rate = Math.min(perSecond, rate + perSecond * increase);
    },
  };
}

/** Tokens are fractions added up: one that is due must not wait for another millisecond. */
const rounding = 1e-9;
