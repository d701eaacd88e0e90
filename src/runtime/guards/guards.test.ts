import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../test/support/virtual-clock.ts';
import { scope } from '../../../test/support/widget-operator.ts';
import { createDeletions } from './deletions.ts';
import { createExclusions } from './exclusions.ts';
import { createFights } from './fights.ts';
import { createRecreations } from './recreations.ts';

const minute = 60_000;
const hour = 60 * minute;

describe('deletions', () => {
  it('past the limit wait until the first has been ten minutes ago', async () => {
    const clock = new VirtualClock();
    const deletions = createDeletions(2, clock);
    expect(['a', 'b', 'c'].map((object) => deletions.admit(object))).toEqual([true, true, false]);
    expect(deletions.nextAt).toBe(clock.now() + 10 * minute);
    await clock.advance(10 * minute - 1);
    expect(deletions.admit('c')).toBe(false);
    await clock.advance(1);
    expect(deletions.admit('c')).toBe(true);
  });

  it('count an object once, however often it tries', () => {
    const deletions = createDeletions(1, new VirtualClock());
    expect([deletions.admit('a'), deletions.admit('a'), deletions.admit('b')]).toEqual([true, true, false]);
  });

  it('are all held by a limit of 0', () => {
    const clock = new VirtualClock();
    const deletions = createDeletions(0, clock);
    expect(deletions.admit('a')).toBe(false);
    expect(deletions.admit('a', true)).toBe(false);
    expect(deletions.nextAt).toBe(clock.now() + 10 * minute);
  });

  it('that are paced by their own kind are not counted, nor held by those that are', () => {
    const deletions = createDeletions(1, new VirtualClock());
    expect([deletions.admit('a', true), deletions.admit('b'), deletions.admit('c', true)]).toEqual([
      true,
      true,
      true,
    ]);
    expect(deletions.admit('d')).toBe(false);
  });
});

describe('a fight', () => {
  const repaired = (times: number, clock = new VirtualClock()) => {
    const fights = createFights(clock);
    for (let time = 0; time < times; time++) fights.admit('a', 1, 'tags');
    return { fights, clock };
  };

  it('begins with the fourth repair of the same field in one generation', () => {
    expect(repaired(2).fights.admit('a', 1, 'tags')).toBe(true);
    expect(repaired(3).fights.admit('a', 1, 'tags')).toBe(false);
  });

  it('is about one field, one object, one generation', () => {
    const { fights } = repaired(3);
    expect(fights.admit('a', 1, 'association')).toBe(true);
    expect(fights.admit('b', 1, 'tags')).toBe(true);
    expect(fights.admit('a', 2, 'tags')).toBe(true);
  });

  it('is taken up once an hour', async () => {
    const { fights, clock } = repaired(3);
    await clock.advance(hour);
    expect(fights.admit('a', 1, 'tags')).toBe(true);
    expect(fights.admit('a', 1, 'tags')).toBe(false);
  });

  it('is forgotten when the repairs lie far apart', async () => {
    const { fights, clock } = repaired(3);
    await clock.advance(6 * hour);
    for (let time = 0; time < 3; time++) expect(fights.admit('a', 1, 'tags')).toBe(true);
  });

  it('is forgotten with its object', () => {
    const { fights } = repaired(3);
    fights.forget('a');
    expect(fights.admit('a', 1, 'tags')).toBe(true);
  });
});

describe('an exclusive claim', () => {
  it('is for who looked after the last one was made', () => {
    const exclusions = createExclusions();
    const early = exclusions.turn;
    expect(exclusions.claim('eni-1/10.0.0.4', 'a', early)).toBe(true);
    expect(exclusions.claim('eni-1/10.0.0.4', 'b', early)).toBe(false);
    exclusions.settle('a');
    expect(exclusions.claim('eni-1/10.0.0.4', 'b', exclusions.turn)).toBe(true);
  });

  it('is not for who looked while the last one’s call was still under way', () => {
    const exclusions = createExclusions();
    exclusions.claim('eni-1/10.0.0.4', 'a', exclusions.turn);
    const during = exclusions.turn;
    expect(exclusions.claim('eni-1/10.0.0.4', 'b', during)).toBe(false);
    exclusions.settle('a');
    expect(exclusions.claim('eni-1/10.0.0.4', 'b', during)).toBe(false);
    expect(exclusions.claim('eni-1/10.0.0.4', 'b', exclusions.turn)).toBe(true);
  });

  it('that is settled lets go of nothing that another object has claimed', () => {
    const exclusions = createExclusions();
    exclusions.claim('x', 'a', exclusions.turn);
    exclusions.settle('b');
    expect(exclusions.claim('x', 'b', exclusions.turn)).toBe(false);
  });

  it('is for whoever has it already', () => {
    const exclusions = createExclusions();
    const early = exclusions.turn;
    exclusions.claim('x', 'a', early);
    expect(exclusions.claim('x', 'a', early)).toBe(true);
  });

  it('on one thing holds up no other', () => {
    const exclusions = createExclusions();
    const early = exclusions.turn;
    exclusions.claim('x', 'a', early);
    expect(exclusions.claim('y', 'b', early)).toBe(true);
  });
});

describe('recreation', () => {
  const widget = (name: string) => ({ kind: 'Widget', namespace: 'shop', name });
  const keys = (count: number) => Array.from({ length: count }, (_, index) => `shop/w${index}`);

  it.each([
    [5, 100, true],
    [6, 20, false],
    [10, 100, true],
    [11, 100, false],
    [100, 1_000, true],
    [101, 1_000, false],
  ])('of one of %i that are missing among %i: %s', (missing, total, admitted) => {
    const recreations = createRecreations();
    recreations.swept(scope, 'Widget', total, keys(missing));
    expect(recreations.admit(scope, widget('w0'))).toBe(admitted);
  });

  it('is held before any sweep, too, once five are gone', () => {
    const recreations = createRecreations();
    const admitted = keys(7).map((_, index) => recreations.admit(scope, widget(`w${index}`)));
    expect(admitted).toEqual([true, true, true, true, true, false, false]);
  });

  it('goes on when enough are there again', () => {
    const recreations = createRecreations();
    recreations.swept(scope, 'Widget', 10, keys(6));
    recreations.found(scope, widget('w5'));
    expect(recreations.admit(scope, widget('w0'))).toBe(true);
  });

  it('is held for its account, region and kind only', () => {
    const recreations = createRecreations();
    recreations.swept(scope, 'Widget', 10, keys(10));
    expect(recreations.admit({ ...scope, region: 'eu-west-1' }, widget('w0'))).toBe(true);
    expect(recreations.admit(scope, { ...widget('w0'), kind: 'Other' })).toBe(true);
  });
});
