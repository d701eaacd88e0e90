import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip } from './clip.ts';

describe('clip', () => {
  it('keeps within the bytes, cuts between characters and changes nothing that fits', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.integer({ min: 3, max: 80 }),
        (text, bytes) => {
          const clipped = clip(text, bytes);
          expect(Buffer.byteLength(clipped)).toBeLessThanOrEqual(bytes);
          expect(clipped.isWellFormed()).toBe(true);
          if (Buffer.byteLength(text) <= bytes) expect(clipped).toBe(text);
          else expect(text.startsWith(clipped.slice(0, -1))).toBe(true);
        },
      ),
    );
  });

  it('marks what is missing', () => {
    expect(clip('größer als erlaubt', 8)).toBe('grö…');
  });
});
