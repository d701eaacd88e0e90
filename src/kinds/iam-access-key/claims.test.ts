import { describe, expect, it } from 'vitest';
import { claimsOf, strays } from './claims.ts';
import { hour, key, nothing, now, secret, selfOf } from './sample.test-data.ts';
import { statusOf } from './status.ts';

const attempt = { time: new Date(now).toISOString(), before: ['AKIAOLD'], rotateNow: 'b' };
const self = selfOf({}, { status: { accessKeyId: 'AKIAOLD', rotatedToken: 'a', attempt } });
const old = key('AKIAOLD', 900);

describe('after an attempt of which nobody knows what became', () => {
  it('a key that the Secret holds was delivered: it is the current one, and the token is done', () => {
    const keys = [old, key('AKIANEW', 0)];
    expect(claimsOf(self, keys, secret('AKIANEW'), now)).toEqual({
      current: 'AKIANEW',
      previous: 'AKIAOLD',
      attempt: undefined,
      rotatedToken: 'b',
    });
  });

  it('even where two appeared: the other is somebody else’s', () => {
    const keys = [key('AKIAA', 0), key('AKIAB', 0)];
    const { current, attempt: open } = claimsOf(self, keys, secret('AKIAB'), now);
    expect([current, open]).toEqual(['AKIAB', undefined]);
  });

  it('nothing is concluded before its time, and then that nothing was made', () => {
    expect(claimsOf(self, [old], secret('AKIAOLD'), now + 0.2 * hour).attempt).toEqual(attempt);
    expect(claimsOf(self, [old], secret('AKIAOLD'), now + 0.3 * hour).attempt).toBeUndefined();
  });

  it('of two that appeared both are kept in mind, and the one that is left is not taken for ours', () => {
    const two = [key('AKIAA', 0), key('AKIAB', 0)];
    const seen = { ...nothing, ...claimsOf(self, two, undefined, now), keys: two };
    const status = statusOf(self, seen);
    expect(status.attempt?.disputed).toEqual(['AKIAA', 'AKIAB']);
    const later = { ...self, status };
    const left = claimsOf(later, [key('AKIAB', 0)], undefined, now);
    expect(left.attempt).toBeUndefined();
    expect(strays({ ...nothing, ...left, keys: [key('AKIAB', 0)] })).toEqual([]);
  });

  it('what status knows is never taken for what was lost', () => {
    const keys = [key('AKIAOLD', 0), key('AKIANEW', 0)];
    const seen = { ...nothing, ...claimsOf(self, keys, undefined, now), keys };
    expect(strays(seen).map(({ id }) => id)).toEqual(['AKIANEW']);
  });
});
