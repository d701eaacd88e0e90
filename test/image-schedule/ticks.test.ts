import { describe, expect } from 'vitest';
import { onScheduleBed } from '../support/image-schedule.ts';

const it = onScheduleBed('eu-north-1');

/** Instances outlive their test. */
const tagged = ({ namespace }: { readonly namespace: string }) => ({ backup: namespace });
const selecting = (bed: { readonly namespace: string }) => ({ matchTags: tagged(bed) });

describe('a tick', () => {
  it('makes one Image of each selected instance, owned by nobody, and one AMI each', async ({
    bed,
    schedules,
    images,
    aws,
  }) => {
    const instances = await bed.ec2.runInstances(2, tagged(bed));
    await bed.ec2.runInstance({ backup: 'no' });
    schedules.clock.set(Date.parse('2026-03-01T00:30:00Z'));
    await schedules.start();
    await schedules.apply('web', {
      selector: selecting(bed),
      schedules: [{ name: 'twelve-hourly', every: '12h', at: '06:00', retain: { age: '7d' } }],
      template: { tags: { team: 'shop' } },
    });
    const before = await schedules.waitReady('web');
    expect(before.status).toMatchObject({
      timing: '12h at 06:00',
      selected: 2,
      images: 0,
      nextScheduleTime: '2026-03-01T06:00:00Z',
    });
    expect(await schedules.images()).toEqual([]);

    await schedules.at('web', '2026-03-01T06:00:05Z');
    const { status } = await schedules.waitFor('web', (schedule) => schedule.status?.images === 2);
    expect(status).toMatchObject({
      lastScheduleTime: '2026-03-01T06:00:00Z',
      nextScheduleTime: '2026-03-01T18:00:00Z',
      lastSuccessfulTime: '2026-03-01T06:00:00Z',
      missed: 0,
      active: [],
      history: [{ schedule: 'twelve-hourly', tick: '2026-03-01T06:00:00Z', succeeded: 2, failed: 0 }],
      instances: instances.map(({ id }) => ({ instanceId: id, time: '2026-03-01T06:00:00Z' })),
    });
    const [first, second, ...more] = await schedules.images();
    expect(more).toEqual([]);
    const id = instances[0]?.id;
    expect(first?.metadata.name).toBe(`web.twelve-hourly.${id}.202603010600`);
    expect(first?.metadata).not.toHaveProperty('ownerReferences');
    expect(first?.metadata.labels).toEqual({ 'mooring.dev/schedule': 'web', 'mooring.dev/instance': id });
    expect(first?.spec).toMatchObject({ deletionPolicy: 'Retain', source: { instanceId: id } });
    await images.waitReady(second?.metadata.name ?? '');
    const { imageId = '' } = (await images.waitReady(first?.metadata.name ?? '')).status ?? {};
    const ami = await aws.get(imageId);
    expect(ami?.Name).toBe(`${bed.namespace}/web.twelve-hourly.${id}.202603010600`);
    expect(await aws.tags(imageId)).toMatchObject({
      team: 'shop',
      'mooring.dev/schedule': `${bed.namespace}/web`,
      'mooring.dev/schedule-tick': '2026-03-01T06:00:00Z',
      'mooring.dev/instance': id,
    });
    expect((await bed.writes()).filter((call) => call === 'CreateImage')).toHaveLength(2);
  });

  it('comes by the operator’s own timer', async ({ bed, schedules }) => {
    await bed.ec2.runInstance(tagged(bed));
    schedules.clock.set(Date.parse('2026-03-01T05:59:57Z'));
    await schedules.start();
    await schedules.apply('web', {
      selector: selecting(bed),
      schedules: [{ name: 's', every: '12h', at: '06:00' }],
    });
    await schedules.waitReady('web');
    expect(await schedules.images()).toEqual([]);
    await schedules.waitFor('web', ({ status }) => status?.images === 1);
  });

  it('comes by the timer of who leads now, although it was announced to who led before', async ({
    bed,
    schedules,
  }) => {
    await bed.ec2.runInstance(tagged(bed));
    schedules.clock.set(Date.parse('2026-03-01T05:59:00Z'));
    const former = await schedules.start();
    await schedules.apply('web', {
      selector: selecting(bed),
      schedules: [{ name: 's', every: '12h', at: '06:00' }],
    });
    await schedules.waitReady('web');
    await former.stop();
    schedules.clock.set(Date.parse('2026-03-01T05:59:57Z'));
    await schedules.start();
    await schedules.waitFor('web', ({ status }) => status?.images === 1);
    expect((await schedules.images()).map(({ metadata }) => metadata.name.split('.').at(-1))).toEqual([
      '202603010600',
    ]);
  });

  it('of two operators that both believe they lead makes one image of each instance', async ({
    bed,
    schedules,
  }) => {
    await bed.ec2.runInstances(3, tagged(bed));
    schedules.clock.set(Date.parse('2026-03-01T05:59:57Z'));
    await Promise.all([schedules.start(), schedules.start()]);
    await schedules.apply('web', {
      selector: selecting(bed),
      schedules: [{ name: 's', every: '12h', at: '06:00' }],
    });
    await schedules.waitFor('web', ({ status }) => status?.images === 3);
    await schedules.at('web', '2026-03-01T18:00:00Z');
    await schedules.waitFor('web', ({ status }) => status?.images === 6);
    expect(await schedules.images()).toHaveLength(6);
    // On a busy machine one may not wait for the other's call: then AWS refuses the name.
    const made = (await bed.calls('CreateImage')).filter(({ errorCode }) => errorCode === undefined);
    expect(made).toHaveLength(6);
  });

  it('makes an image of an instance whose last one somebody has deregistered', async ({
    bed,
    schedules,
    images,
    aws,
  }) => {
    await bed.ec2.runInstance(tagged(bed));
    schedules.clock.set(Date.parse('2026-03-01T05:00:00Z'));
    await schedules.start();
    await schedules.apply('web', {
      selector: selecting(bed),
      schedules: [{ name: 's', every: '12h', at: '06:00', retain: { count: 5 } }],
    });
    await schedules.waitReady('web');
    await schedules.at('web', '2026-03-01T06:00:00Z');
    await schedules.waitFor('web', ({ status }) => status?.images === 1);
    const [lost] = await schedules.images();
    await aws.deregister(lost?.status?.imageId ?? '');
    schedules.clock.set(Date.parse('2026-03-01T17:00:00Z'));
    await images.lookNow(lost?.metadata.name ?? '');
    expect((await images.get(lost?.metadata.name ?? '')).status?.state).toBe('Gone');
    await schedules.at('web', '2026-03-01T18:00:00Z');
    await schedules.waitFor('web', ({ status }) => status?.lastSuccessfulTime === '2026-03-01T18:00:00Z');
    expect((await bed.writes()).filter((call) => call === 'CreateImage')).toHaveLength(2);
  });

  it('with one instance whose image AWS refuses: the other’s is made, and this one is tried again', async ({
    bed,
    schedules,
  }) => {
    const [bad, good] = await bed.ec2.runInstances(2, tagged(bed));
    schedules.clock.set(Date.parse('2026-03-01T05:00:00Z'));
    await schedules.start();
    await schedules.apply('web', {
      selector: selecting(bed),
      schedules: [{ name: 's', every: '12h', at: '06:00' }],
    });
    await schedules.waitReady('web');
    await bed.inject(
      { error: { code: 'RequestLimitExceeded', message: 'Request limit exceeded.', status: 503 } },
      { operation: 'CreateImage', where: { InstanceId: bad?.id ?? '' }, times: 3 },
    );
    await schedules.at('web', '2026-03-01T06:00:00Z');
    await schedules.waitFor('web', ({ status }) => status?.images === 2);
    const made = (await bed.calls('CreateImage')).map(({ input, errorCode }) => [
      input.InstanceId,
      errorCode,
    ]);
    expect(made.filter(([id]) => id === good?.id)).toEqual([[good?.id, undefined]]);
    expect(made.filter(([id, error]) => id === bad?.id && error === undefined)).toHaveLength(1);
  });
});

