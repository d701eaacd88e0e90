/** Random histories of a schedule's images, for this folder's property tests. */

import fc from 'fast-check';
import type { Usage } from './decide.ts';
import type { RetentionOptions } from './expire.ts';
import type { ScheduledImage } from './image.ts';

export const now = Date.UTC(2026, 5, 15, 12);
export const hour = 3_600_000;
export const day = 24 * hour;

export const image = (more: Partial<ScheduledImage> = {}): ScheduledImage => {
  const { tick = now - day, instanceId = 'i-1', schedule = 'daily' } = more;
  const name = `web-${schedule}-${instanceId}-${tick}`;
  return {
    name,
    imageId: `ami-${name}`,
    schedule,
    instanceId,
    tick,
    state: 'available',
    isListed: true,
    copies: [],
    isProtected: false,
    going: false,
    ...more,
  };
};

export const options = (more: Partial<RetentionOptions> = {}): RetentionOptions => ({
  now,
  rules: new Map([['daily', { age: 7 * day, min: 1, timeZone: 'UTC' }]]),
  gone: new Set(),
  onInstanceGone: 'KeepLast',
  failedHistoryLimit: 1,
  all: false,
  ...more,
});

const states = ['available', 'available', 'available', 'disabled', 'pending', 'failed', 'gone'] as const;

export const anyImages: fc.Arbitrary<ScheduledImage[]> = fc
  .uniqueArray(
    fc.record({
      schedule: fc.constantFrom('daily', 'hourly', 'retired'),
      instanceId: fc.constantFrom('i-1', 'i-2'),
      tick: fc.integer({ min: 0, max: 500 }).map((hours) => now - hours * 6 * hour),
      state: fc.constantFrom(...states),
      copies: fc.constantFrom([], [{ region: 'eu-west-1', imageId: 'ami-copy' }]),
      isProtected: fc.boolean().map((value) => value),
      going: fc.integer({ min: 0, max: 9 }).map((value) => value === 0),
    }),
    { maxLength: 60, selector: ({ schedule, instanceId, tick }) => `${schedule}/${instanceId}/${tick}` },
  )
  .map((all) =>
    all.map((more) =>
      image({
        ...more,
        isListed: more.state !== 'gone',
        isProtected: more.isProtected && more.tick % 5 === 0,
      }),
    ),
  );

const perhaps = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

const anyRules = fc.record({
  count: perhaps(fc.integer({ min: 1, max: 20 })),
  age: perhaps(fc.integer({ min: 1, max: 90 }).map((days) => days * day)),
  gfs: perhaps(
    fc.record({
      daily: fc.nat(7),
      weekly: fc.nat(5),
      monthly: fc.nat(12),
      yearly: fc.nat(2),
    }),
  ),
  min: fc.integer({ min: 1, max: 5 }),
  timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns'),
});

export const anyOptions: fc.Arbitrary<RetentionOptions> = fc.record({
  now: fc.constant(now),
  rules: fc.tuple(anyRules, anyRules).map(
    ([daily, hourly]) =>
      new Map([
        ['daily', daily],
        ['hourly', hourly],
      ]),
  ),
  gone: fc.constantFrom(new Set<string>(), new Set(['i-2'])),
  onInstanceGone: fc.constantFrom('KeepLast', 'Keep', 'Delete'),
  failedHistoryLimit: fc.nat(3),
  all: fc.constant(false),
});

const usages: readonly Usage[] = [
  { state: 'free' },
  { state: 'free' },
  { state: 'free' },
  { state: 'used', by: ['i-9'] },
];

/** By a hash of the id, so that the same image is always used alike. */
export const usageOf = (imageId: string): Usage =>
  usages[[...imageId].reduce((sum, char) => sum + char.charCodeAt(0), 0) % usages.length] ?? {
    state: 'free',
  };
