import { LeadershipLost } from '../../core/errors.ts';
import type { Clock, Timer } from '../../core/ports.ts';

/**
 * Until when this process may act: the holder's side of an election, without its requests.
 *
 * Guarantees
 * - A term lasts for `duration` from the start of the last request that renewed it, however late its reply
 *   came, and can only be carried on while it lasts.
 * - Two clocks watch it, and the first to say so ends it: `now()`, asked by {@link assert}, which sees at
 *   once that a frozen process has slept past its deadline; and a timer set before the request was sent,
 *   which ends the term on time where `now()` was set back.
 * - A term that has ended never comes back: its signal stays aborted, the next one has another.
 */
export class Tenure {
  readonly #clock: Clock;
  readonly #duration: number;
  #term: Term | undefined;

  constructor(clock: Clock, duration: number) {
    this.#clock = clock;
    this.#duration = duration;
  }

  /** To be called before the request is sent that is to begin or to renew the term. */
  attempt(): Attempt {
    const from = this.#clock.now();
    let late = false;
    const timer = this.#clock.after(this.#duration, () => {
      late = true;
      if (this.#term?.timer === timer) this.end();
    });
    return {
      failed: () => {
        if (this.#term?.timer !== timer) timer.cancel();
      },
      succeeded: () => {
        const candidate = { from, until: from + this.#duration, timer };
        if (late || !this.#covers(candidate)) return false;
        this.#term?.timer.cancel();
        this.#term = { ...candidate, lost: this.#term?.lost ?? new AbortController() };
        return true;
      },
    };
  }

  /** Milliseconds since the epoch; 0 outside a term. */
  deadline(): number {
    return this.#term?.until ?? 0;
  }

  holds(): boolean {
    return this.#term !== undefined && this.#covers(this.#term);
  }

  /** Throws LeadershipLost unless the term lasts. */
  assert(): void {
    if (!this.holds()) throw new LeadershipLost();
  }

  /** Aborted when the term ends; undefined outside a term. */
  get signal(): AbortSignal | undefined {
    return this.#term?.lost.signal;
  }

  end(): void {
    const term = this.#term;
    this.#term = undefined;
    term?.timer.cancel();
    term?.lost.abort(new LeadershipLost());
  }

  /** A clock that stands before the renewal was set back: how long ago it was, it cannot tell. */
  #covers({ from, until }: { from: number; until: number }): boolean {
    const now = this.#clock.now();
    return from <= now && now < until;
  }
}

export interface Attempt {
  /** Whether the term now lasts; false when the reply came too late for it. */
  succeeded(): boolean;
  failed(): void;
}

interface Term {
  readonly from: number;
  readonly until: number;
  readonly timer: Timer;
  readonly lost: AbortController;
}
