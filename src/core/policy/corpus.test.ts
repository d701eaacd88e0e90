import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { policiesEqual } from './compare.ts';
import { policyDifferences } from './differences.ts';
import { normalizePolicy } from './normalize.ts';
import { parsePolicy } from './parse.ts';

const document = z.union([z.string(), z.looseObject({})]);
const pairs = z.array(
  z.strictObject({ name: z.string(), a: document, b: document, says: z.array(z.string()).optional() }),
);

const corpus = (file: string) => {
  const text = readFileSync(new URL(`corpus/${file}.yaml`, import.meta.url), 'utf8');
  return pairs
    .parse(parse(text))
    .map(({ a, b, ...pair }) => ({ ...pair, a: parsePolicy(a), b: parsePolicy(b) }));
};

const equal = corpus('equal');
const rewritten = corpus('rewritten');
const unequal = corpus('unequal');

describe('the corpus', () => {
  it('has at least 60 pairs, each with a name of its own', () => {
    const names = [...equal, ...rewritten, ...unequal].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(60);
  });
});

describe.each([
  { group: 'written differently', cases: equal },
  { group: 'rewritten by AWS', cases: rewritten },
])('equal, $group', ({ cases }) => {
  it.each(cases)('$name', ({ a, b }) => {
    expect(normalizePolicy(a)).toEqual(normalizePolicy(b));
    expect([policiesEqual(a, b), policiesEqual(b, a)]).toEqual([true, true]);
    expect(policyDifferences(a, b)).toEqual([]);
  });
});

describe('unequal', () => {
  it.each(unequal)('$name', ({ a, b, says }) => {
    expect([policiesEqual(a, b), policiesEqual(b, a)]).toEqual([false, false]);
    expect(policyDifferences(b, a)).not.toEqual([]);
    const lines = policyDifferences(a, b);
    expect(lines).toEqual(says ?? expect.arrayContaining([expect.any(String)]));
  });
});
