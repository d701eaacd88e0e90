import { describe, expect, it } from 'vitest';
import { decide, type Usage } from './decide.ts';
import { expired, type RetentionOptions } from './expire.ts';
import { day, hour, image, now, options } from './history.test-data.ts';
import type { ScheduledImage } from './image.ts';
import type { Rules } from './rules.ts';

const free = { usageOf: (): Usage => ({ state: 'free' }), deleteInUse: false, cap: 100 };
const daily = (days: number, more: Partial<ScheduledImage> = {}) =>
  image({ tick: now - days * day, ...more });
const days = (...ages: number[]) => ages.map((age) => daily(age));
const rules = (more: Partial<Rules>): Partial<RetentionOptions> => ({
  rules: new Map([['daily', { min: 1, timeZone: 'UTC', ...more }]]),
});
const agesOf = (entries: readonly { image: ScheduledImage }[]) =>
  entries.map((entry) => (now - entry.image.tick) / day);
const going = (images: readonly ScheduledImage[], more: Partial<RetentionOptions>) =>
  agesOf(decide(expired(images, options(more)), free).deletions);
const holds = (images: readonly ScheduledImage[], more: Partial<RetentionOptions> = {}) =>
  decide(expired(images, options(more)), free).held.map(({ hold }) => hold);

describe('rules', () => {
  it.each<[string, Partial<Rules>, number[], number[]]>([
    ['count keeps the newest', { count: 2 }, [0, 1, 2, 3], [3, 2]],
    ['age: exactly so old is too old', { age: 2 * day }, [0, 1, 2, 3], [3, 2]],
    ['what either keeps stays', { count: 3, age: day }, [0, 1, 2, 3], [3]],
    ['min stands above age', { age: day, min: 3 }, [5, 6, 7, 8], [8]],
    ['without rules all stay', {}, [0, 400, 4000], []],
    ['gfs: the last of each day', { gfs: { daily: 2 } }, [0, 0.25, 1, 1.25, 2], [2, 1.25, 0.25]],
    // 15 June 2026 is a Monday.
    ['gfs: weeks begin on Monday', { gfs: { weekly: 2 } }, [0, 1, 2, 7, 8], [8, 7, 2]],
    ['gfs: months and years', { gfs: { monthly: 2, yearly: 2 } }, [0, 14, 15, 45, 170, 200], [200, 45, 14]],
  ])('%s', (_, more, ages, expected) => {
    expect(going(days(...ages), rules(more))).toEqual(expected);
  });

  it('a day ends where the zone says', () => {
    const images = days(0, 0.55, 0.6);
    expect(going(images, rules({ gfs: { daily: 2 } }))).toEqual([0.6]);
    expect(going(images, rules({ gfs: { daily: 2 }, timeZone: 'Asia/Tokyo' }))).toEqual([0.6, 0.55]);
  });

  it('count counts good ones only: a disabled one takes no place', () => {
    const images = [daily(0, { state: 'disabled' }), daily(1), daily(2), daily(3)];
    expect(going(images, rules({ count: 2 }))).toEqual([3]);
  });

  it('a disabled one stands for its month, and goes with it', () => {
    const images = [daily(0), daily(40, { state: 'disabled' }), daily(80, { state: 'disabled' })];
    expect(going(images, rules({ gfs: { monthly: 2 } }))).toEqual([80]);
  });

  it('each schedule and each instance is judged by itself', () => {
    const images = [
      ...days(0, 9),
      daily(9, { instanceId: 'i-2' }),
      daily(9, { schedule: 'hourly' }),
      daily(0, { schedule: 'hourly' }),
    ];
    expect(going(images, rules({ age: 7 * day }))).toEqual([9]);
  });
});

describe('held, and why', () => {
  it.each<[string, Partial<ScheduledImage>, string]>([
    ['pending', { state: 'pending' }, 'it is still pending'],
    ['protected', { isProtected: true }, 'it is protected against deregistration'],
  ])('%s', (_, more, why) => {
    expect(holds([daily(0), daily(9, more)])).toEqual([why]);
  });

  it('no newer good one', () => {
    expect(holds([daily(0, { state: 'failed' }), daily(9, { state: 'disabled' })])).toEqual([
      'there is no newer good image',
    ]);
    expect(holds([daily(8), daily(9, { state: 'disabled' })])).toEqual([]);
  });

  it('in use: named, and gone all the same where the spec says so', () => {
    const entries = expired(days(0, 9), options());
    const usageOf = (): Usage => ({ state: 'used', by: ['i-a', 'i-b', 'lt-1', 'lt-2'] });
    expect(decide(entries, { ...free, usageOf }).held[0]?.hold).toBe(
      'it is in use by i-a, i-b, lt-1 and 1 more',
    );
    expect(decide(entries, { ...free, usageOf, deleteInUse: true }).deletions).toHaveLength(1);
  });

  it('those past the cap, the newest ones', () => {
    const { deletions, held } = decide(expired(days(0, 8, 9, 10), options()), { ...free, cap: 2 });
    expect(agesOf(deletions)).toEqual([10, 9]);
    expect(held.map(({ hold, reason }) => [hold, reason])).toEqual([['others go first', 'older than 7d']]);
  });
});

describe('failures', () => {
  const failed = (age: number) => daily(age, { state: 'failed', imageId: undefined });

  it('count for nothing, and the newest stay to be looked at', () => {
    expect(going([failed(0), failed(1), failed(2), daily(9)], { failedHistoryLimit: 2 })).toEqual([2]);
    expect(going([failed(0), daily(9)], { failedHistoryLimit: 0 })).toEqual([0]);
  });
});

describe('an instance that is gone', () => {
  const gone = { gone: new Set(['i-1']) };

  it.each<[RetentionOptions['onInstanceGone'], number[]]>([
    ['KeepLast', [10, 9]],
    ['Keep', []],
    ['Delete', [10, 9, 8]],
  ])('%s', (onInstanceGone, expected) => {
    expect(going(days(8, 9, 10), { ...gone, onInstanceGone })).toEqual(expected);
  });

  it('Delete waits for the age, and without one for nothing', () => {
    expect(going(days(1, 2), { ...gone, onInstanceGone: 'Delete' })).toEqual([]);
    expect(going(days(1, 2), { ...gone, onInstanceGone: 'Delete', ...rules({ count: 9 }) })).toEqual([2, 1]);
  });
});

it('deleting the schedule with all it has asks no rule, and still holds what it must', () => {
  const images = [daily(0), daily(1, { state: 'pending' }), daily(2, { state: 'failed' })];
  expect(going(images, { all: true })).toEqual([2, 0]);
  expect(holds(images, { all: true })).toEqual(['it is still pending']);
});

it('every twelve hours for seven days holds fourteen', () => {
  let images: ScheduledImage[] = [];
  const counts: number[] = [];
  for (let tick = now; tick < now + 30 * day; tick += 12 * hour) {
    images.push(image({ tick }));
    const at = options({ now: tick + 10 * 60_000 });
    const names = new Set(decide(expired(images, at), free).deletions.map((entry) => entry.image.name));
    images = images.filter(({ name }) => !names.has(name));
    counts.push(images.length);
  }
  expect(counts.slice(0, 14)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  expect(new Set(counts.slice(14))).toEqual(new Set([14]));
});
