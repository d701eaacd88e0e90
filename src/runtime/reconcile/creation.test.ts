import { describe, expect, it } from 'vitest';
import { unsettled } from './creation.ts';

const kind = { visibleAfter: 60_000 };
const start = Date.UTC(2026, 0, 1);
const creation = { token: 't', time: new Date(start).toISOString() };

describe('while AWS may still hide what an intent made', () => {
  it.each([
    ['at once: looked for after a second', 0, 1_000],
    ['soon: looked for a second later', 500, 1_500],
    ['later: looked for ever more rarely', 20_000, 40_000],
    ['near the end: looked for when the time is up', 40_000, 60_000],
  ])('%s', (_, passed, lookAt) => {
    expect(unsettled(kind, creation, start + passed)).toEqual({ lookAt: start + lookAt });
  });

  it('ends after the time that AWS publishes', () => {
    expect(unsettled(kind, creation, start + 59_999)).toBeDefined();
    expect(unsettled(kind, creation, start + 60_000)).toBeUndefined();
  });

  it('does not begin without an intent', () => {
    expect(unsettled(kind, undefined, start)).toBeUndefined();
  });
});
