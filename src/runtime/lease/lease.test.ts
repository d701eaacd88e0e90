import { describe, expect, it } from 'vitest';
import { candidate, direct, start, world } from '../../../test/support/election.ts';
import { refused } from '../../../test/support/fake-lease-api.ts';
import { LeadershipLost } from '../../core/errors.ts';
import { sleep } from '../../core/ports.ts';
import { alwaysLeading } from './lease.ts';

describe('winning', () => {
  it('makes the Lease where there is none and leads at once', async () => {
    const here = world();
    const { lease } = candidate(here, 'a');
    const { terms } = start(lease);
    expect(() => lease.assertLeading()).toThrow(LeadershipLost);
    await here.clock.advance(0);
    expect(terms).toHaveLength(1);
    lease.assertLeading();
    expect(lease.deadline()).toBe(here.clock.now() + 10_000);
    expect(here.api.lease).toEqual({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace: 'mooring', name: 'mooring', resourceVersion: '1' },
      spec: {
        holderIdentity: 'a',
        leaseDurationSeconds: 15,
        acquireTime: '2026-01-01T00:00:00.000000Z',
        renewTime: '2026-01-01T00:00:00.000000Z',
        leaseTransitions: 0,
      },
    });
  });

  it('renews every 2 s with one request, and only renewTime changes', async () => {
    const here = world();
    const { lease, network } = candidate(here, 'a');
    start(lease);
    await here.clock.advance(0);
    let requests = 0;
    network.link = async (apply) => {
      requests++;
      return apply();
    };
    await here.clock.advance(60_000);
    expect([requests, here.api.writes.length]).toEqual([30, 31]);
    expect(here.api.lease?.spec).toMatchObject({
      acquireTime: '2026-01-01T00:00:00.000000Z',
      renewTime: '2026-01-01T00:01:00.000000Z',
      leaseTransitions: 0,
    });
  });

  it('waits for a silent holder for as long as that one promised, counted from the first look', async () => {
    const here = world();
    here.api.lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace: 'mooring', name: 'mooring', resourceVersion: '0' },
      // Long past by its own clock, which is not to be believed.
      spec: { holderIdentity: 'x', leaseDurationSeconds: 30, renewTime: '1999-01-01T00:00:00.000000Z' },
    };
    const { lease } = candidate(here, 'a');
    start(lease);
    await here.clock.advance(29_999);
    expect(lease.isLeader).toBe(false);
    await here.clock.advance(5_000);
    expect(lease.isLeader).toBe(true);
    expect(here.api.lease?.spec).toMatchObject({ holderIdentity: 'a', leaseTransitions: 1 });
  });

  it('is not hastened by a clock set forward, nor by a Lease that was deleted', async () => {
    const here = world();
    const a = candidate(here, 'a');
    const b = candidate(here, 'b');
    start(a.lease);
    await here.clock.advance(0);
    start(b.lease);
    await here.clock.advance(1_000);
    a.network.link = () => Promise.reject(refused(503, 'ServiceUnavailable'));
    here.api.lease = undefined;
    b.time.set(3_600_000);
    await here.clock.advance(9_000);
    expect([a.lease.isLeader, b.lease.isLeader]).toEqual([false, false]);
    await here.clock.advance(10_000);
    expect(b.lease.isLeader).toBe(true);
  });

  it('goes on trying while the API server fails, and says so', async () => {
    const here = world();
    const { lease, network, logger } = candidate(here, 'a');
    network.link = () => Promise.reject(refused(403, 'leases is forbidden'));
    start(lease);
    await here.clock.advance(60_000);
    expect(lease.isLeader).toBe(false);
    expect(logger.lines.at(-1)).toMatchObject({
      level: 'warn',
      message: 'lease not renewed',
      fields: { error: 'leases is forbidden' },
    });
    network.link = direct;
    await here.clock.advance(5_000);
    expect(lease.isLeader).toBe(true);
  });

  it('does not lead on a reply that came too late', async () => {
    const here = world();
    const { lease, network } = candidate(here, 'a');
    network.link = async (apply) => {
      const reply = apply();
      await sleep(here.clock, 10_001);
      return reply;
    };
    const { terms } = start(lease);
    await here.clock.advance(120_000);
    expect(here.api.writes.length).toBeGreaterThan(0);
    expect(terms).toHaveLength(0);
  });
});

