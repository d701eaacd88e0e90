import { describe, expect } from 'vitest';
import { managing, onScheduleBed, type Scheduler } from '../support/image-schedule.ts';
import type { ImageUser } from '../support/image-user.ts';
import type { TestBed } from '../support/test-bed.ts';

const it = onScheduleBed('eu-south-1');

const hour = 3_600_000;
/** Instances outlive their test. */
const tagged = ({ namespace }: { readonly namespace: string }) => ({ backup: namespace });
const daily = { name: 'daily', every: '24h', at: '06:00' } as const;

/** `count` ticks, one after the other, each with its images made and its clean-up done. */
async function ticks(schedules: Scheduler, from: number, every: number, count: number): Promise<number> {
  for (let n = 0; n < count; n++) {
    await schedules.at('web', from + n * every);
    await schedules.settled('web');
  }
  return from + count * every;
}

const own = async (aws: ImageUser, namespace: string) =>
  (await aws.list()).filter(({ Name }) => Name?.startsWith(`${namespace}/`));

describe('retention', () => {
  it('every twelve hours for seven days holds fourteen images after a month', async ({
    bed,
    schedules,
    aws,
  }) => {
    await bed.ec2.runInstance(tagged(bed));
    const start = Date.parse('2026-03-01T06:00:00Z');
    schedules.clock.set(start - hour);
    // What an Image waits before it looks again, sixty times.
    schedules.clock.speed = 10;
    await schedules.start(['--log-level', 'info']);
    await schedules.apply('web', {
      selector: { matchTags: tagged(bed) },
      schedules: [{ name: 'twelve-hourly', every: '12h', at: '06:00', retain: { age: '7d' } }],
    });
    await schedules.waitReady('web');
    const end = await ticks(schedules, start, 12 * hour, 60);
    const left = await own(aws, bed.namespace);
    expect(left).toHaveLength(14);
    expect(await schedules.images()).toHaveLength(14);
    const { status } = await schedules.get('web');
    expect(status).toMatchObject({ images: 14, missed: 0, pendingDeletions: [] });
    expect(status?.nextScheduleTime).toBe(new Date(end).toISOString().replace('.000', ''));
    expect((await bed.writes()).filter((call) => call === 'CreateImage')).toHaveLength(60);
    expect((await bed.calls('DeregisterImage')).length).toBe(46);
    expect((await bed.calls('DescribeImageReferences')).length).toBeGreaterThanOrEqual(46);
  });

  it('deletes no image in use, says who uses it, and nothing at all while that cannot be asked', async ({
    bed,
    schedules,
    aws,
  }) => {
    await bed.ec2.runInstance(tagged(bed));
    const start = Date.parse('2026-03-01T06:00:00Z');
    schedules.clock.set(start - hour);
    await schedules.start();
    await schedules.apply('web', {
      selector: { matchTags: tagged(bed) },
      schedules: [{ ...daily, retain: { count: 1 } }],
    });
    await schedules.waitReady('web');
    await ticks(schedules, start, 24 * hour, 1);
    const [used] = await schedules.images();
    const arn = `arn:aws:ec2:${bed.region}:123456789012:instance/i-0123456789abcdef0`;
    await bed.proxy.changeImage(used?.status?.imageId ?? '', { references: [{ type: 'ec2:Instance', arn }] });
    await schedules.at('web', start + 24 * hour);
    const { status } = await schedules.waitFor('web', (schedule) => schedule.status?.images === 2);
    expect(status?.pendingDeletions).toMatchObject([
      {
        image: used?.metadata.name,
        reason: 'beyond the newest 1; it is in use by instance/i-0123456789abcdef0',
      },
    ]);
    await bed.proxy.changeImage(used?.status?.imageId ?? '', { references: [] });
    const denied = await bed.inject(
      { error: { code: 'UnauthorizedOperation', message: 'You are not authorized.', status: 403 } },
      { operation: 'DescribeImageReferences' },
    );
    await schedules.at('web', start + 25 * hour);
    const held = await schedules.get('web');
    expect(held.status?.pendingDeletions?.[0]?.reason).toContain(
      'could not be found out: ec2:DescribeImageRef',
    );
    expect(await own(aws, bed.namespace)).toHaveLength(2);
    expect(held.spec).toBeDefined();
    await bed.proxy.remove(denied);
    await schedules.at('web', start + 26 * hour);
    await schedules.waitFor('web', (schedule) => schedule.status?.pendingDeletions?.length === 0);
    expect((await own(aws, bed.namespace)).map(({ ImageId }) => ImageId)).not.toContain(
      used?.status?.imageId,
    );
  });

  it('holds pending and protected images', async ({ bed, schedules }) => {
    await bed.ec2.runInstance(tagged(bed));
    const start = Date.parse('2026-03-01T06:00:00Z');
    schedules.clock.set(start - hour);
    await schedules.start();
    await schedules.apply('web', {
      selector: { matchTags: tagged(bed) },
      schedules: [{ ...daily, retain: { count: 1 } }],
      template: { deregistrationProtection: { enabled: true } },
    });
    await schedules.waitReady('web');
    await schedules.at('web', start);
    await schedules.waitFor('web', ({ status }) => status?.images === 1);
    await schedules.at('web', start + 24 * hour);
    const { status } = await schedules.waitFor('web', (schedule) => schedule.status?.images === 2);
    expect(status?.pendingDeletions?.[0]?.reason).toBe(
      'beyond the newest 1; it is protected against deregistration',
    );
  });
});

