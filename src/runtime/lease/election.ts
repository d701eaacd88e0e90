import { messageOf } from '../../core/errors.ts';
import { type Clock, jittered, type Logger, type Random, sleep } from '../../core/ports.ts';
import { within } from '../within.ts';
import { Observation } from './observation.ts';
import { givenUp, heldBy, holderOf, type LeaseObject } from './record.ts';
import type { LeaseStore } from './store.ts';
import { Tenure } from './tenure.ts';

/** Times in milliseconds. */
export interface ElectionSettings {
  readonly identity: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly leaseDurationMs: number;
  readonly renewDeadlineMs: number;
  readonly retryPeriodMs: number;
}

/** client-go's JitterFactor: a candidate waits between one and 2.2 retry periods. */
export const candidateJitter = 1.2;

const releaseAttempts = 3;

/** The requests of an election; ../lease.ts tells what they guarantee together. */
export class Election {
  readonly #store: LeaseStore;
  readonly #empty: LeaseObject;
  readonly #settings: ElectionSettings;
  readonly #tenure: Tenure;
  readonly #others: Observation;
  /** As we last wrote it; the next write goes ahead without reading it first. */
  #written: LeaseObject | undefined;
  /** Whether the lease may name us: true from before the first write on, since its reply can be lost. */
  #mayHold = false;

  constructor(store: LeaseStore, empty: LeaseObject, settings: ElectionSettings) {
    this.#store = store;
    this.#empty = empty;
    this.#settings = settings;
    this.#tenure = new Tenure(settings.clock, settings.renewDeadlineMs);
    this.#others = new Observation(settings.clock, settings.leaseDurationMs);
  }

  get isLeader(): boolean {
    return this.#tenure.holds();
  }

  deadline(): number {
    return this.#tenure.deadline();
  }

  assertLeading(): void {
    this.#tenure.assert();
  }

  async run(stop: AbortSignal, lead: (leading: AbortSignal) => Promise<void>): Promise<void> {
    const { identity, logger } = this.#settings;
    try {
      while (!stop.aborted) {
        const leading = await this.#win(stop);
        if (!leading) break;
        logger.info({ identity }, 'leading');
        await this.#serve(leading, lead);
        if (!leading.aborted) break;
        logger.warn({ identity }, 'leadership lost');
      }
    } finally {
      await this.release();
      this.#others.close();
    }
  }

  /** Resolves to the new term's signal, or to undefined on `stop`. */
  async #win(stop: AbortSignal): Promise<AbortSignal | undefined> {
    const { clock, random, retryPeriodMs } = this.#settings;
    while (!stop.aborted) {
      await this.#attempt(stop);
      if (this.#tenure.signal) return this.#tenure.signal;
      await pause(clock, retryPeriodMs * (1 + candidateJitter * random()), stop);
    }
    return undefined;
  }

  /** Renews until `lead` settles or the term ends, and resolves when `lead` has settled. */
  async #serve(leading: AbortSignal, lead: (leading: AbortSignal) => Promise<void>): Promise<void> {
    const { clock, random, retryPeriodMs } = this.#settings;
    const settled = new AbortController();
    const work = lead(leading).finally(() => settled.abort());
    const over = AbortSignal.any([leading, settled.signal]);
    const renewing = async () => {
      while (!over.aborted) {
        await pause(clock, jittered(retryPeriodMs, random), over);
        if (!over.aborted) await this.#attempt(over);
      }
    };
    await Promise.all([work, renewing()]);
  }

  /** One try to acquire or renew. Never rejects; `stop` makes whatever it still finds out count for nothing. */
  async #attempt(stop: AbortSignal): Promise<void> {
    const { clock, identity, logger, renewDeadlineMs } = this.#settings;
    const attempt = this.#tenure.attempt();
    try {
      const limit = renewDeadlineMs / 2;
      const written = await within(clock, limit, stop, (signal) => this.#write(signal));
      if (written && !attempt.succeeded()) logger.warn({ identity }, 'lease written too late to count');
    } catch (error) {
      if (!stop.aborted) logger.warn({ identity, error: messageOf(error) }, 'lease not renewed');
    } finally {
      attempt.failed();
    }
  }

  /** Whether the lease is now ours. `signal` is looked at after every wait: a late reply changes nothing. */
  async #write(signal: AbortSignal): Promise<boolean> {
    if (this.#written && (await this.#put(this.#held(this.#written), signal))) return true;
    const lease = await this.#store.read(signal);
    signal.throwIfAborted();
    this.#others.observe(lease);
    if (this.#others.heldByOther(this.#settings.identity)) {
      this.#tenure.end();
      return false;
    }
    return this.#put(this.#held(lease ?? this.#empty), signal);
  }

  #held(lease: LeaseObject): LeaseObject {
    const { clock, identity, leaseDurationMs } = this.#settings;
    return heldBy(identity, lease, clock.now(), leaseDurationMs);
  }

  async #put(lease: LeaseObject, signal: AbortSignal): Promise<boolean> {
    this.#written = undefined;
    this.#mayHold = true;
    const written = await this.#store.write(lease, signal);
    signal.throwIfAborted();
    this.#written = written;
    return written !== undefined;
  }

  async release(): Promise<void> {
    const { clock, identity, logger, renewDeadlineMs } = this.#settings;
    // Before the request is sent: once it is, someone else may lead.
    this.#tenure.end();
    if (!this.#mayHold) return;
    try {
      await within(clock, renewDeadlineMs / 2, undefined, async (signal) => {
        for (let attempt = 0; attempt < releaseAttempts; attempt++) {
          const lease = this.#written ?? (await this.#store.read(signal));
          if (!lease || holderOf(lease) !== identity) {
            this.#mayHold = false;
            return;
          }
          await this.#put(givenUp(lease, clock.now()), signal);
        }
      });
    } catch (error) {
      logger.warn({ identity, error: messageOf(error) }, 'lease not given up');
    }
  }
}

async function pause(clock: Clock, milliseconds: number, stop: AbortSignal): Promise<void> {
  await sleep(clock, milliseconds, stop).catch(() => {});
}
