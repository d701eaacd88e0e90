import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { objectNames } from './import-names.ts';

const namesOf = (...resources: { id: string; title?: string }[]): string[] => {
  const names = objectNames(resources);
  return resources.map((resource) => names.get(resource) ?? '');
};

describe('the name of an object', () => {
  it.each([
    ['Web Front', 'web-front'],
    ['AmazonEKSNodeRole', 'amazoneksnoderole'],
    ['team/app_key', 'team-app-key'],
    ['--x.y--', 'x-y'],
    ['あいう', 'ami-1'],
    ['', 'ami-1'],
    ['a'.repeat(70), 'a'.repeat(63)],
    [`${'a'.repeat(62)}-b`, 'a'.repeat(62)],
  ])('of %j is %s', (title, name) => {
    expect(namesOf({ id: 'ami-1', title })).toEqual([name]);
  });

  it('is the id’s where there is no title', () => {
    expect(namesOf({ id: 'eipalloc-0A' })).toEqual(['eipalloc-0a']);
  });

  it('is told apart by the id where two have the same', () => {
    const [first = '', second = '', other] = namesOf(
      { id: 'eipalloc-1', title: 'web' },
      { id: 'eipalloc-2', title: 'Web' },
      { id: 'eipalloc-3', title: 'mail' },
    );
    expect([first, second]).toEqual([
      expect.stringMatching(/^web-[0-9a-f]{8}$/),
      expect.stringMatching(/^web-/),
    ]);
    expect(first).not.toBe(second);
    expect(other).toBe('mail');
  });

  it('is Kubernetes’, one each, and the same in any order', () => {
    const title = fc.oneof(
      fc.constantFrom('web', 'Web', 'web-', 'a'.repeat(63), 'a'.repeat(64)),
      fc.string(),
    );
    const resources = fc.uniqueArray(
      fc.record({ id: fc.string({ minLength: 1 }), title: fc.option(title, { nil: undefined }) }),
      { selector: ({ id }) => id },
    );
    fc.assert(
      fc.property(
        resources.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([all, shuffled]) => {
          const names = objectNames(all);
          expect(new Set(names.values()).size).toBe(all.length);
          for (const name of names.values()) expect(name).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
          const again = objectNames(shuffled);
          for (const one of all) expect(again.get(one)).toBe(names.get(one));
        },
      ),
    );
  });
});
