import { createLease, type Lease, type LeaseOptions } from '../../src/runtime/lease/lease.ts';
import { FakeLeaseApi, type Link, ProcessClock } from './fake-lease-api.ts';
import { recordingLogger } from './recording-logger.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A network that loses and delays nothing. */
export const direct: Link = async (apply) => apply();

export function world() {
  const clock = new VirtualClock();
  const api = new FakeLeaseApi();
  return { clock, api };
}

export function candidate(
  { clock, api }: ReturnType<typeof world>,
  identity: string,
  options: Partial<LeaseOptions> = {},
) {
  const network = { link: direct };
  const time = new ProcessClock(clock);
  const logger = recordingLogger();
  const lease = createLease({
    client: api.client(async (apply) => {
      const reply = await network.link(apply);
      await time.awake();
      return reply;
    }),
    namespace: 'mooring',
    name: 'mooring',
    identity,
    clock: time,
    random: () => 0.5,
    logger,
    ...options,
  });
  return { lease, network, time, logger, identity };
}

/** Starts `lease`, whose work lasts until it is stopped or leadership is lost, and tells how often it led. */
export function start(lease: Lease, windDown: () => Promise<void> = async () => {}) {
  const stop = new AbortController();
  const terms: AbortSignal[] = [];
  const ended = lease.run(stop.signal, async (leading) => {
    terms.push(leading);
    const over = AbortSignal.any([leading, stop.signal]);
    if (!over.aborted) await new Promise((resolve) => over.addEventListener('abort', resolve));
    await windDown();
  });
  return { stop: () => stop.abort(), terms, ended };
}
