import { expect, it } from 'vitest';
import { createAwsTime } from './aws-time.ts';

const now = Date.UTC(2026, 0, 1, 12);
class FixedClock {
  readonly #at: number;
  constructor(at: number) {
    this.#at = at;
  }
  now(): number {
    return this.#at;
  }
}

const heard = (...dates: (string | undefined)[]): number | undefined => {
  // A clock may be an object that needs itself, as those of the suites do.
  const time = createAwsTime(new FixedClock(now));
  for (const date of dates) time.heard(date);
  return time.ahead();
};

it.each<[string, (string | undefined)[], number | undefined]>([
  ['is not known before AWS has replied', [], undefined],
  ['is right', ['Thu, 01 Jan 2026 12:00:00 GMT'], 0],
  ['is ahead', ['Thu, 01 Jan 2026 11:00:00 GMT'], 3_600_000],
  ['is behind', ['Thu, 01 Jan 2026 12:00:10 GMT'], -10_000],
  ['is as the last reply has it', ['Thu, 01 Jan 2026 11:00:00 GMT', 'Thu, 01 Jan 2026 12:00:00 GMT'], 0],
  ['is not told by a reply without a date', ['Thu, 01 Jan 2026 11:00:00 GMT', undefined, 'soon'], 3_600_000],
])('this machine’s clock %s', (_, dates, expected) => expect(heard(...dates)).toBe(expected));
