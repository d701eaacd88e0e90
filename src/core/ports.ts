/**
 * What the outside world gives an operator, passed in at the composition root and never reached for, so
 * that the whole of it can run in one process under a virtual clock and a seed.
 */

/** Milliseconds since the epoch, and the only way to be called later. */
export interface Clock {
  now(): number;
  /** Calls `callback` once, no earlier than `milliseconds` from now. Cancelling twice is harmless. */
  after(milliseconds: number, callback: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}

/** Uniform in [0, 1). */
export type Random = () => number;

/** Makes tokens that no other process makes: a UUID in production, a counter under test. */
export type NewToken = () => string;

/** One structured line; the message is a constant, what varies goes into `fields`. */
export interface Logger {
  debug(fields: Record<string, unknown>, message: string): void;
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

/** Resolves after `milliseconds`; rejects with the signal's reason as soon as it is aborted. */
export function sleep(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.after(milliseconds, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    signal?.addEventListener('abort', abort, { once: true });
  });
}

/** `milliseconds` spread evenly over ±`fraction` of itself, so that many who wait alike do not wake alike. */
export function jittered(milliseconds: number, random: Random, fraction = 0.1): number {
  return milliseconds * (1 + fraction * (2 * random() - 1));
}
