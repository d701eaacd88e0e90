import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, hasUsers } from './decide.ts';
import { expired } from './expire.ts';
import { anyImages, anyOptions, usageOf } from './history.test-data.ts';
import { groupOf, isCopiesOnly, isGood, newestFirst, type ScheduledImage } from './image.ts';
import { kept } from './rules.ts';

const goodOf = (images: readonly ScheduledImage[], group: string) =>
  images.filter((image) => isGood(image) && groupOf(image) === group).sort(newestFirst);

/** Whether `onInstanceGone: Delete` says that even the last one goes. */
const toTheLast = (image: ScheduledImage, options: { gone: ReadonlySet<string>; onInstanceGone: string }) =>
  options.gone.has(image.instanceId) && options.onInstanceGone === 'Delete';

const asked = { usageOf, deleteInUse: false, cap: 1_000 };

describe('over any history', () => {
  it('a group keeps its newest good image, and min of them, and nothing goes without a newer good one', () => {
    fc.assert(
      fc.property(anyImages, anyOptions, (images, options) => {
        const going = new Set(decide(expired(images, options), asked).deletions.map(({ image }) => image));
        for (const image of going) {
          if (toTheLast(image, options)) continue;
          // Nothing is left of it anywhere.
          if ((image.state === 'failed' || image.state === 'gone') && image.copies.length === 0) continue;
          const left = goodOf(images, groupOf(image)).filter((other) => !going.has(other));
          const min = options.rules.get(image.schedule)?.min ?? Number.POSITIVE_INFINITY;
          const copied = images.filter(
            (other) =>
              isCopiesOnly(other) && !going.has(other) && !other.going && groupOf(other) === groupOf(image),
          );
          expect(left.length).toBeGreaterThanOrEqual(isGood(image) ? min : 1);
          if (isCopiesOnly(image)) expect(left.length + copied.length).toBeGreaterThanOrEqual(min);
          expect(left.some((other) => newestFirst(other, image) < 0)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('nothing goes that is in use, pending, protected, already going, or of a schedule without rules', () => {
    fc.assert(
      fc.property(anyImages, anyOptions, (images, options) => {
        for (const { image } of decide(expired(images, options), asked).deletions) {
          if (hasUsers(image)) expect(usageOf(image.imageId).state).toBe('free');
          expect(image).toMatchObject({ isProtected: false, going: false });
          expect(image.state).not.toBe('pending');
          if (image.state === 'available' || image.state === 'disabled' || image.copies.length > 0) {
            expect(image.schedule).not.toBe('retired');
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('what no rule keeps either goes or is said to be held, and what a rule keeps is not spoken of', () => {
    fc.assert(
      fc.property(anyImages, anyOptions, (images, options) => {
        const { deletions, held } = decide(expired(images, options), asked);
        const told = new Set([...deletions, ...held].map(({ image }) => image));
        expect(told.size).toBe(deletions.length + held.length);
        for (const group of Map.groupBy(images, groupOf).values()) {
          const [first] = group;
          const rules = first && options.rules.get(first.schedule);
          if (!first || !rules || options.gone.has(first.instanceId)) continue;
          const backups = group.filter(
            (image) => !image.going && (isCopiesOnly(image) || !['failed', 'gone'].includes(image.state)),
          );
          const keep = kept(backups, rules, options.now);
          for (const image of backups)
            expect([image.name, told.has(image)]).toEqual([image.name, !keep.has(image)]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('what should go does go, in passes of any size, and then nothing more', () => {
    fc.assert(
      fc.property(anyImages, anyOptions, fc.integer({ min: 1, max: 7 }), (images, options, cap) => {
        const atOnce = decide(expired(images, options), asked).deletions.map(({ image }) => image.name);
        let left = images;
        const gone: string[] = [];
        for (let pass = 0; pass < images.length + 1; pass++) {
          const { deletions } = decide(expired(left, options), { ...asked, cap });
          expect(deletions.length).toBeLessThanOrEqual(cap);
          if (deletions.length === 0) break;
          gone.push(...deletions.map(({ image }) => image.name));
          left = left.filter(({ name }) => !gone.includes(name));
        }
        expect(gone.toSorted()).toEqual(atOnce.toSorted());
        expect(decide(expired(left, options), asked).deletions).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('when one check fails nothing goes', () => {
    fc.assert(
      fc.property(anyImages, anyOptions, (images, options) => {
        const entries = expired(images, options);
        const failing = entries.find(({ hold, image }) => hold === undefined && hasUsers(image))?.image
          .imageId;
        fc.pre(failing !== undefined);
        const { deletions, held } = decide(entries, {
          ...asked,
          usageOf: (id) => (id === failing ? { state: 'unknown', why: 'Throttled' } : usageOf(id)),
        });
        expect(deletions).toEqual([]);
        expect(held).toHaveLength(entries.length);
      }),
      { numRuns: 200 },
    );
  });
});
