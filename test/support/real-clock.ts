import type { Clock } from '../../src/core/ports.ts';

/** The machine's own time, for suites that talk to real processes. */
export const realClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return { cancel: () => clearTimeout(timer) };
  },
};
