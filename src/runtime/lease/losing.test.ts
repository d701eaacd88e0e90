import { describe, expect, it } from 'vitest';
import { candidate, direct, start, world } from '../../../test/support/election.ts';
import { refused } from '../../../test/support/fake-lease-api.ts';
import { LeadershipLost } from '../../core/errors.ts';
import { sleep } from '../../core/ports.ts';

describe('losing', () => {
  it('happens at the deadline: 10 s after the last renewal that succeeded was sent', async () => {
    const here = world();
    const { lease, network } = candidate(here, 'a');
    const { terms } = start(lease);
    await here.clock.advance(0);
    // Sent at 2 s, applied, answered at 3 s.
    network.link = async (apply) => {
      const reply = apply();
      await sleep(here.clock, 1_000);
      network.link = () => Promise.reject(refused(0, 'NoReply'));
      return reply;
    };
    await here.clock.advance(11_999);
    lease.assertLeading();
    expect(terms[0]?.aborted).toBe(false);
    await here.clock.advance(1);
    expect(() => lease.assertLeading()).toThrow(LeadershipLost);
    expect(terms[0]?.aborted).toBe(true);
    expect(lease.deadline()).toBe(0);
  });

  it('is seen by a process that was frozen before any of its timers has run', async () => {
    const here = world();
    const a = candidate(here, 'a');
    const b = candidate(here, 'b');
    start(a.lease);
    await here.clock.advance(0);
    start(b.lease);
    await here.clock.advance(1_000);
    a.time.freeze();
    await here.clock.advance(60_000);
    expect(b.lease.isLeader).toBe(true);
    expect(() => a.lease.assertLeading()).toThrow(LeadershipLost);
    a.time.thaw();
    await here.clock.advance(10_000);
    expect([a.lease.isLeader, b.lease.isLeader]).toEqual([false, true]);
  });

  it('happens on time although the wall clock was set back', async () => {
    const here = world();
    const { lease, network, time } = candidate(here, 'a');
    start(lease);
    await here.clock.advance(1_000);
    network.link = () => Promise.reject(refused(0, 'NoReply'));
    time.set(-900);
    lease.assertLeading();
    await here.clock.advance(9_000);
    expect(() => lease.assertLeading()).toThrow(LeadershipLost);
  });

  it('refuses to act where the clock stands before the renewal', async () => {
    const here = world();
    const { lease, time } = candidate(here, 'a');
    start(lease);
    await here.clock.advance(1_000);
    time.set(-3_600_000);
    expect(() => lease.assertLeading()).toThrow(LeadershipLost);
    await here.clock.advance(2_000);
    lease.assertLeading();
  });

  it('happens at once when another holder is seen', async () => {
    const here = world();
    const { lease } = candidate(here, 'a');
    const { terms } = start(lease);
    await here.clock.advance(100);
    const taken = here.api.lease;
    if (!taken) throw new Error('no lease');
    here.api.lease = {
      ...taken,
      metadata: { ...taken.metadata, resourceVersion: 'x' },
      spec: { ...taken.spec, holderIdentity: 'b' },
    };
    await here.clock.advance(2_000);
    expect([lease.isLeader, terms[0]?.aborted]).toEqual([false, true]);
  });

  it('does not happen because somebody edited the Lease, or a reply was lost', async () => {
    const here = world();
    const { lease, network } = candidate(here, 'a');
    const { terms } = start(lease);
    await here.clock.advance(100);
    if (here.api.lease) {
      here.api.lease = {
        ...here.api.lease,
        metadata: { ...here.api.lease.metadata, resourceVersion: 'edited' },
      };
    }
    await here.clock.advance(4_000);
    network.link = async (apply) => {
      apply();
      network.link = direct;
      throw refused(0, 'NoReply');
    };
    await here.clock.advance(30_000);
    expect([lease.isLeader, terms.length, terms[0]?.aborted]).toEqual([true, 1, false]);
    expect(here.api.lease?.spec?.leaseTransitions).toBe(0);
  });

  it('is followed by another candidature only when the work has settled', async () => {
    const here = world();
    const { lease, network } = candidate(here, 'a');
    const { terms } = start(lease, () => sleep(here.clock, 60_000));
    await here.clock.advance(0);
    network.link = () => Promise.reject(refused(0, 'NoReply'));
    await here.clock.advance(10_000);
    network.link = direct;
    await here.clock.advance(59_000);
    expect([lease.isLeader, terms.length]).toEqual([false, 1]);
    await here.clock.advance(2_000);
    expect([lease.isLeader, terms.length]).toEqual([true, 2]);
    expect(terms[1]?.aborted).toBe(false);
  });
});
