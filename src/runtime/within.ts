import type { Clock } from '../core/ports.ts';

/**
 * What `work` resolves to, unless `milliseconds` pass or `stop` is aborted first: then it rejects at once,
 * whether or not `work` heeds the signal it was given.
 */
export async function within<T>(
  clock: Clock,
  milliseconds: number,
  stop: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const timer = clock.after(milliseconds, () => limit.abort(new Error(`no reply within ${milliseconds} ms`)));
  const signal = stop ? AbortSignal.any([stop, limit.signal]) : limit.signal;
  try {
    return await new Promise<T>((resolve, reject) => {
      const abort = () => reject(signal.reason);
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      work(signal).then(resolve, reject);
    });
  } finally {
    timer.cancel();
  }
}
