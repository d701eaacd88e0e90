import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCron } from './cron.ts';
import { longestInterval } from './interval.ts';
import { everyHours, timeOfDay } from './pattern.ts';
import { next, type Timing } from './ticks.ts';

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.UTC(2026, 0, 10, 12);
const cron = (expression: string, timeZone = 'UTC'): Timing => ({ pattern: parseCron(expression), timeZone });

describe('the longest interval', () => {
  it.each<[string, Timing, number]>([
    ['of every 12 hours', { pattern: everyHours(12, timeOfDay('06:00')), timeZone: 'UTC' }, 12 * hour],
    ['of every minute', cron('* * * * *'), 60_000],
    ['of twice a day at uneven times', cron('0 6,9 * * *'), 21 * hour],
    ['of working days, over the weekend', cron('0 3 * * 1-5'), 3 * day],
    ['of every month', cron('0 0 1 * *'), 31 * day],
    ['of every day where clocks go back', cron('0 3 * * *', 'Europe/Berlin'), 25 * hour],
    [
      'of every hour where clocks go back: 02:00 comes twice, and fires once',
      cron('0 * * * *', 'Europe/Berlin'),
      2 * hour,
    ],
    ['of every year', cron('@yearly'), 365 * day],
    ['of leap days', cron('0 0 29 2 *'), 1_461 * day],
  ])('%s', (_, timing, expected) => {
    expect(longestInterval(timing, start)).toBe(expected);
  });

  it('is no shorter than any interval of the year, and as long as one', () => {
    const hours = fc.uniqueArray(fc.integer({ min: 0, max: 23 }), { minLength: 1, maxLength: 4 });
    const zone = fc.constantFrom('UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe');
    fc.assert(
      fc.property(hours, zone, fc.constantFrom('*', '1-5', '0'), (of, timeZone, weekdays) => {
        const timing = cron(`30 ${of.toSorted((a, b) => a - b).join(',')} * * ${weekdays}`, timeZone);
        const gaps: number[] = [];
        let at = next(timing, start) ?? 0;
        while (at < start + 365 * day) {
          const then = next(timing, at) ?? 0;
          gaps.push(then - at);
          at = then;
        }
        expect(longestInterval(timing, start)).toBe(Math.max(...gaps));
      }),
      { numRuns: 6 },
    );
  });
});
