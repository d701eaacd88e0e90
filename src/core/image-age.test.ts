import { describe, expect, it } from 'vitest';
import { imageAge } from './image-age.ts';

describe('an image’s age', () => {
  it.each([
    ['12h', 43_200_000],
    ['1d', 86_400_000],
    ['2w', 1_209_600_000],
  ])('%s', (text, milliseconds) => {
    expect(imageAge(text)).toBe(milliseconds);
  });

  it.each(['', '0d', '1', 'd', '1m', '1d12h', '-1d', '1.5d'])('"%s" is none', (text) => {
    expect(() => imageAge(text)).toThrow(RangeError);
  });
});