describe('by hand', () => {
  it('run-now makes images at once, once a token, and suspend makes none', async ({ bed, schedules }) => {
    await bed.ec2.runInstance(tagged(bed));
    schedules.clock.set(Date.parse('2026-03-01T05:00:00Z'));
    await schedules.start();
    await schedules.apply('web', {
      selector: selecting(bed),
      suspend: true,
      schedules: [{ name: 's', every: '1h', retain: { count: 5 } }],
    });
    await schedules.waitReady('web');
    await schedules.at('web', '2026-03-01T07:30:00Z');
    expect(await schedules.images()).toEqual([]);
    await schedules.patch('web', {
      metadata: { annotations: { 'mooring.dev/run-now': 'before the upgrade' } },
    });
    const { status } = await schedules.waitFor('web', (schedule) => schedule.status?.images === 1);
    expect(status?.lastHandledRunNow).toBe('before the upgrade');
    await schedules.at('web', '2026-03-01T08:30:00Z');
    expect(await schedules.images()).toHaveLength(1);
    expect(await bed.writes()).toEqual(['CreateImage']);
  });

  it.for([
    [
      'an unknown time zone',
      { every: '1h', timeZone: 'Europe/Atlantis' },
      'timeZone "Europe/Atlantis" is not known',
    ],
    ['a cron that never fires', { cron: '0 0 30 2 *' }, 'no such month has a day 30'],
  ] as const)('%s is told', async ([, timing, message], { bed, schedules }) => {
    await schedules.start();
    await schedules.apply('web', { selector: selecting(bed), schedules: [{ name: 's', ...timing }] });
    const { status } = await schedules.waitFor(
      'web',
      (schedule) => schedule.status?.observedGeneration === 1,
    );
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    expect(ready).toMatchObject({ reason: 'InvalidSpec', message: expect.stringContaining(message) });
  });
});
