import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCron } from './cron.ts';
import { everyHours, timeOfDay } from './pattern.ts';
import { countTicks, next, previous, type Timing } from './ticks.ts';

const every = (hours: number, at: string, timeZone = 'UTC'): Timing => ({
  pattern: everyHours(hours, timeOfDay(at)),
  timeZone,
});
const cron = (expression: string, timeZone = 'UTC'): Timing => ({ pattern: parseCron(expression), timeZone });

/** All ticks from `from` (exclusive) to `to`, as RFC 3339 without seconds. */
function ticksOf(timing: Timing, from: string, to: string): string[] {
  const found: string[] = [];
  for (
    let at = next(timing, Date.parse(from));
    at !== undefined && at <= Date.parse(to);
    at = next(timing, at)
  ) {
    found.push(new Date(at).toISOString().slice(0, 16));
  }
  return found;
}

describe('every so many hours', () => {
  it.each<[number, string, string[]]>([
    [24, '03:15', ['03:15']],
    [12, '18:00', ['06:00', '18:00']],
    [8, '01:30', ['01:30', '09:30', '17:30']],
    [6, '00:00', ['00:00', '06:00', '12:00', '18:00']],
    [4, '23:05', ['03:05', '07:05', '11:05', '15:05', '19:05', '23:05']],
    [3, '01:00', ['01:00', '04:00', '07:00', '10:00', '13:00', '16:00', '19:00', '22:00']],
  ])('%i hours at %s', (hours, at, times) => {
    const found = ticksOf(every(hours, at), '2026-01-09T23:59:00Z', '2026-01-10T23:59:00Z');
    expect(found).toEqual(times.map((time) => `2026-01-10T${time}`));
  });

  it('is of the wall clock of its zone', () => {
    expect(ticksOf(every(12, '03:00', 'Asia/Kolkata'), '2026-01-10T00:00Z', '2026-01-10T23:59Z')).toEqual([
      '2026-01-10T09:30',
      '2026-01-10T21:30',
    ]);
  });
});

describe('clocks go forward (Berlin, 29 March 2026: 02:00 is 03:00)', () => {
  const berlin = 'Europe/Berlin';

  it('a tick in the gap runs once, at the first instant after it', () => {
    expect(ticksOf(every(24, '02:30', berlin), '2026-03-27T12:00Z', '2026-03-30T12:00Z')).toEqual([
      '2026-03-28T01:30',
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ]);
  });

  it('with the tick that the end of the gap has of its own it is one tick', () => {
    expect(ticksOf(every(1, '00:00', berlin), '2026-03-28T23:30Z', '2026-03-29T02:30Z')).toEqual([
      '2026-03-29T00:00',
      '2026-03-29T01:00',
      '2026-03-29T02:00',
    ]);
    expect(
      countTicks(every(1, '00:00', berlin), Date.parse('2026-03-28T22:59Z'), Date.parse('2026-03-29T21:59Z')),
    ).toBe(23);
  });

  it('many ticks in the gap are one', () => {
    expect(ticksOf(cron('*/20 2 * * *', berlin), '2026-03-29T00:00Z', '2026-03-29T12:00Z')).toEqual([
      '2026-03-29T01:00',
    ]);
  });

  it('a gap at midnight stays on its day (São Paulo, 2018)', () => {
    expect(
      ticksOf(every(24, '00:30', 'America/Sao_Paulo'), '2018-11-03T12:00Z', '2018-11-05T12:00Z'),
    ).toEqual(['2018-11-04T03:00', '2018-11-05T02:30']);
  });

  it('a day that was skipped whole runs once, at its end (Samoa, 30 December 2011)', () => {
    expect(ticksOf(every(12, '08:00', 'Pacific/Apia'), '2011-12-29T12:00Z', '2011-12-31T12:00Z')).toEqual([
      '2011-12-29T18:00', // the 29th, 08:00
      '2011-12-30T06:00', // the 29th, 20:00
      '2011-12-30T10:00', // both of the 30th
      '2011-12-30T18:00',
      '2011-12-31T06:00',
    ]);
  });
});

