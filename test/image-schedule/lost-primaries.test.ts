import { expect } from 'vitest';
import { onScheduleBed } from '../support/image-schedule.ts';

const it = onScheduleBed('me-south-1');

const elsewhere = 'me-central-1';
const friend = '210987654321';
const start = Date.parse('2026-03-01T06:00:00Z');
const day = 24 * 3_600_000;
const daily = { name: 'daily', every: '24h', at: '06:00' } as const;

it('somebody deregisters every image: their copies elsewhere stay, and are asked for where they are', async ({
  bed,
  schedules,
  images,
  aws,
}) => {
  const { id } = await bed.ec2.runInstance();
  schedules.clock.set(start - 3_600_000);
  await schedules.start();
  await schedules.apply('web', {
    selector: { instanceIds: [id] },
    schedules: [{ ...daily, retain: { count: 3 } }],
    template: { copies: [{ region: elsewhere }] },
  });
  await schedules.waitReady('web');
  for (let n = 0; n < 3; n++) {
    await schedules.at('web', start + n * day);
    await schedules.waitFor('web', ({ status }) => status?.images === n + 1);
  }
  const names = (await schedules.images()).map(({ metadata }) => metadata.name);
  for (const name of names) {
    await images.lookNow(name);
    const { status } = await images.waitReady(name);
    await aws.deregister(status?.imageId ?? '');
    await images.lookNow(name);
    expect((await images.get(name)).status).toMatchObject({
      state: 'Gone',
      copies: [{ state: 'Available' }],
    });
  }
  const copies = async () =>
    (await aws.in(elsewhere).list()).filter(({ Name }) => Name?.startsWith(`${bed.namespace}/`)).length;
  await schedules.at('web', start + 2.5 * day);
  expect(await schedules.images()).toHaveLength(3);
  expect(await copies()).toBe(3);

  // Three newer ones take their places, one by one.
  const from = await bed.mark();
  for (let n = 3; n < 6; n++) {
    await schedules.at('web', start + n * day);
    await schedules.waitFor('web', ({ status }) => status?.images === n - 2);
    await schedules.settled('web');
  }
  await expect.poll(copies, { timeout: 20_000 }).toBe(3);
  const left = (await schedules.images()).map(({ metadata }) => metadata.name);
  expect(left.filter((name) => names.includes(name))).toEqual([]);
  const asked = await bed.calls('DescribeImageReferences', from);
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter(({ errorCode }) => errorCode !== undefined)).toEqual([]);
});

it('an image that somebody has shared by hand goes only once AWS has told who uses it', async ({
  bed,
  schedules,
  images,
  aws,
}) => {
  const { id } = await bed.ec2.runInstance();
  schedules.clock.set(start - 3_600_000);
  await schedules.start();
  await schedules.apply('web', {
    selector: { instanceIds: [id] },
    schedules: [{ ...daily, retain: { count: 1 } }],
  });
  await schedules.waitReady('web');
  await schedules.at('web', start);
  await schedules.waitFor('web', ({ status }) => status?.images === 1);
  const [made] = await schedules.images();
  const { imageId = '' } = (await images.waitReady(made?.metadata.name ?? '')).status ?? {};
  await aws.shareWith(imageId, friend);
  await bed.proxy.changeImage(imageId, { usedBy: [friend] });
  const reason = async (at: number) => {
    await schedules.at('web', at);
    const { status } = await schedules.waitFor('web', (schedule) => schedule.status?.images === 2);
    return status?.pendingDeletions?.[0]?.reason;
  };
  expect(await reason(start + day)).toContain('it is shared, and AWS is still finding out');
  expect(await reason(start + day + 300_000)).toContain(`it is in use by account ${friend}`);
  await bed.proxy.changeImage(imageId, { usedBy: [] });
  await schedules.at('web', start + day + 600_000);
  await schedules.waitFor('web', ({ status }) => status?.images === 1);
});
