import { describe, expect, it } from 'vitest';
import { milliseconds, parseDuration } from './duration.ts';

describe('a duration in Go’s notation', () => {
  it.each([
    ['0s', 0],
    ['15s', 15_000],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['250ms', 250],
    ['1m0.5s', 60_500],
  ])('%s is %i ms', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
    expect(milliseconds(text)).toBe(expected);
  });

  it.each(['', '10', 's', '-1s', '+1s', '1 s', '1d', '1h 30m', '.5s', '1e3s', 'soon', '1s\n'])(
    '%j is none',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
      expect(() => milliseconds(text)).toThrow(`"${text}" is not a duration such as 15s, 10m or 1h30m`);
    },
  );
});
