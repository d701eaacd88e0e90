import { describe, expect } from 'vitest';
import { onScheduleBed } from '../support/image-schedule.ts';

const it = onScheduleBed('mx-central-1');

interface Timing {
  readonly every?: string;
  readonly at?: string;
  readonly cron?: string;
  readonly timeZone?: string;
}

/** Four ticks so many hours apart, as the wall clock in UTC shows them. */
const apart = (hours: number, first: string): string[] =>
  [0, 1, 2, 3].map((n) =>
    new Date(Date.parse(`${first}Z`) + n * hours * 3_600_000).toISOString().slice(0, 16),
  );

/** The first four ticks from half an hour before the first on. Images are named after their ticks: `202603010600`. */
const cases: readonly (readonly [name: string, timing: Timing, ticks: readonly string[]])[] = [
  ['hourly', { every: '1h' }, apart(1, '2026-03-01T23:00')],
  ['every three hours', { every: '3h', at: '01:15' }, apart(3, '2026-03-01T19:15')],
  ['every six hours', { every: '6h' }, apart(6, '2026-02-28T12:00')],
  ['every twelve hours', { every: '12h', at: '06:00' }, apart(12, '2026-02-28T06:00')],
  ['daily', { every: '24h', at: '03:30' }, apart(24, '2026-02-27T03:30')],
  [
    'nightly in Berlin, over the night clocks go forward',
    { every: '24h', at: '02:30', timeZone: 'Europe/Berlin' },
    ['2026-03-28T01:30', '2026-03-29T01:00', '2026-03-30T00:30', '2026-03-31T00:30'],
  ],
  [
    'by cron, on weekdays at noon in New York',
    { cron: '0 12 * * MON-FRI', timeZone: 'America/New_York' },
    ['2026-03-05T17:00', '2026-03-06T17:00', '2026-03-09T16:00', '2026-03-10T16:00'],
  ],
];

describe('images are made', () => {
  it.for(cases)(
    '%s, each tick once, and the newest two are kept',
    async ([, timing, ticks], { bed, schedules, aws }) => {
      const { id } = await bed.ec2.runInstance();
      schedules.clock.set(Date.parse(`${ticks[0]}Z`) - 30 * 60_000);
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