it('a clock that is ahead of AWS’s deletes nothing', async ({ bed, schedules, aws }) => {
  await bed.ec2.runInstance(tagged(bed));
  await bed.start(managing, { clock: schedules.clock });
  await schedules.apply('web', {
    selector: { matchTags: tagged(bed) },
    suspend: true,
    schedules: [{ ...daily, retain: { age: '1d' } }],
  });
  await schedules.waitReady('web');
  for (const [n, token] of ['first', 'second'].entries()) {
    await schedules.patch('web', { metadata: { annotations: { 'mooring.dev/run-now': token } } });
    await schedules.waitFor('web', ({ status }) => status?.images === n + 1);
  }
  const year = 365 * 24 * hour;
  await schedules.at('web', Date.now() + year);
  const { status } = await schedules.get('web');
  expect(status?.pendingDeletions).toMatchObject([
    { reason: "older than 1d; this machine's clock is ahead of AWS's" },
  ]);
  expect(status?.conditions).toContainEqual(expect.objectContaining({ type: 'ClockAhead', status: 'True' }));
  expect(await own(aws, bed.namespace)).toHaveLength(2);
  await schedules.at('web', Date.now());
  expect((await schedules.get('web')).status?.pendingDeletions).toEqual([]);
  expect(await own(aws, bed.namespace)).toHaveLength(2);
});

describe('what deletes no backup', () => {
  const start = Date.parse('2026-03-01T06:00:00Z');
  const twoImages = async (bed: TestBed, schedules: Scheduler, more: object = {}) => {
    await bed.ec2.runInstance(tagged(bed));
    schedules.clock.set(start - hour);
    const operator = await schedules.start();
    const spec = {
      selector: { matchTags: tagged(bed) },
      schedules: [{ ...daily, retain: { count: 9 } }],
      ...more,
    };
    await schedules.apply('web', spec);
    await schedules.waitReady('web');
    await ticks(schedules, start, 24 * hour, 2);
    return { operator, spec };
  };
  const gone = async (schedules: Scheduler) => {
    const left = () => schedules.get('web').catch(() => undefined);
    await expect.poll(left).toBeUndefined();
  };

  it('deleting the schedule: its images stay, in AWS and here', async ({ bed, schedules, aws }) => {
    await twoImages(bed, schedules);
    await schedules.delete('web');
    await gone(schedules);
    expect(await own(aws, bed.namespace)).toHaveLength(2);
    expect(await schedules.images()).toHaveLength(2);
  });

  it('with onScheduleDelete: Delete they go, and the schedule after them', async ({
    bed,
    schedules,
    aws,
  }) => {
    await twoImages(bed, schedules, { onScheduleDelete: 'Delete' });
    await schedules.delete('web');
    await gone(schedules);
    expect(await own(aws, bed.namespace)).toHaveLength(0);
    expect(await schedules.images()).toHaveLength(0);
  });

  it('losing the cluster: every AMI gets its Image back, a copy by hand is left alone, retention goes on', async ({
    bed,
    schedules,
    images,
    aws,
  }) => {
    const { operator, spec } = await twoImages(bed, schedules);
    const before = await own(aws, bed.namespace);
    const byHand = await aws.copyWithTags(before[0]?.ImageId ?? '', `${bed.namespace}-by-hand`);
    await operator.stop();
    for (const { metadata } of await schedules.images()) await images.forget(metadata.name);
    await schedules.patch('web', { metadata: { finalizers: null } });
    await schedules.delete('web');

    const from = await bed.mark();
    await schedules.start();
    await schedules.apply('web', { ...spec, schedules: [{ ...daily, retain: { count: 1 } }] });
    await schedules.waitFor(
      'web',
      ({ status }) => (status?.orphans?.length ?? 0) === 0 && status?.images === 1,
    );
    const [left] = await own(aws, bed.namespace);
    expect(before.map(({ ImageId }) => ImageId)).toContain(left?.ImageId);
    const [image] = await schedules.images();
    expect(image?.status?.imageId).toBe(left?.ImageId);
    expect(await bed.writes(from)).not.toContain('CreateImage');
    expect(await aws.get(byHand)).toBeDefined();
  });
});
