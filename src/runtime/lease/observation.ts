import type { Clock, Timer } from '../../core/ports.ts';
import { holderOf, type LeaseObject } from './record.ts';

/**
 * What a candidate knows of another holder: whether it may still act.
 *
 * Guarantees
 * - A holder counts as gone only when its lease has been seen unchanged for the duration that it promised,
 *   measured here by a timer from when it was first seen so: neither its clock nor ours, set forward, makes
 *   it shorter.
 * - A lease that is gone tells nothing about its holder, which may still act: it is waited for all the same.
 */
export class Observation {
  readonly #clock: Clock;
  readonly #defaultDuration: number;
  #seen: Seen | undefined;

  /** `defaultDuration` in milliseconds, for a lease that names none. */
  constructor(clock: Clock, defaultDuration: number) {
    this.#clock = clock;
    this.#defaultDuration = defaultDuration;
  }

  /** The lease as just read, or undefined where there is none. */
  observe(lease: LeaseObject | undefined): void {
    const version = lease?.metadata.resourceVersion ?? '';
    if (!lease || this.#seen?.version === version) return;
    const holder = holderOf(lease);
    this.#seen?.timer?.cancel();
    const seconds = lease.spec?.leaseDurationSeconds;
    const wait = seconds === undefined ? this.#defaultDuration : seconds * 1000;
    const seen: Seen = { version, holder, expired: holder === '' };
    if (!seen.expired) {
      seen.timer = this.#clock.after(wait, () => {
        seen.expired = true;
      });
    }
    this.#seen = seen;
  }

  /** Whether someone other than `identity` may still act. */
  heldByOther(identity: string): boolean {
    return this.#seen !== undefined && this.#seen.holder !== identity && !this.#seen.expired;
  }

  close(): void {
    this.#seen?.timer?.cancel();
    this.#seen = undefined;
  }
}

interface Seen {
  readonly version: string;
  /** Empty: nobody. */
  readonly holder: string;
  timer?: Timer;
  expired: boolean;
}