describe('clocks go back (Berlin, 25 October 2026: 03:00 is 02:00)', () => {
  const berlin = 'Europe/Berlin';

  it('a time that comes twice fires at the first', () => {
    expect(ticksOf(every(24, '02:30', berlin), '2026-10-23T12:00Z', '2026-10-26T12:00Z')).toEqual([
      '2026-10-24T00:30',
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
  });

  it('every hour: as often as the wall clock has hours', () => {
    expect(ticksOf(every(1, '00:00', berlin), '2026-10-24T22:59Z', '2026-10-25T03:30Z')).toEqual([
      '2026-10-24T23:00',
      '2026-10-25T00:00',
      '2026-10-25T02:00',
      '2026-10-25T03:00',
    ]);
  });

  it('by half an hour (Lord Howe, 5 April 2026)', () => {
    expect(
      ticksOf(every(24, '01:45', 'Australia/Lord_Howe'), '2026-04-03T20:00Z', '2026-04-05T20:00Z'),
    ).toEqual(['2026-04-04T14:45', '2026-04-05T15:15']);
  });
});

describe('cron', () => {
  it.each<[string, string[]]>([
    ['30 2 * * MON-FRI', ['2026-01-01T02:30', '2026-01-02T02:30', '2026-01-05T02:30']],
    ['0 12 1,3 * *', ['2026-01-01T12:00', '2026-01-03T12:00']],
    ['0 12 2 * SAT', ['2026-01-02T12:00', '2026-01-03T12:00']],
    ['0 */12 2-3 JAN *', ['2026-01-02T00:00', '2026-01-02T12:00', '2026-01-03T00:00', '2026-01-03T12:00']],
    ['5 4 * * 7', ['2026-01-04T04:05']],
    ['0 0 */2 * *', ['2026-01-01T00:00', '2026-01-03T00:00', '2026-01-05T00:00']],
    ['@weekly', ['2026-01-04T00:00']],
  ])('%s', (expression, expected) => {
    expect(ticksOf(cron(expression), '2025-12-31T23:59Z', '2026-01-05T23:59Z')).toEqual(expected);
  });

  it('finds the 29th of February eight years on, over a century without one', () => {
    expect(ticksOf(cron('0 0 29 2 *'), '2096-03-01T00:00Z', '2105-01-01T00:00Z')).toEqual([
      '2104-02-29T00:00',
    ]);
  });

  it.each([
    ['* * * *', 'must have five fields'],
    ['* * * * * *', 'must have five fields'],
    ['60 * * * *', '"60" is no minute'],
    ['* 24 * * *', '"24" is no hour'],
    ['* * 0 * *', '"0" is no day of the month'],
    ['* * * FOO *', '"FOO" is no month'],
    ['* * * * 8', '"8" is no day of the week'],
    ['*/0 * * * *', '"*/0" is no minute'],
    ['5-1 * * * *', '"5-1" is no minute'],
    ['1,,2 * * * *', '"" is no minute'],
    ['0 0 30 2 *', 'no such month has a day 30'],
    ['0 0 31 2,4,6 *', 'no such month has a day 31'],
  ])('refuses %s', (expression, message) => {
    expect(() => parseCron(expression)).toThrow(message);
  });
});

describe('any timing', () => {
  const zones = [
    'UTC',
    'Europe/Berlin',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'Pacific/Apia',
  ];
  const timing = fc.record({
    timeZone: fc.constantFrom(...zones),
    pattern: fc.oneof(
      fc
        .tuple(fc.constantFrom(1, 2, 3, 4, 6, 8, 12, 24), fc.nat(23), fc.nat(59))
        .map(([hours, hour, minute]) => everyHours(hours, { hour, minute })),
      fc.constantFrom('*/20 * * * *', '17 1,2,3 * * *', '0 2 * * SUN', '59 23 31 * *').map(parseCron),
    ),
  });
  const instant = fc.integer({ min: Date.UTC(2010, 0), max: Date.UTC(2030, 0) });

  it('goes forward and finds its way back', () => {
    fc.assert(
      fc.property(timing, instant, (any, at) => {
        const after = next(any, at) ?? Number.NaN;
        expect(after).toBeGreaterThan(at);
        expect(previous(any, after)).toBe(after);
        expect(previous(any, after - 1)).toBe(previous(any, at));
        expect(next(any, after - 1)).toBe(after);
      }),
      { numRuns: 300 },
    );
  });

  it('counts as many ticks as it goes through', () => {
    fc.assert(
      fc.property(timing, instant, fc.integer({ min: 0, max: 40 * 86_400_000 }), (any, from, length) => {
        let count = 0;
        for (let at = next(any, from); at !== undefined && at <= from + length; at = next(any, at))
          count += 1;
        expect(countTicks(any, from, from + length)).toBe(count);
      }),
      { numRuns: 40 },
    );
  });
});
