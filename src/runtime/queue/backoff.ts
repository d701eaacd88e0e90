import type { Random } from '../../core/ports.ts';

export interface Backoff {
  /** The longest first wait, in milliseconds. */
  readonly base: number;
  /** The longest wait of all, in milliseconds. */
  readonly cap: number;
}

/**
 * How long to wait after the `failures`th failure in a row (from 1): doubling, and spread over the upper
 * half, so that never less than half of it passes and many who failed alike do not come back alike.
 */
export function backoffDelay(failures: number, { base, cap }: Backoff, random: Random): number {
  const longest = Math.min(cap, base * 2 ** Math.min(failures - 1, 50));
  return longest * (0.5 + 0.5 * random());
}
