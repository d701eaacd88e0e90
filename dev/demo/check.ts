/** What the demo shows is checked, never assumed. */

import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

/** What is so is not what was to be shown. */
export class Mismatch extends Error {
  override name = 'Mismatch';
}

/** Throws Mismatch. */
export function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Mismatch(
    `${what} should be ${JSON.stringify(expected) ?? 'nothing'} and is ${JSON.stringify(actual) ?? 'nothing'}`,
  );
}

const pollEveryMs = 200;

/** Asks until the answer is no Mismatch; after `seconds` the last one is thrown. Any other error at once. */
export async function eventually<T>(seconds: number, check: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + seconds * 1_000;
  while (true) {
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error;
      if (performance.now() > deadline) throw new Mismatch(`after ${seconds} s ${error.message}`);
    }
    await sleep(pollEveryMs);
  }
}
