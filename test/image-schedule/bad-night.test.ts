import { describe, expect } from 'vitest';
import { resourcePath } from '../../src/runtime/kubernetes/client.ts';
import { managing, onScheduleBed } from '../support/image-schedule.ts';

const it = onScheduleBed('me-central-1');

const start = Date.parse('2026-03-01T06:00:00Z');
const hour = 3_600_000;
const tagged = ({ namespace }: { readonly namespace: string }) => ({ backup: namespace });
const daily = { name: 'daily', every: '24h', at: '06:00' } as const;

it('images that restart their instances, denied for a night and then let, are made one at a time', async ({
  bed,
  schedules,
  images,
}) => {
  await bed.ec2.runInstances(3, tagged(bed));
  schedules.clock.set(start - hour);
  await schedules.start();
  await schedules.apply('web', {
    selector: { matchTags: tagged(bed) },
    schedules: [daily],
    template: { noReboot: false },
  });
  await schedules.waitReady('web');
  const denied = await bed.inject(
    { error: { code: 'UnauthorizedOperation', message: 'You are not authorized.', status: 403 } },
    { operation: 'CreateImage' },
  );
  await schedules.at('web', start);
  const [first, ...others] = await schedules.images();
  expect(others).toEqual([]);
  const name = first?.metadata.name ?? '';
  await images.waitBlocked(name, 'AccessDenied');
  await schedules.at('web', start + 2 * hour);
  expect(await schedules.images()).toHaveLength(1);
  expect(first?.spec.scheduledBy).toMatchObject({ startBefore: '2026-03-02T06:00:00Z' });

  await bed.proxy.setImagePending(bed.region, 'until settled');
  await bed.proxy.remove(denied);
  await images.lookNow(name);
  const made = async () =>
    (await bed.calls('CreateImage')).filter(({ errorCode }) => errorCode === undefined).length;
  expect(await made()).toBe(1);
  const pending = async () => (await schedules.images()).filter(({ status }) => status?.state === 'Pending');
  for (const n of [2, 3]) {
    await expect.poll(async () => (await pending()).length).toBe(1);
    const [one] = await pending();
    await bed.proxy.changeImage(one?.status?.imageId ?? '', { pending: false });
    await images.lookNow(one?.metadata.name ?? '');
    await expect.poll(made).toBe(n);
  }
  await bed.proxy.setImagePending(bed.region, 'none');
});

it('an instance that is terminated: its images go where the schedule says so', async ({ bed, schedules }) => {
  const [lost, left] = await bed.ec2.runInstances(2, tagged(bed));
  schedules.clock.set(start - hour);
  await schedules.start();
  await schedules.apply('web', {
    selector: { matchTags: tagged(bed) },
    schedules: [{ ...daily, retain: { count: 9 } }],
    onInstanceGone: 'Delete',
  });
  await schedules.waitReady('web');
  for (const at of [start, start + 24 * hour]) {
    await schedules.at('web', at);
    await schedules.settled('web');
  }
  expect((await schedules.get('web')).status).toMatchObject({ images: 4 });
  await bed.ec2.terminate(lost?.id ?? '');
  await schedules.at('web', start + 25 * hour);
  await schedules.waitFor('web', ({ status }) => status?.images === 2);
  const instances = async () =>
    (await schedules.images()).map(({ metadata }) => metadata.labels?.['mooring.dev/instance']);
  await expect.poll(instances).toEqual([left?.id, left?.id]);
});

describe('a ResourceQuota on images that is full', () => {
  it('stops neither the clean-up, which frees it, nor what comes after', async ({ bed, schedules }) => {
    await bed.ec2.runInstances(2, tagged(bed));
    schedules.clock.set(start - hour);
    await schedules.start();
    const spec = (count: number) => ({
      selector: { matchTags: tagged(bed) },
      schedules: [{ ...daily, retain: { count } }],
    });
    await schedules.apply('web', spec(9));
    await schedules.waitReady('web');
    for (const at of [start, start + 24 * hour]) {
      await schedules.at('web', at);
      await schedules.settled('web');
    }
    const quotas = resourcePath({
      group: '',
      version: 'v1',
      plural: 'resourcequotas',
      namespace: bed.namespace,
    });
    const hard = { 'count/images.mooring.dev': '4' };
    const metadata = { name: 'images' };
    await bed.kube.client.create(quotas, {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata,
      spec: { hard },
    });
    // Its controller, which is not here, would count.
    const count = (used: number) =>
      bed.kube.client.statusPatch(`${quotas}/images`, {
        status: { hard, used: { 'count/images.mooring.dev': `${used}` } },
      });
    await count(4);

    await schedules.apply('web', spec(1));
    await schedules.at('web', start + 48 * hour);
    const blocked = await schedules.waitBlocked('web', 'AccessDenied');
    expect(blocked.message).toContain('exceeded quota: images');
    await schedules.waitFor('web', ({ status }) => status?.images === 2);
    expect(await schedules.images()).toHaveLength(2);

    await count(2);
    await schedules.at('web', start + 48.2 * hour);
    await schedules.waitReady('web');
    await schedules.waitFor('web', ({ status }) => status?.lastSuccessfulTime === '2026-03-03T06:00:00Z');
    expect((await schedules.get('web')).status).toMatchObject({ missed: 0 });
  });
});

it('at the default --max-deletions retention keeps up, and an address that a person deletes does not wait', async ({
  bed,
  schedules,
}) => {
  await bed.ec2.runInstances(6, tagged(bed));
  schedules.clock.set(start - hour);
  await bed.start([...managing, '--kinds', 'ElasticIP', '--max-deletions', '20'], {
    clock: schedules.clock,
    clockTolerance: Number.POSITIVE_INFINITY,
  });
  await bed.kube.apply('address');
  await bed.kube.waitReady('address');
  await schedules.apply('web', {
    selector: { matchTags: tagged(bed) },
    schedules: [{ name: 's', cron: '*/2 * * * *', retain: { count: 1 } }],
  });
  await schedules.waitReady('web');
  const first = start - hour + 120_000;
  for (let n = 0; n < 5; n++) {
    await schedules.at('web', first + n * 120_000);
    await schedules.settled('web');
  }
  // Twenty-four within eight minutes.
  expect(await bed.calls('DeregisterImage')).toHaveLength(24);
  expect((await schedules.get('web')).status).toMatchObject({ images: 6, pendingDeletions: [] });
  await bed.kube.deleteAndWait('address');
});

it('kubectl get imageschedules reads well', async ({ bed, schedules }) => {
  await bed.ec2.runInstances(2, tagged(bed));
  schedules.clock.set(start - hour);
  await schedules.start();
  await schedules.apply('web', { selector: { matchTags: tagged(bed) }, schedules: [daily] });
  await schedules.waitReady('web');
  await schedules.at('web', start);
  await schedules.waitFor('web', ({ status }) => status?.images === 2);
  const [row] = await schedules.table();
  expect(row).toMatchObject({
    Name: 'web',
    Schedule: '24h at 06:00',
    Instances: 2,
    Images: 2,
    Pending: 0,
    Failing: 0,
    'Last good': expect.any(String),
    Next: '2026-03-02T06:00:00Z',
    Missed: 0,
    Suspended: false,
    Ready: 'True',
  });
});
