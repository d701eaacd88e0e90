import { systemClock } from '../../src/cli/host.ts';
import type { Clock, Timer } from '../../src/core/ports.ts';

/** A clock that a test moves on: timers run as they do, the time of day is where the test has set it. */
export class MovableClock implements Clock {
  /** How many times faster than real ones timers run. */
  speed = 1;
  #ahead = 0;

  after(milliseconds: number, callback: () => void): Timer {
    return systemClock.after(milliseconds / this.speed, callback);
  }

  now(): number {
    return Date.now() + this.#ahead;
  }

  set(instant: number): void {
    this.#ahead = instant - Date.now();
  }
}
