import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mutate, policy, rewrite } from './arbitrary.test-data.ts';
import { policiesEqual } from './compare.ts';
import { policyDifferences } from './differences.ts';
import { renderPolicy } from './document.ts';
import { normalizePolicy } from './normalize.ts';
import { parsePolicy } from './parse.ts';

const runs = { numRuns: 500 };

describe('for every document', () => {
  it('another notation of it is equal', () => {
    fc.assert(
      fc.property(policy, fc.gen(), (document, pick) => {
        const rewritten = rewrite(document, pick);
        expect(normalizePolicy(rewritten)).toEqual(normalizePolicy(document));
        expect(policiesEqual(document, rewritten)).toBe(true);
      }),
      runs,
    );
  });

  it('one change of meaning makes it unequal, in any notation and both ways', () => {
    fc.assert(
      fc.property(policy, fc.gen(), (document, pick) => {
        const mutated = rewrite(mutate(document, pick), pick);
        expect(policiesEqual(document, mutated)).toBe(false);
        expect(policiesEqual(mutated, document)).toBe(false);
      }),
      runs,
    );
  });

  it('its normal form is its own normal form, and equal to it', () => {
    fc.assert(
      fc.property(policy, (document) => {
        const normal = normalizePolicy(document);
        expect(JSON.stringify(normalizePolicy(normal))).toBe(JSON.stringify(normal));
        expect(policiesEqual(normal, document)).toBe(true);
      }),
      runs,
    );
  });

  it('there are differences from another one exactly where the two are not equal', () => {
    fc.assert(
      fc.property(policy, policy, fc.gen(), (document, other, pick) => {
        for (const second of [other, rewrite(document, pick), mutate(document, pick)]) {
          expect(policyDifferences(document, second).length === 0).toBe(policiesEqual(document, second));
        }
      }),
      runs,
    );
  });

  it('the text that is sent reads back as the same document, raw and URL-encoded', () => {
    fc.assert(
      fc.property(policy, (document) => {
        const text = renderPolicy(document);
        expect(parsePolicy(text)).toEqual(document);
        expect(parsePolicy(encodeURIComponent(text))).toEqual(document);
        expect(parsePolicy(normalizePolicy(document))).toEqual(normalizePolicy(document));
      }),
      runs,
    );
  });
});