describe('stopping', () => {
  it('renews while the work drains, then gives the lease up, and the next takes over soon', async () => {
    const here = world();
    const a = candidate(here, 'a');
    const b = candidate(here, 'b');
    const { stop, terms, ended } = start(a.lease, () => sleep(here.clock, 20_000));
    await here.clock.advance(0);
    start(b.lease);
    await here.clock.advance(3_000);
    stop();
    await here.clock.advance(19_900);
    a.lease.assertLeading();
    expect(terms[0]?.aborted).toBe(false);
    await here.clock.advance(100);
    await ended;
    expect(a.lease.isLeader).toBe(false);
    expect(here.api.lease?.spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    await here.clock.advance(4_400);
    expect(b.lease.isLeader).toBe(true);
    expect(here.api.lease?.spec?.leaseTransitions).toBe(1);
  });

  it('of a candidate touches nothing and leaves no timer', async () => {
    const here = world();
    const a = candidate(here, 'a');
    const { stop: stopLeader, ended: leaderEnded } = start(a.lease);
    await here.clock.advance(0);
    const b = candidate(here, 'b');
    const { stop, ended } = start(b.lease);
    await here.clock.advance(1_000);
    stop();
    await ended;
    expect(here.api.lease?.spec?.holderIdentity).toBe('a');
    stopLeader();
    await here.clock.advance(0);
    await leaderEnded;
    expect(here.clock.pending).toBe(0);
  });

  it('is not held up by an API server that does not answer', async () => {
    const here = world();
    const { lease, network, logger } = candidate(here, 'a');
    const { stop, ended } = start(lease);
    await here.clock.advance(0);
    network.link = () => new Promise(() => {});
    stop();
    await here.clock.advance(5_000);
    await ended;
    expect(logger.lines.at(-1)).toMatchObject({ level: 'warn', message: 'lease not given up' });
    expect(() => lease.assertLeading()).toThrow(LeadershipLost);
  });

  it('gives up a lease whose version it does not know', async () => {
    const here = world();
    const { lease, network } = candidate(here, 'a');
    const { stop, ended } = start(lease);
    await here.clock.advance(0);
    network.link = async (apply) => {
      apply();
      throw refused(0, 'NoReply');
    };
    await here.clock.advance(2_500);
    network.link = direct;
    stop();
    await here.clock.advance(0);
    await ended;
    expect(here.api.lease?.spec?.holderIdentity).toBe('');
  });

  it('passes on what the work failed with, after giving up', async () => {
    const here = world();
    const { lease } = candidate(here, 'a');
    const ended = lease.run(new AbortController().signal, () => Promise.reject(new Error('bug')));
    await expect(ended).rejects.toThrow('bug');
    expect(here.api.lease?.spec?.holderIdentity).toBe('');
  });
});

describe('settings', () => {
  it('that do not keep two leaders apart are refused', () => {
    expect(() => candidate(world(), 'a', { leaseDurationMs: 10_000 })).toThrow(RangeError);
    expect(() => candidate(world(), 'a', { retryPeriodMs: 9_000 })).toThrow(RangeError);
  });
});

describe('without election', () => {
  it('leads always', async () => {
    const lease = alwaysLeading();
    lease.assertLeading();
    expect([lease.isLeader, lease.deadline()]).toEqual([true, Number.POSITIVE_INFINITY]);
    let led = false;
    await lease.run(new AbortController().signal, async (leading) => {
      led = !leading.aborted;
    });
    expect(led).toBe(true);
  });
});
