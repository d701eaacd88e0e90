import { describe, expect } from 'vitest';
import { onScheduleBed } from '../support/image-schedule.ts';

const it = onScheduleBed('mx-central-1');

interface Timing {
  readonly every?: string;
  readonly at?: string;
  readonly cron?: string;
  readonly timeZone?: string;
}

/** A moment before the first tick, and the first four ticks, as images are named after them: `202603010600`. */
type Case = readonly [name: string, timing: Timing, from: string, ticks: readonly string[]];

const cases: readonly Case[] = [
  [
    'hourly',
    { every: '1h' },
    '2026-03-01T22:30Z',
    ['2026-03-01T23:00', '2026-03-02T00:00', '2026-03-02T01:00', '2026-03-02T02:00'],
  ],
  [
    'every three hours',
    { every: '3h', at: '01:15' },
    '2026-03-01T18:00Z',
    ['2026-03-01T19:15', '2026-03-01T22:15', '2026-03-02T01:15', '2026-03-02T04:15'],
  ],
  [
    'every six hours',
    { every: '6h' },
    '2026-02-28T11:00Z',
    ['2026-02-28T12:00', '2026-02-28T18:00', '2026-03-01T00:00', '2026-03-01T06:00'],
  ],
  [
    'every twelve hours',
    { every: '12h', at: '06:00' },
    '2026-02-28T01:00Z',
    ['2026-02-28T06:00', '2026-02-28T18:00', '2026-03-01T06:00', '2026-03-01T18:00'],
  ],
  [
    'daily',
    { every: '24h', at: '03:30' },
    '2026-02-26T12:00Z',
    ['2026-02-27T03:30', '2026-02-28T03:30', '2026-03-01T03:30', '2026-03-02T03:30'],
  ],
  [
    'nightly in Berlin, over the night clocks go forward',
    { every: '24h', at: '02:30', timeZone: 'Europe/Berlin' },
    '2026-03-27T12:00Z',
    ['2026-03-28T01:30', '2026-03-29T01:00', '2026-03-30T00:30', '2026-03-31T00:30'],
  ],
  [
    'by cron, on weekdays at noon in New York',
    { cron: '0 12 * * MON-FRI', timeZone: 'America/New_York' },
    '2026-03-05T12:00Z',
    ['2026-03-05T17:00', '2026-03-06T17:00', '2026-03-09T16:00', '2026-03-10T16:00'],
  ],
];

describe('images are made', () => {
  it.for(cases)(
    '%s, each tick once, and the newest two are kept',
    async ([, timing, from, ticks], { bed, schedules, aws }) => {
      const { id } = await bed.ec2.runInstance();
      schedules.clock.set(Date.parse(from));
      schedules.clock.speed = 10;
      await schedules.start(['--log-level', 'info']);
      await schedules.apply('web', {
        selector: { instanceIds: [id] },
        schedules: [{ name: 's', ...timing, retain: { count: 2 } }],
      });
      const { status } = await schedules.waitReady('web');
      expect(status?.nextScheduleTime).toBe(`${ticks[0]}:00Z`);
      for (const [n, tick] of ticks.entries()) {
        // A minute before it nothing has fired yet.
        await schedules.at('web', Date.parse(`${tick}Z`) - 60_000);
        expect((await schedules.get('web')).status?.lastScheduleTime).toBe(
          n === 0 ? undefined : `${ticks[n - 1]}:00Z`,
        );
        await schedules.at('web', `${tick}Z`);
        const next = ticks[n + 1];
        const after = await schedules.settled('web');
        expect(after.status).toMatchObject({
          missed: 0,
          images: Math.min(n + 1, 2),
          lastSuccessfulTime: `${tick}:00Z`,
        });
        if (next !== undefined) expect(after.status?.nextScheduleTime).toBe(`${next}:00Z`);
      }
      const nameOf = (tick: string) => `${bed.namespace}/web.s.${id}.${tick.replaceAll(/[-T:]/g, '')}`;
      const made = (await bed.calls('CreateImage')).map(({ input }) => input.Name);
      expect(made).toEqual(ticks.map(nameOf));
      const left = (await aws.list()).flatMap(({ Name }) =>
        Name?.startsWith(`${bed.namespace}/`) ? [Name] : [],
      );
      expect(left.toSorted()).toEqual(ticks.slice(-2).map(nameOf));
    },
  );

  it('of schedules whose ticks fall together one after the other, an image each', async ({
    bed,
    schedules,
  }) => {
    const { id } = await bed.ec2.runInstance();
    schedules.clock.set(Date.parse('2026-02-28T23:30Z'));
    schedules.clock.speed = 10;
    await schedules.start(['--log-level', 'info']);
    const periods = ['1h', '3h', '6h', '12h', '24h'] as const;
    await schedules.apply('web', {
      selector: { instanceIds: [id] },
      schedules: periods.map((every) => ({ name: `every-${every}`, every, retain: { count: 9 } })),
    });
    await schedules.waitReady('web');
    await schedules.at('web', '2026-03-01T00:00Z');
    const { status } = await schedules.waitFor(
      'web',
      (schedule) => schedule.status?.images === periods.length,
    );
    expect(status).toMatchObject({ missed: 0, nextScheduleTime: '2026-03-01T01:00:00Z' });
    const made = (await bed.calls('CreateImage')).map(({ input }) => String(input.Name).split('.')[1]);
    expect(made.toSorted()).toEqual(periods.map((every) => `every-${every}`).toSorted());
  });
});
