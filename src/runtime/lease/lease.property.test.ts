import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeLeaseApi, type Link, ProcessClock, refused } from '../../../test/support/fake-lease-api.ts';
import { recordingLogger } from '../../../test/support/recording-logger.ts';
import { seededRandom } from '../../../test/support/seeded-random.ts';
import { VirtualClock } from '../../../test/support/virtual-clock.ts';
import { type Random, sleep } from '../../core/ports.ts';
import { createLease } from './lease.ts';

/** A process that stands for election over a network that loses, delays and hides what it likes. */
class Candidate {
  readonly time: ProcessClock;
  readonly lease: ReturnType<typeof createLease>;
  readonly stop = new AbortController();
  /** 0: a good network; 1: nothing gets through. */
  trouble = 0;
  terms = 0;
  readonly #random: Random;
  readonly #clock: VirtualClock;

  constructor(identity: string, api: FakeLeaseApi, clock: VirtualClock, random: Random) {
    this.#random = random;
    this.#clock = clock;
    this.time = new ProcessClock(clock);
    this.lease = createLease({
      client: api.client(this.#link),
      namespace: 'mooring',
      name: 'mooring',
      identity,
      clock: this.time,
      random,
      logger: recordingLogger(),
    });
    void this.lease.run(this.stop.signal, async (leading) => {
      this.terms++;
      const over = AbortSignal.any([leading, this.stop.signal]);
      if (!over.aborted) await new Promise((resolve) => over.addEventListener('abort', resolve));
    });
  }

  /** Both ways take their time, either may lose what it carries, and a frozen process reads nothing. */
  readonly #link: Link = async (apply) => {
    await this.time.awake();
    await this.#way();
    const outcome = attempt(apply);
    await this.#way();
    await this.time.awake();
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  };

  async #way(): Promise<void> {
    await sleep(this.#clock, this.#random() < this.trouble ? this.#random() * 20_000 : this.#random() * 50);
    if (this.#random() < this.trouble / 2) throw refused(0, 'NoReply');
  }
}

function attempt<T>(apply: () => T): { value: T } | { error: unknown } {
  try {
    return { value: apply() };
  } catch (error) {
    return { error };
  }
}

interface Disturbance {
  readonly after: number;
  readonly who: number;
  readonly what: 'freeze' | 'thaw' | 'trouble' | 'calm' | 'clock';
  readonly amount: number;
}

const disturbances = fc.array(
  fc.record({
    after: fc.integer({ min: 0, max: 16_000 }),
    who: fc.integer({ min: 0, max: 2 }),
    what: fc.constantFrom('freeze', 'thaw', 'trouble', 'calm', 'clock'),
    amount: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { minLength: 20, maxLength: 60 },
);

function disturb(candidate: Candidate, { what, amount }: Disturbance, clocksToo: boolean): void {
  if (what === 'freeze') candidate.time.freeze();
  else if (what === 'thaw') candidate.time.thaw();
  else if (what === 'trouble') candidate.trouble = amount;
  else if (what === 'calm') candidate.trouble = 0;
  else if (clocksToo) candidate.time.set((amount - 0.5) * 60_000);
}

/** Plays `script` on three candidates, calling `check` four times a second, and lets them come to rest. */
async function play(
  script: readonly Disturbance[],
  seed: number,
  clocksToo: boolean,
  check: (candidates: readonly Candidate[], clock: VirtualClock) => void,
): Promise<{ candidates: readonly Candidate[]; api: FakeLeaseApi }> {
  const clock = new VirtualClock();
  const api = new FakeLeaseApi();
  const random = seededRandom(seed);
  const candidates = ['a', 'b', 'c'].map((identity) => new Candidate(identity, api, clock, random));
  const pass = async (milliseconds: number) => {
    for (let left = milliseconds; left > 0; left -= 250) {
      await clock.advance(Math.min(250, left));
      check(candidates, clock);
    }
  };
  for (const step of script) {
    await pass(step.after);
    const candidate = candidates[step.who];
    if (candidate) disturb(candidate, step, clocksToo);
    check(candidates, clock);
  }
  for (const candidate of candidates) {
    candidate.time.thaw();
    candidate.trouble = 0;
  }
  await pass(60_000);
  for (const candidate of candidates) candidate.stop.abort();
  await clock.advance(30_000);
  return { candidates, api };
}

describe('three candidates', () => {
  it('never have two deadlines in the future, frozen or not, and come to rest with one leader', async () => {
    let terms = 0;
    await fc.assert(
      fc.asyncProperty(disturbances, fc.nat(), async (script, seed) => {
        let leaders = 0;
        const { candidates, api } = await play(script, seed, false, (all, clock) => {
          leaders = all.filter(({ lease }) => lease.deadline() > clock.now()).length;
          expect(leaders).toBeLessThanOrEqual(1);
        });
        expect(leaders).toBe(1);
        expect(api.lease?.spec?.holderIdentity).toBe('');
        terms += candidates.reduce((sum, candidate) => sum + candidate.terms, 0);
      }),
      { numRuns: 60 },
    );
    // Otherwise nothing was tried: leadership has to have changed hands.
    expect(terms).toBeGreaterThan(120);
  }, 60_000);

  it('never lead two at once, of those that run, whatever their wall clocks are set to', async () => {
    await fc.assert(
      fc.asyncProperty(disturbances, fc.nat(), async (script, seed) => {
        await play(script, seed, true, (all) => {
          const acting = all.filter(({ lease, time }) => !time.frozen && lease.isLeader);
          expect(acting.length).toBeLessThanOrEqual(1);
        });
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
