import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../test/support/virtual-clock.ts';
import type { SessionCredentials } from './caller.ts';
import { createSession } from './session.ts';

const minute = 60_000;

/** Sessions of an hour, numbered; `failing` makes the next ones fail. */
function sessions(lasting = 60 * minute) {
  const clock = new VirtualClock();
  const state = { asked: 0, failing: false };
  const obtain = async (): Promise<SessionCredentials> => {
    state.asked += 1;
    if (state.failing) throw new Error('STS is down');
    return {
      accessKeyId: `key-${state.asked}`,
      secretAccessKey: 's',
      sessionToken: 't',
      expiration: new Date(clock.now() + lasting),
    };
  };
  const session = createSession(clock, obtain);
  return { clock, state, key: async () => (await session()).accessKeyId };
}

describe('a session', () => {
  it('is asked for once, however many need it at once, and again and again', async () => {
    const { key, state, clock } = sessions();
    expect(await Promise.all([key(), key(), key()])).toEqual(['key-1', 'key-1', 'key-1']);
    for (let n = 0; n < 50; n++) {
      await clock.advance(minute);
      expect(await key()).toBe('key-1');
    }
    expect(state.asked).toBe(1);
  });

  it('is renewed before it expires, and whoever comes meanwhile does not wait', async () => {
    const { key, state, clock } = sessions();
    await key();
    await clock.advance(54 * minute + 1);
    expect(await key()).toBe('key-1');
    expect(state.asked).toBe(2);
    expect(await key()).toBe('key-2');
    await clock.advance(50 * minute);
    expect(await key()).toBe('key-2');
    expect(state.asked).toBe(2);
  });

  it('that nobody needed until it had expired is never handed out', async () => {
    const { key, clock } = sessions();
    await key();
    await clock.advance(60 * minute);
    expect(await key()).toBe('key-2');
  });

  it('of a quarter of an hour lasts for nine minutes of asking nobody', async () => {
    const { key, state, clock } = sessions(15 * minute);
    await key();
    await clock.advance(9 * minute - 1);
    await key();
    expect(state.asked).toBe(1);
  });

  it('goes on to be served while its renewal fails, and is told when it has expired', async () => {
    const { key, state, clock } = sessions();
    await key();
    state.failing = true;
    await clock.advance(55 * minute);
    expect(await key()).toBe('key-1');
    await clock.advance(4 * minute);
    expect(await key()).toBe('key-1');
    await clock.advance(minute);
    await expect(key()).rejects.toThrow('STS is down');
    state.failing = false;
    await clock.advance(5_000);
    expect(await key()).toMatch(/^key-/);
  });

  it('that cannot be had is not asked for by each of many', async () => {
    const { key, state, clock } = sessions();
    state.failing = true;
    for (let n = 0; n < 20; n++) await expect(key()).rejects.toThrow('STS is down');
    expect(state.asked).toBe(1);
    await clock.advance(5_000);
    await expect(key()).rejects.toThrow('STS is down');
    expect(state.asked).toBe(2);
  });
});
